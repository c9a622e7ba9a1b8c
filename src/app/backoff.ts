/** How long to wait before the next try: twice as long each time, and short again after a success. */

import { sleeps } from "virtual:features";

/** First wait, in ms. */
export const FIRST_WAIT = 1000;

/** How waits grow. */
export interface Backoff {
  /** Of a board that sleeps: a try failed. */
  failed?(): void;
  /** Longest wait, in ms. */
  readonly longest: number;
  /** 0 (inclusive) to 1 (exclusive), uniform: spreads the tries of a class whose boards all lost the access point. */
  random(): number;
}

/** The wait that follows another, both in ms. */
export function nextWait(wait: number, backoff: Backoff): number {
  return Math.min(wait * 2, backoff.longest);
}

/**
 * Prints what went wrong and when the next try is.
 * @param wait the longest that it may be, in ms
 * @returns the wait, at random between half of that and all of it, in ms
 */
export function announce(why: string, wait: number, backoff: Backoff, say: (line: string) => void): number {
  if (sleeps && backoff.failed) backoff.failed();
  const ms = Math.round(wait * (1 - backoff.random() / 2));
  say(why + "; next try in " + Math.ceil(ms / 1000) + " s");
  return ms;
}
