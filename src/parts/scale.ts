/** The level of an analogue pin as a value with a unit. */

/**
 * @param level 0–1
 * @param from two levels, different ones
 * @param to the values at these levels; a level beyond one of them has its value
 * @param steps per unit: the value is rounded to one of them
 */
export function scaled(
  level: number,
  from: readonly [number, number],
  to: readonly [number, number],
  steps: number,
): number {
  const share = Math.min(1, Math.max(0, (level - from[0]) / (from[1] - from[0])));
  return Math.round((to[0] + share * (to[1] - to[0])) * steps) / steps;
}
