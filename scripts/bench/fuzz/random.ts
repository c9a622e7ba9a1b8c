/** Chance that repeats: the same seed gives the same numbers. */

export interface Random {
  /** 0 (inclusive) to `below` (exclusive), a whole number. */
  int(below: number): number;
  /** True so often out of one. */
  chance(probability: number): boolean;
  /** One of at least one. */
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** @param seed a whole number; its low 32 bits count */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  /** mulberry32 */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[int(choices.length)] ?? choices[0],
  };
}
