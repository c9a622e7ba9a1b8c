/** The clock of boards and their surroundings: real time that tests can advance, or time that stands still. */
import { performance } from "node:perf_hooks";
import { untilQuiet } from "./quiet.ts";

export interface VirtualClock {
  /** ms since 1970. Never goes back. */
  readonly now: () => number;
  /**
   * Advances time by `ms`. Each due timer runs at its own time, in order; whatever it sends is answered, and the
   * answer handled, before the next one runs. Servers in this process take no time. Calls must not overlap.
   */
  advance(ms: number): Promise<void>;
}

/** Something driven by a clock. */
export interface Ticking {
  /** When to run next, on the clock's scale; undefined for never. */
  nextDue(): number | undefined;
  /** Runs what is due. */
  run(): void;
}

export interface BoardClock extends VirtualClock {
  /** Lets time pass without running anything, as while the interpreter is blocked: due timers run late. */
  skip(ms: number): void;
  /** @returns a function that detaches it */
  attach(ticking: Ticking): () => void;
  /**
   * Calls `job` when real time reaches `due`; never on a clock that stands still.
   * @returns a function that cancels it
   */
  alarm(due: number, job: () => void): () => void;
}

/** The longest delay that Node's timers accept, in ms. */
const MAX_HOST_WAIT = 2 ** 31 - 1;

/** @param stoppedAt where the clock stands still, in ms since 1970, moved only by `advance`; default: real time */
export function createClock(stoppedAt?: number): BoardClock {
  const attached = new Set<Ticking>();
  let ahead = 0;
  const now = () => (stoppedAt ?? performance.timeOrigin + performance.now()) + ahead;

  async function advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError("a clock only goes forward: pass 0 ms or more");
    let left = ms;
    await untilQuiet(); // earlier messages may still be unanswered
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
