/** Reproducible random numbers: the same seed gives the same sequence. */

export interface Random {
  /** A whole number from 0 (inclusive) to `below` (exclusive). */
  int(below: number): number;
  /** True with this probability, 0–1. */
  chance(probability: number): boolean;
  /** Picks one of the choices. */
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** @param seed a whole number, of which the low 32 bits are used */
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
