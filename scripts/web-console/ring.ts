/** The last entries of many owners, within a bound of number and of size: an owner with the most, or nearly, makes room. */

import { createRichest, type Richest } from "./shares.ts";

export interface Ring<T> {
  add(entry: T): void;
  /** Oldest first. */
  all(): readonly T[];
}

interface Own<T> {
  /** With the count of each, oldest first. */
  readonly entries: { readonly entry: T; readonly turn: number }[];
  size: number;
}

/**
 * @param maximum most entries kept
 * @param ownerOf whose entry it is: one who adds much pushes out their own
 * @param bound largest sum of sizes kept
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
  let turn = 0;

  /** The oldest entry goes of whoever has the most, after one of `last`. */
  function drop(richest: Richest, last: string): void {
    const owner = richest.find(last) ?? "";
    const own = owners.get(owner);
    const oldest = own?.entries.shift();
    if (!own || !oldest) return;
    const gone = sizeOf(oldest.entry);
    own.size -= gone;
    size -= gone;
    count--;
    if (own.entries.length === 0) owners.delete(owner);
  }

  return {
    add(entry) {
      const owner = ownerOf(entry);
      const own = owners.get(owner) ?? { entries: [], size: 0 };
      owners.set(owner, own);
      own.entries.push({ entry, turn: turn++ });
      const added = sizeOf(entry);
      own.size += added;
      size += added;
      count++;
      byNumber.grew(owner);
      bySize.grew(owner);
      if (count > maximum) drop(byNumber, owner);
      while (size > bound) drop(bySize, owner);
    },
    all: () =>
      [...owners.values()]
        .flatMap(({ entries }) => entries)
        .sort((one, other) => one.turn - other.turn)
        .map(({ entry }) => entry),
  };
}
