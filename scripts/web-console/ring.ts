/** The last entries of many owners, bounded by number and size. The owner with (nearly) the most makes room. */

import { Queue } from "../local-onenet/queue.ts";
import { createRichest, type Richest } from "./shares.ts";

export interface Ring<T> {
  add(entry: T): void;
  /** Oldest first. */
  all(): readonly T[];
}

interface Own<T> {
  /** Oldest first. */
  readonly entries: Queue<{ readonly entry: T; readonly seq: number }>;
  size: number;
}

/**
 * @param maximum most entries kept
 * @param ownerOf an entry's owner: one that adds much displaces its own
 * @param bound maximum sum of the sizes
 */
export function createRing<T>(
  maximum: number,
  ownerOf: (entry: T) => string,
  bound = Infinity,
  sizeOf: (entry: T) => number = () => 0,
): Ring<T> {
  const owners = new Map<string, Own<T>>();
  const byNumber = createRichest(owners, ({ entries }) => entries.length);
  const bySize = createRichest(owners, (own) => own.size);
  let count = 0;
  let size = 0;
  let seq = 0;

  /** Drops an owner's oldest entry. */
  function drop(owner: string, own: Own<T> | undefined): void {
    const oldest = own?.entries.take();
    if (!own || !oldest) return;
    const gone = sizeOf(oldest.entry);
    own.size -= gone;
    size -= gone;
    count--;
    if (own.entries.length === 0) owners.delete(owner);
  }

  /** Drops an entry of the largest owner. `last` has just added one. */
  function makeRoom(last: string, own: Own<T>, richest: Richest, sizeOfOwn: number): void {
    const owner = richest.find(last, sizeOfOwn) ?? "";
    drop(owner, owner === last ? own : owners.get(owner));
  }

  return {
    add(entry) {
      const owner = ownerOf(entry);
      let own = owners.get(owner);
      if (!own) {
        own = { entries: new Queue(), size: 0 };
        owners.set(owner, own);
      }
      own.entries.add({ entry, seq: seq++ });
      const added = sizeOf(entry);
      own.size += added;
      size += added;
      count++;
      byNumber.grew(own.entries.length);
      bySize.grew(own.size);
      if (count > maximum) makeRoom(owner, own, byNumber, own.entries.length);
      while (size > bound) makeRoom(owner, own, bySize, own.size);
    },
    all: () =>
      [...owners.values()]
        .flatMap(({ entries }) => entries.all())
        .sort((one, other) => one.seq - other.seq)
        .map(({ entry }) => entry),
  };
}
