/** Statistics that stay meaningful on a busy machine: medians, and ratios of measurements taken side by side. */

/** A ratio over all rounds: its median and its quartiles. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Compares two sides round by round: a disturbance in a round slows both.
 * @param ours a figure for each round, like `theirs`
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** Interpolates linearly between the two nearest ranks. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = NaN, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return below + (above - below) * (place - Math.floor(place));
}
