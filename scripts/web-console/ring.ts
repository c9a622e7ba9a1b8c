/** The last entries of many, within a bound of number and of size. */

export interface Ring<T> {
  add(entry: T): void;
  /** Oldest first. */
  all(): readonly T[];
}

/**
 * @param maximum most entries kept
 * @param bound largest sum of sizes kept
 */
export function createRing<T>(
  maximum: number,
  bound = Infinity,
  sizeOf: (entry: T) => number = () => 0,
): Ring<T> {
  const entries: T[] = [];
  let first = 0;
  let size = 0;

  return {
    add(entry) {
      entries.push(entry);
      size += sizeOf(entry);
      while (entries.length - first > maximum || size > bound) {
        size -= sizeOf(entries[first] as T);
        first++;
      }
      // Moving the rest at each entry would cost as much as there is kept.
      if (first > maximum) {
        entries.splice(0, first);
        first = 0;
      }
    },
    all: () => entries.slice(first),
  };
}
