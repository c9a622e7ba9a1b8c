/**
 * A shared bound on everything the platform stores for devices and applications. The oldest entries are dropped first.
 */

import { createChain, type Chained } from "./chain.ts";
import type { JsonValue } from "./json.ts";

export interface Room {
  /**
   * Adds an entry, first dropping the oldest entries until there is room.
   * @param owner the device it belongs to
   * @param size in bytes, without the overhead of an entry
   * @param forget called once if the entry is dropped
   */
  keep(owner: string, size: number, forget: () => void): Kept;
  /** Removes an entry whose content is already gone. */
  release(kept: Kept): void;
}

/** A place in the room. */
export interface Kept {
  readonly size: number;
  readonly forget: () => void;
}

interface Entry extends Kept, Chained<Entry> {}

/** Overhead of an entry, in bytes. */
const ENTRY = 200;

/** Shortest time between two calls of `warn`, in ms. */
const PERIOD = 60_000;

/**
 * @param maximum approximate size in bytes
 * @param warn receives the device whose entry displaced others, at most once a minute
 */
export function createRoom(maximum: number, warn: (owner: string) => void): Room {
  /** Oldest first. */
  const entries = createChain<Entry>();
  let size = 0;
  let lastWarning = -Infinity;

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
      if (isTooMuch && performance.now() - lastWarning >= PERIOD) {
        lastWarning = performance.now();
        warn(owner);
      }
      return kept;
    },
    release: (kept) => release(kept as Entry),
  };
}

/** Approximate size of a value in memory, in bytes. An empty object takes more than its two characters. */
export function sizeOf(value: JsonValue): number {
  if (typeof value === "string") return 24 + 2 * value.length;
  if (typeof value !== "object" || value === null) return 16;
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + 8 + sizeOf(part), 32);
  return Object.entries(value).reduce((sum, [name, part]) => sum + 2 * name.length + 24 + sizeOf(part), 56);
}
