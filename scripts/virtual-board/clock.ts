/** Time as boards, and what stands around them, live it: real time that tests can move ahead, or time that stands still. */
import { performance } from "node:perf_hooks";
import { untilQuiet } from "./quiet.ts";

export interface VirtualClock {
  /** ms since 1970. Never goes back. */
  readonly now: () => number;
  /**
   * Moves time ahead by `ms`. Every timer due on the way runs at its own time, in the order of the due times, and
   * what it sends is answered, and the answer dealt with, before the next one runs; servers of this process take no
   * time for it. Calls are not to overlap.
   */
  advance(ms: number): Promise<void>;
}

/** What lives by a clock. */
export interface Ticking {
  /** When it wants to run next, on the clock's scale, or undefined. */
  nextDue(): number | undefined;
  /** Runs what is due. */
  run(): void;
}

export interface BoardClock extends VirtualClock {
  /** Time passes at once, and nothing runs meanwhile: what is due is late, as behind an interpreter that was away. */
  skip(ms: number): void;
  /** @returns a function that takes it off the clock again */
  attach(ticking: Ticking): () => void;
  /**
   * Calls `job` when real time brings the clock to `due`; a clock that stands still never does.
   * @returns a function that calls it off
   */
  alarm(due: number, job: () => void): () => void;
}

/** The longest wait that Node's timers take. */
const MAX_HOST_WAIT = 2 ** 31 - 1;

/** @param stoppedAt where the clock stands, in ms since 1970, but for `advance`; it follows real time when not given */
export function createClock(stoppedAt?: number): BoardClock {
  const attached = new Set<Ticking>();
  let ahead = 0;
  const now = () => (stoppedAt ?? performance.timeOrigin + performance.now()) + ahead;

  async function advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError("a clock goes forward: give 0 ms or more");
    let left = ms;
    await untilQuiet(); // what was sent before may still be unanswered
    do {
      const dues = [...attached].map((ticking) => ticking.nextDue() ?? Infinity);
      const step = Math.min(left, Math.max(0, Math.min(...dues, Infinity) - now()));
      ahead += step;
      left -= step;
      for (const ticking of [...attached]) ticking.run();
      await untilQuiet();
    } while (left > 0);
  }

  return {
    now,
    advance,
    skip: (ms) => void (ahead += ms),
    attach(ticking) {
      attached.add(ticking);
      return () => attached.delete(ticking);
    },
    alarm(due, job) {
      if (stoppedAt !== undefined) return () => undefined;
      const timer = setTimeout(job, Math.min(MAX_HOST_WAIT, Math.max(0, Math.ceil(due - now()))));
      return () => clearTimeout(timer);
    },
  };
}
