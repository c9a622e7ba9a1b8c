/** How many characters of a string fit in a variable of a given size. */

export interface Characters {
  /** In the first variable of a string. */
  readonly first: number;
  /** In each additional one. */
  readonly further: number;
}

/** For Espruino 2v29, by variable size in bytes (docs/chip.md, F41). */
const CHARACTERS: Readonly<Record<number, Characters>> = {
  12: { first: 8, further: 8 },
  13: { first: 8, further: 9 },
  14: { first: 9, further: 10 },
  16: { first: 10, further: 11 },
  18: { first: 13, further: 14 },
};

/** @param blocksize of `process.memory()`; undefined if not reported */
export function charactersIn(blocksize: number | undefined): Characters | undefined {
  return blocksize === undefined ? undefined : CHARACTERS[blocksize];
}
