/**
 * Things in the order in which they came, each of which may go at any moment. A set does the same, and is slower where
 * things come and go all the time: it is copied again and again.
 */

/** What a thing in a chain must have, for the chain's own use; `isIn` is false before it is in one. */
export interface Chained<N> {
  before: N | undefined;
  after: N | undefined;
  isIn: boolean;
}

export interface Chain<N> extends Iterable<N> {
  /** The one that has been in it the longest. */
  first(): N | undefined;
  /** Puts one at its end that is in no chain. */
  add(thing: N): void;
  /** Takes one out. @returns whether it was in */
  remove(thing: N): boolean;
}

export function createChain<N extends Chained<N>>(): Chain<N> {
  let first: N | undefined;
  let last: N | undefined;

  return {
    first: () => first,
    add(thing) {
      thing.isIn = true;
      thing.before = last;
      if (last) last.after = thing;
      else first = thing;
      last = thing;
    },
    remove(thing) {
      if (!thing.isIn) return false;
      const { before, after } = thing;
      if (before) before.after = after;
      else first = after;
      if (after) after.before = before;
      else last = before;
      thing.before = thing.after = undefined;
      thing.isIn = false;
      return true;
    },
    *[Symbol.iterator]() {
      for (let thing = first; thing; thing = thing.after) yield thing;
    },
  };
}
