/**
 * Shares room for names among owners, so that none can displace the others. Each owner has a limit; when the room is
 * full, the owner with the most names makes room for one with fewer. Runs on Node and in the browser.
 */

export interface Owned {
  readonly owner: string;
  readonly name: string;
}

export interface Shares {
  has(owner: string, name: string): boolean;
  /** Adds a new name. @returns the name displaced, if any; the new one itself if there is no room for it */
  add(owner: string, name: string): Owned | undefined;
  remove(owner: string, name: string): void;
  clear(): void;
}

/**
 * @param total most names in all
 * @param each most names per owner
 */
export function createShares(total: number, each: number): Shares {
  const names = new Map<string, Set<string>>();
  let count = 0;
  /** No owner has more. */
  let most = 0;

  function remove(owner: string, name: string): void {
    const own = names.get(owner);
    if (!own?.delete(name)) return;
    count--;
    if (own.size === 0) names.delete(owner);
  }

  return {
    has: (owner, name) => names.get(owner)?.has(name) ?? false,
    add(owner, name) {
      const known = names.get(owner);
      const size = known?.size ?? 0;
      if (size >= each) return { owner, name };
      let gone: Owned | undefined;
      if (count >= total) {
        // Thousands of owners with one name each would be searched again and again.
        if (most <= size + 1) return { owner, name };
        const richest = largest(names, ({ size }) => size);
        // The owner's last name goes; its first ones stay.
        const last = [...(names.get(richest ?? "") ?? [])].at(-1);
        if (richest === undefined || last === undefined) return { owner, name };
        most = names.get(richest)?.size ?? 0;
        if (most <= size + 1) return { owner, name };
        gone = { owner: richest, name: last };
        remove(richest, last);
      }
      const own = known ?? new Set();
      names.set(owner, own.add(name));
      most = Math.max(most, own.size);
      count++;
      return gone;
    },
    remove,
    clear() {
      names.clear();
      count = most = 0;
    },
  };
}

/** The key of the largest entry; undefined if there is none. */
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
  /** Call this when an entry has grown. @param size its new size */
  grew(size: number): void;
  /** The key of an entry that is (nearly) the largest. Tries `key`, which has just grown to this size, first. */
  find(key: string, size: number): string | undefined;
}

/** What counts as nearly the largest. Without it, equal owners would scan all others for every entry. */
const NEARLY = 0.9;

/** Tracks the largest entry, mostly without a full scan. Entries may shrink and be removed. */
export function createRichest<T>(entries: ReadonlyMap<string, T>, sizeOf: (entry: T) => number): Richest {
  /** Upper bound of all sizes. */
  let most = 0;
  return {
    grew(size) {
      if (size > most) most = size;
    },
    find(key, size) {
      if (size > 0 && size >= NEARLY * most) return key;
      const found = largest(entries, sizeOf);
      const entry = found === undefined ? undefined : entries.get(found);
      most = entry === undefined ? 0 : sizeOf(entry);
      return found;
    },
  };
}
