/** How long to wait before the next try: twice as long each time, and a short time again after a success. */

/** First wait, in ms. */
export const FIRST_WAIT = 1000;

/** How waits grow. */
export interface Backoff {
  /** Longest wait, in ms. */
  readonly longest: number;
  /** 0 (inclusive) to 1 (exclusive), evenly; spreads the boards of a class that lost one access point. */
  random(): number;
}

/** The wait after another one, both in ms. */
export function nextWait(wait: number, backoff: Backoff): number {
  return Math.min(wait * 2, backoff.longest);
}

/** A wait in ms, less up to a half by chance. */
export function scattered(wait: number, backoff: Backoff): number {
  return Math.round(wait * (1 - backoff.random() / 2));
}

/** The end of a line on the console: when the next try is, in whole seconds. */
export function nextTry(wait: number): string {
  return "; next try in " + Math.ceil(wait / 1000) + " s";
}
