/** The devices of a class: each student's name beside a device name that OneNET accepts. */

import { UserError } from "../cli/command.ts";
import { keyOf } from "./names.ts";
import { t } from "../cli/language.ts";

export interface Member {
  /** The device's name and that of its board file: the prefix and a number, such as `class-01`. */
  readonly id: string;
  /** The student's, in any language. */
  readonly name: string;
}

/** Whether a name is one of the class's devices. */
export function isOfClass(prefix: string, id: string): boolean {
  return id.startsWith(`${prefix}-`) && /^\d{2,6}$/.test(id.slice(prefix.length + 1));
}

/**
 * Gives each name a device: the one it has already, or the next number. So a list that has grown, or is in another order,
 * changes nothing for those who were on it.
 * @param known the devices there are, with their students' names; empty for a device without one
 * @throws UserError if two devices have the same student's name
 */
export function assignDevices(
  names: readonly string[],
  prefix: string,
  known: ReadonlyMap<string, string>,
): readonly Member[] {
  const byName = new Map<string, string>();
  for (const [id, name] of known) {
    const key = keyOf(name);
    const other = byName.get(key);
    if (other !== undefined && key !== "")
      throw new UserError(
        t`${other} and ${id} are both named ${name}; delete one of them, its board file too, or choose another --prefix`,
      );
    byName.set(key, id);
  }
  let last = Math.max(0, ...[...known.keys()].map((id) => Number(id.slice(prefix.length + 1))));
  return names.map((name) => {
    const id = byName.get(keyOf(name)) ?? `${prefix}-${String(++last).padStart(2, "0")}`;
    return { id, name };
  });
}

/**
 * Joins what the platform and the board files say of the class.
 * @throws UserError if they give a device to two students
 */
export function joinKnown(
  atPlatform: ReadonlyMap<string, string>,
  inFiles: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const known = new Map(inFiles);
  for (const [id, name] of atPlatform) {
    const filed = inFiles.get(id) ?? "";
    if (filed !== "" && name !== "" && keyOf(filed) !== keyOf(name))
      throw new UserError(
        t`${id} is ${name} at OneNET and ${filed} in its board file; choose another --prefix, or move the class's board files away`,
      );
    known.set(id, name === "" ? filed : name);
  }
  return known;
}
