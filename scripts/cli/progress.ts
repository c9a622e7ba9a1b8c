/** A command's progress: one line that changes in place on a terminal, and nothing elsewhere. */

import { cutToWidth, widthOf } from "./columns.ts";
import { isTerminal } from "./terminal.ts";

export interface Progress {
  /** @param done the fraction done, 0–1, drawn as a bar */
  readonly show: (text: string, done?: number) => void;
  /** Removes the line, to make room for other text. */
  readonly clear: () => void;
}

/** Width of the bar, if the terminal is wide enough. */
const WIDTH = 30;

/** The width of a terminal that does not report it. */
const COLUMNS = 80;

export function createProgress(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write"> = process.stderr,
): Progress {
  if (!isTerminal(stream)) return { show: () => undefined, clear: () => undefined };
  let current = "";
  return {
    show(text, done) {
      // A full line would wrap, and a carriage return cannot undo that.
      const room = (stream.columns || COLUMNS) - 1;
      const line = cutToWidth(done === undefined ? text : withBar(text, done, room), room);
      if (line !== current) stream.write(`\r${line}\x1b[K`);
      current = line;
    },
    clear() {
      if (current) stream.write("\r\x1b[K");
      current = "";
    },
  };
}

function withBar(text: string, done: number, room: number): string {
  const part = Math.min(1, Math.max(0, done));
  const label = `${text} ${String(Math.floor(part * 100)).padStart(3)} % `;
  const width = Math.max(0, Math.min(WIDTH, room - widthOf(label)));
  const full = Math.round(part * width);
  return `${label}${"█".repeat(full)}${"░".repeat(width - full)}`;
}
