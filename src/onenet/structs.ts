/** Properties of a thing model that are structs. To the program, `air.temperature` is the member `temperature` of `air`. */

import { jsonValue, member, type JsonObject, type Value } from "./json";
import type { Properties } from "./profile";

/**
 * Joins the values of a thing model that are reported: `"air":{"value":{"temperature":21.5}},"pump":{"value":true}`.
 * @param names of the values: `air.temperature` is a member of the struct `air`; those of a struct are next to each other
 * @param tail comes after each property
 */
export function structured(
  names: readonly string[],
  values: readonly (Value | null)[],
  tail: string,
): string {
  let all = "";
  /** The struct whose members are being written; empty for none. */
  let open = "";
  for (let i = 0; i < names.length; i++) {
    const value = values[i] as Value | null;
    if (value === null) continue;
    const path = (names[i] as string).split(".");
    const struct = path.length > 1 ? (path[0] as string) : "";
    const isOpen = struct && struct === open;
    if (open && !isOpen) all += "}" + tail;
    if (all) all += ",";
    if (struct && !isOpen) all += '"' + struct + '":{"value":{';
    all +=
      '"' +
      (path.pop() as string) +
      (struct ? '":' : '":{"value":') +
      jsonValue(value) +
      (struct ? "" : tail);
    open = struct;
  }
  return open ? all + "}" + tail : all;
}

/** Each of the names once. */
export function once<Name>(names: readonly Name[]): readonly Name[] {
  return names.filter((name, index) => names.indexOf(name) === index);
}

/** The same properties with structs, which are set by some of their members. */
export function withStructs(flat: Properties, members: (property: string) => readonly string[]): Properties {
  return {
    names: once(flat.names.map((name) => name.split(".")[0] as string)),
    set(name, value) {
      if (!members(name).length) return flat.set(name, value);
      const given = Object.keys((value || {}) as JsonObject);
      const refused = given.filter((inner) => !flat.set(name + "." + inner, member(value, inner)));
      return given.length > 0 && !refused.length;
    },
    get: flat.get,
  };
}
