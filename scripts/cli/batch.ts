/**
 * Collects things for a moment and handles them together. On a machine that rests between two messages, handling each
 * at once would cost about twice as much: its caches have forgotten the code.
 */

export interface Batch<T> {
  /** Handles a thing soon, in order. */
  readonly add: (thing: T) => void;
  /** Handles all waiting things now. */
  readonly flush: () => void;
}

/** Longest a thing waits, in ms: too short to notice. */
const INTERVAL = 50;

/** Most things waiting. */
const MOST = 500;

export function createBatch<T>(handle: (things: readonly T[]) => void): Batch<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const things = waiting;
    waiting = [];
    if (things.length > 0) handle(things);
  }

  return {
    add(thing) {
      waiting.push(thing);
      if (waiting.length >= MOST) flush();
      else timer ??= setTimeout(flush, INTERVAL);
    },
    flush,
  };
}
