/** The devices that a call goes to: all of a product, or those that a list of names and patterns selects. */

import { setTimeout } from "node:timers/promises";
import { UserError } from "../cli/command.ts";
import type { DeviceState } from "./onenet-api.ts";
import { keyOf } from "./names.ts";
import { list, t } from "../cli/language.ts";

/**
 * @param group names of devices or of students, separated by commas; `*` stands for anything. undefined: all devices
 * @throws UserError that lists the names which no device has
 */
export function devicesOf(
  devices: readonly DeviceState[],
  group: string | undefined,
): readonly DeviceState[] {
  if (group === undefined) return devices;
  const wanted = group
    .split(/[,，、]/)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const patterns = wanted.map((text) => ({ text, pattern: patternOf(text), found: false }));
  const chosen = devices.filter(({ name, description }) => {
    const hits = patterns.filter(
      ({ pattern }) => pattern.test(keyOf(name)) || pattern.test(keyOf(description)),
    );
    for (const hit of hits) hit.found = true;
    return hits.length > 0;
  });
  const unknown = patterns.filter(({ found }) => !found).map(({ text }) => text);
  if (unknown.length > 0)
    throw new UserError(t`no device is named ${list(unknown)}; see npm run onenet -- list`);
  if (chosen.length === 0) throw new UserError(t`--group has no names; write some, separated by commas`);
  return chosen;
}

function patternOf(text: string): RegExp {
  const parts = keyOf(text)
    .split("*")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "su");
}

/** A device for people: its student's name, if it has one, and its own. */
export function labelOf({ name, description }: DeviceState): string {
  return description === "" ? name : `${description} (${name})`;
}

/** Most calls at once: the platform takes a hundred a second. */
const AT_ONCE = 10;

/** How long a call keeps its place, in ms: those of devices that do not answer, which take 10 s, keep out no others. */
const PATIENCE = 1000;

/** Does it for all, ten at a time. @returns the results in the same order */
export async function forAll<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const begun: Promise<R>[] = [];
  async function run(): Promise<void> {
    while (begun.length < all.length) {
      const call = work(all[begun.length] as T);
      begun.push(call);
      call.catch(() => undefined); // it is thrown below
      await Promise.race([call, setTimeout(PATIENCE, undefined, { ref: false })]);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return Promise.all(begun);
}
