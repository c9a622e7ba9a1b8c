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

/**
 * Says what went wrong, and when the next try is.
 * @param wait before it, in ms
 * @returns that wait less up to a half by chance
 */
export function announce(why: string, wait: number, backoff: Backoff, say: (line: string) => void): number {
  const ms = Math.round(wait * (1 - backoff.random() / 2));
  say(why + "; next try in " + Math.ceil(ms / 1000) + " s");
  return ms;
}
