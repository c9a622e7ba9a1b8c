/**
 * Starts a measurement and passes the results on: a number for each quantity, undefined for one that failed. `done` is
 * called once, now or later; a sensor is measured again only after that.
 */
export type Measure = (done: (values: readonly (number | undefined)[]) => void) => void;

/** The value if it lies in the range; undefined also for NaN. */
export function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
