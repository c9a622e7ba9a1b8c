/** One bound on everything the platform keeps from devices and applications: the oldest is dropped first. */

import { createChain, type Chained } from "./chain.ts";
import type { JsonValue } from "./json.ts";

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
export interface Kept {
  readonly size: number;
  readonly forget: () => void;
}

interface Entry extends Kept, Chained<Entry> {}

/** What an entry costs beside what is in it, in bytes. */
const ENTRY = 200;

/** Time between two calls of `tell`, in ms. */
const PERIOD = 60_000;

/**
 * @param maximum bytes, about
 * @param tell gets the device whose entry made others go; at most once a minute
 */
export function createRoom(maximum: number, tell: (owner: string) => void): Room {
  /** Oldest first. */
  const entries = createChain<Entry>();
  let size = 0;
  let told = -Infinity;

  function release(entry: Entry): void {
    if (entries.remove(entry)) size -= entry.size;
  }

  return {
    keep(owner, bytes, forget) {
      const kept = { before: undefined, after: undefined, isIn: false, size: bytes + ENTRY, forget };
      const isTooMuch = size + kept.size > maximum;
      for (let oldest = entries.first(); oldest && size + kept.size > maximum; oldest = entries.first()) {
        release(oldest);
        oldest.forget();
      }
      entries.add(kept);
      size += kept.size;
      if (isTooMuch && performance.now() - told >= PERIOD) {
        told = performance.now();
        tell(owner);
      }
      return kept;
    },
    release: (kept) => release(kept as Entry),
  };
}

/** Bytes that a value takes in memory, about: an empty object takes more than its two characters. */
export function sizeOf(value: JsonValue): number {
  if (typeof value === "string") return 24 + 2 * value.length;
  if (typeof value !== "object" || value === null) return 16;
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + 8 + sizeOf(part), 32);
  return Object.entries(value).reduce((sum, [name, part]) => sum + 2 * name.length + 24 + sizeOf(part), 56);
}
