/**
 * Entries in the order in which they came, of which the oldest is at hand at once. A Set or a Map would look for it past
 * the places of all that have gone, of which there may be as many as there are entries.
 */
export interface OldestFirst<T> {
  /** The newest from now on. */
  add(entry: T): Place<T>;
  /** False when it has gone already. */
  remove(place: Place<T>): boolean;
  readonly oldest: Place<T> | undefined;
  /** Oldest first. */
  all(): T[];
}

export interface Place<T> {
  readonly entry: T;
}

interface Link<T> extends Place<T> {
  older: Link<T> | undefined;
  newer: Link<T> | undefined;
  isHere: boolean;
}

export function createOldestFirst<T>(): OldestFirst<T> {
  let oldest: Link<T> | undefined;
  let newest: Link<T> | undefined;

  return {
    get oldest() {
      return oldest;
    },
    add(entry) {
      const link: Link<T> = { entry, older: newest, newer: undefined, isHere: true };
      if (newest) newest.newer = link;
      oldest ??= link;
      newest = link;
      return link;
    },
    remove(place) {
      const link = place as Link<T>;
      if (!link.isHere) return false;
      link.isHere = false;
      const { older, newer } = link;
      if (older) older.newer = newer;
      else oldest = newer;
      if (newer) newer.older = older;
      else newest = older;
      link.older = link.newer = undefined; // who holds on to this one holds no other
      return true;
    },
    all() {
      const entries: T[] = [];
      for (let link = oldest; link; link = link.newer) entries.push(link.entry);
      return entries;
    },
  };
}
