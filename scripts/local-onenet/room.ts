/**
 * A shared bound on everything the platform stores for devices and applications. The device with the most loses its
 * oldest entries first, so that none can displace what others keep.
 */

import { createChain, type Chain, type Chained } from "./chain.ts";
import type { JsonValue } from "./json.ts";

export interface Room {
  /**
   * Adds an entry, first dropping entries until there is room.
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

interface Entry extends Kept, Chained<Entry> {
  readonly owner: string;
}

/** What is kept for a device. */
interface Share {
  /** Oldest first. */
  readonly entries: Chain<Entry>;
  size: number;
}

/** The device with the most stays the one to lose entries until it has lost this part. */
const LOSS = 0.1;

/** Overhead of an entry, in bytes. */
const ENTRY = 200;

/** Shortest time between two calls of `warn`, in ms. */
const PERIOD = 60_000;

/**
 * @param maximum approximate size in bytes
 * @param warn receives the device whose entry displaced others, at most once a minute
 */
export function createRoom(maximum: number, warn: (owner: string) => void): Room {
  const shares = new Map<string, Share>();
  let size = 0;
  let lastWarning = -Infinity;
  let largest: Share = { entries: createChain(), size: 0 };
  /** Size below which `largest` is determined anew. */
  let least = 1;

  function release(entry: Entry): void {
    const share = shares.get(entry.owner);
    if (!share?.entries.remove(entry)) return;
    share.size -= entry.size;
    size -= entry.size;
    if (share.size === 0) shares.delete(entry.owner);
  }

  /** The entry to drop next. */
  function next(): Entry | undefined {
    if (largest.size < least) {
      for (const share of shares.values()) if (share.size > largest.size) largest = share;
      least = Math.max(1, (1 - LOSS) * largest.size);
    }
    return largest.entries.first();
  }

  return {
    keep(owner, bytes, forget) {
      const kept = { owner, before: undefined, after: undefined, isIn: false, size: bytes + ENTRY, forget };
      const isTooMuch = size + kept.size > maximum;
      while (size > 0 && size + kept.size > maximum) {
        const dropped = next();
        if (dropped === undefined) break;
        release(dropped);
        dropped.forget();
      }
      const share = shares.get(owner) ?? { entries: createChain<Entry>(), size: 0 };
      shares.set(owner, share);
      share.entries.add(kept);
      share.size += kept.size;
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
