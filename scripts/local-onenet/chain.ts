/**
 * A linked list in insertion order, from which any item can be removed at any time. A Set could do the same but is
 * slower under constant insertion and removal, because it keeps getting copied.
 */

/** The fields every item needs for the chain's internal use; `isIn` starts as false. */
export interface Chained<N> {
  before: N | undefined;
  after: N | undefined;
  isIn: boolean;
}

export interface Chain<N> extends Iterable<N> {
  /** The oldest item. */
  first(): N | undefined;
  /** Appends an item that is not in any chain. */
  add(thing: N): void;
  /** Removes an item. @returns whether it was in the chain */
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
