/**
 * Room for names of many owners, of whom none can push out the others: each has so many at most, and when all room is
 * taken, the owner with the most makes room for one with fewer. For Node and the browser.
 */

export interface Owned {
  readonly owner: string;
  readonly name: string;
}

export interface Shares {
  has(owner: string, name: string): boolean;
  /** Takes a name in that is not in yet. @returns whose name had to go for it; its own where there is no room for it */
  add(owner: string, name: string): Owned | undefined;
  remove(owner: string, name: string): void;
  clear(): void;
}

/**
 * @param total most names of all
 * @param each most names of an owner
 */
export function createShares(total: number, each: number): Shares {
  const names = new Map<string, Set<string>>();
  let count = 0;

  function remove(owner: string, name: string): void {
    const own = names.get(owner);
    if (!own?.delete(name)) return;
    count--;
    if (own.size === 0) names.delete(owner);
  }

  return {
    has: (owner, name) => names.get(owner)?.has(name) ?? false,
    add(owner, name) {
      const own = names.get(owner) ?? new Set();
      if (own.size >= each) return { owner, name };
      let gone: Owned | undefined;
      if (count >= total) {
        const richest = largest(names, ({ size }) => size);
        // Its last name goes: those that it began with stay.
        const last = [...(names.get(richest ?? "") ?? [])].at(-1);
        if (richest === undefined || last === undefined) return { owner, name };
        if ((names.get(richest)?.size ?? 0) <= own.size + 1) return { owner, name };
        gone = { owner: richest, name: last };
        remove(richest, last);
      }
      names.set(owner, own.add(name));
      count++;
      return gone;
    },
    remove,
    clear() {
      names.clear();
      count = 0;
    },
  };
}

/** The key of the largest entry; undefined where there is none. */
export function largest<T>(
  entries: ReadonlyMap<string, T>,
  sizeOf: (entry: T) => number,
): string | undefined {
  let found: string | undefined;
  let most = -Infinity;
  for (const [key, entry] of entries) {
    const size = sizeOf(entry);
    if (size <= most) continue;
    most = size;
    found = key;
  }
  return found;
}

export interface Richest {
  /** To be called when an entry has grown. */
  grew(key: string): void;
  /** Whose entry is the largest, or nearly: that of `key`, which has just grown, is tried first. */
  find(key: string): string | undefined;
}

/** What counts as nearly the largest. Those that share evenly would else look at all others at each entry. */
const NEARLY = 0.9;

/** Follows which of the entries is the largest, mostly without looking at them all. They may be removed and shrink. */
export function createRichest<T>(entries: ReadonlyMap<string, T>, sizeOf: (entry: T) => number): Richest {
  /** None is larger. */
  let most = 0;
  const sizeAt = (key: string): number => {
    const entry = entries.get(key);
    return entry === undefined ? 0 : sizeOf(entry);
  };
  return {
    grew: (key) => void (most = Math.max(most, sizeAt(key))),
    find(key) {
      if (entries.has(key) && sizeAt(key) >= NEARLY * most) return key;
      const found = largest(entries, sizeOf);
      most = found === undefined ? 0 : sizeAt(found);
      return found;
    },
  };
}
