/** Figures that hold on a machine which does other things as well: medians, and ratios of what ran side by side. */

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
 * Compares two things round by round: what slows a round down slows both of them.
 * @param ours and theirs: a figure for each round
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** Linear between the two nearest ranks. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = NaN, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return below + (above - below) * (place - Math.floor(place));
}
