/** Messages in pieces, for tests. */

import type { Pieces } from "../../../src/onenet/encoder.ts";

export function listOf(pieces: Pieces): string[] {
  const all: string[] = [];
  for (let piece; (piece = pieces(all.length)) !== "";) all.push(piece);
  return all;
}

export function wholeOf(pieces: Pieces): string {
  return listOf(pieces).join("");
}
