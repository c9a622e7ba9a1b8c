/**
 * When a board that sleeps has done what it woke for: measured once, sent what waited, and taken what waited for it. The
 * timer that ends its time awake in any case is in src/device/sleep.ts.
 */

export interface WakeParts {
  /** Whether a deep sleep has ended. After a start by hand the board stays awake for its full time. */
  readonly isWoken: boolean;
  /** Whether the wait for measurements is over. */
  isMeasured(): boolean;
  /** Whether the board can be reached, everything has arrived, and nothing else is to be sent. */
  isSettled(): boolean;
  /** Time since the server was last heard, in ms. */
  quietTime(): number;
  /** Something is under way that may prolong the time awake. */
  isBusy(): boolean;
  /** Sleeps. */
  sleep(why: string): void;
}

export interface Wake {
  /** Time passed; to be called at each tick. */
  tick(): void;
  /** Wi-Fi, the log-in or a registration failed. */
  failed(): void;
}

/** Silence of the server after which nothing waits there, in ms by ticks. */
export const QUIET = 500;
/** Failures after which the board gives up until the next wake. */
export const FAILURES = 3;

export function createWake(parts: WakeParts): Wake {
  let failures = 0;

  return {
    tick() {
      if (
        parts.isWoken &&
        parts.isMeasured() &&
        parts.isSettled() &&
        parts.quietTime() >= QUIET &&
        !parts.isBusy()
      ) {
        parts.sleep("Done");
      }
    },
    failed() {
      if (++failures === FAILURES && parts.isWoken && !parts.isBusy()) parts.sleep("No platform");
    },
  };
}
