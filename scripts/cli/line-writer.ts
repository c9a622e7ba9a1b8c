/** Batches lines for a stream: a write per line would be too slow. */

import { createBatch } from "./batch.ts";

/** A line, or what makes it once it is written. */
export type Line = string | (() => string);

export interface LineWriter {
  /** Writes a line soon. */
  readonly write: (line: Line) => void;
  /** Writes all waiting lines now. */
  readonly flush: () => void;
}

export function createLineWriter(stream: Pick<NodeJS.WritableStream, "write">): LineWriter {
  const { add, flush } = createBatch<Line>((lines) => {
    let text = "";
    for (const line of lines) text += `${typeof line === "string" ? line : line()}\n`;
    stream.write(text);
  });
  return { write: add, flush };
}
