/** The value if it lies in the range; undefined also for NaN. */
export function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
