/** One bound for all that the platform keeps of what devices and applications send: the oldest goes first. */

import { createOldestFirst, type Place } from "../lib/oldest-first.ts";
import type { JsonValue } from "./dp.ts";

export interface Room {
  /**
   * Keeps something more; before that, what is the oldest of all is forgotten until there is room.
   * @param owner the device that it is of
   * @param size in bytes, without what every entry costs
   * @param forget called when it has to go, once
   */
  keep(owner: string, size: number, forget: () => void): Kept;
  /** It is gone already. */
  release(kept: Kept): void;
}

/** A place in the room. */
export type Kept = Place<Entry>;

interface Entry {
  readonly size: number;
  readonly forget: () => void;
}

/** What an entry costs beside what is in it, in bytes. */
const ENTRY = 200;

/** Time between two calls of `tell`, in ms. */
const PERIOD = 60_000;

/**
 * @param maximum bytes, about
 * @param tell gets the device whose entry made others go; at most once a minute
 */
export function createRoom(maximum: number, tell: (owner: string) => void): Room {
  const entries = createOldestFirst<Entry>();
  let size = 0;
  let told = -Infinity;

  function release(kept: Kept): void {
    if (entries.remove(kept)) size -= kept.entry.size;
  }

  return {
    keep(owner, bytes, forget) {
      const entry = { size: bytes + ENTRY, forget };
      let isTooMuch = false;
      for (let { oldest } = entries; oldest && size + entry.size > maximum; { oldest } = entries) {
        isTooMuch = true;
        release(oldest);
        oldest.entry.forget();
      }
      const kept = entries.add(entry);
      size += entry.size;
      const now = performance.now();
      if (isTooMuch && now - told >= PERIOD) {
        told = now;
        tell(owner);
      }
      return kept;
    },
    release,
  };
}

/** Bytes that a value takes in memory, about: an empty object takes more than its two characters. */
export function sizeOf(value: JsonValue): number {
  if (typeof value === "string") return 24 + 2 * value.length;
  if (typeof value !== "object" || value === null) return 16;
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + 8 + sizeOf(part), 32);
  return Object.entries(value).reduce((sum, [name, part]) => sum + 2 * name.length + 24 + sizeOf(part), 56);
}
