/** How long to wait before the next try. */

export interface Backoff {
  /**
   * The next wait in ms: doubled each time up to the maximum, less up to a half by chance.
   * @param isSlow a long wait at once, where trying soon is of no use
   */
  next(isSlow?: boolean): number;
  /** The try succeeded: the next wait is a short one again. */
  reset(): void;
}

/** First wait, in ms. */
export const FIRST_WAIT = 1000;

/**
 * @param maximum longest wait, in ms
 * @param random 0 (inclusive) to 1 (exclusive), evenly; spreads the boards of a class that lost one access point
 */
export function createBackoff(maximum: number, random: () => number): Backoff {
  let wait = FIRST_WAIT;
  return {
    next(isSlow) {
      const current = isSlow ? maximum : wait;
      wait = Math.min(current * 2, maximum);
      return Math.round(current * (1 - random() / 2));
    },
    reset() {
      wait = FIRST_WAIT;
    },
  };
}

/** The end of a line on the console: when the next try is, in whole seconds. */
export function nextTry(wait: number): string {
  return "; next try in " + Math.ceil(wait / 1000) + " s";
}
