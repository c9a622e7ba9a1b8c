/** What a command is doing right now: one line of a terminal that changes in place, and nothing anywhere else. */

import { isTerminal } from "./terminal.ts";

export interface Progress {
  /** @param done 0–1 of it, drawn as a bar */
  readonly show: (text: string, done?: number) => void;
  /** Makes place for other text. */
  readonly clear: () => void;
}

/** Characters of the bar, where the terminal is wide enough. */
const WIDTH = 30;

/** What a terminal has that does not tell its width. */
const COLUMNS = 80;

export function createProgress(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write"> = process.stderr,
): Progress {
  if (!isTerminal(stream)) return { show: () => undefined, clear: () => undefined };
  let shown = "";
  return {
    show(text, done) {
      // A line that is full would go on in the next one, which no carriage return leaves again.
      const room = (stream.columns || COLUMNS) - 1;
      const line = (done === undefined ? text : withBar(text, done, room)).slice(0, room);
      if (line !== shown) stream.write(`\r${line}\x1b[K`);
      shown = line;
    },
    clear() {
      if (shown) stream.write("\r\x1b[K");
      shown = "";
    },
  };
}

function withBar(text: string, done: number, room: number): string {
  const part = Math.min(1, Math.max(0, done));
  const label = `${text} ${String(Math.floor(part * 100)).padStart(3)} % `;
  const width = Math.max(0, Math.min(WIDTH, room - label.length));
  const full = Math.round(part * width);
  return `${label}${"█".repeat(full)}${"░".repeat(width - full)}`;
}
