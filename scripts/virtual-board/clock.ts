/** Time as one board lives it: real time, which tests can move ahead. */
import { performance } from "node:perf_hooks";

export interface VirtualClock {
  /** ms since 1970. Never goes back. */
  readonly now: () => number;
  /**
   * Moves the board's time ahead by `ms`. Every timer due on the way runs at its own time, in the order of the due
   * times, and what it sends has a moment of real time to be answered before the next one runs.
   */
  advance(ms: number): Promise<void>;
}

/** What lives by a clock. */
export interface Ticking {
  /** When it wants to run next, on the clock's scale, or undefined. */
  nextDue(): number | undefined;
  /** Runs what is due. */
  run(): void;
  /** Resolves when answers to what it sent have had their chance to arrive. */
  settle(): Promise<void>;
}

export interface BoardClock extends VirtualClock {
  /** @returns a function that takes it off the clock again */
  attach(ticking: Ticking): () => void;
}

export function createClock(): BoardClock {
  const attached = new Set<Ticking>();
  let ahead = 0;
  const now = () => performance.timeOrigin + performance.now() + ahead;

  async function advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError("a clock goes forward: give 0 ms or more");
    let left = ms;
    for (const ticking of [...attached]) await ticking.settle(); // what was sent before may still be unanswered
    do {
      const dues = [...attached].map((ticking) => ticking.nextDue() ?? Infinity);
      const step = Math.min(left, Math.max(0, Math.min(...dues, Infinity) - now()));
      ahead += step;
      left -= step;
      for (const ticking of [...attached]) ticking.run();
      for (const ticking of [...attached]) await ticking.settle();
    } while (left > 0);
  }

  return {
    now,
    advance,
    attach(ticking) {
      attached.add(ticking);
      return () => attached.delete(ticking);
    },
  };
}
