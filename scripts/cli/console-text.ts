/** Reads a board's output: lines without prompts, cursor movements and the chip's driver log. */

/* oxlint-disable no-control-regex -- this file is about control characters */

import { cutText, INVISIBLE } from "./shorten.ts";

/** Longest line kept, in characters. */
export const LONGEST_LINE = 500;
/** Most bytes kept of an unfinished line. */
const KEPT = 4096;

/** A terminal's escape sequence, complete or cut off. */
const ESCAPE =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[PX^_][^\x1b\n]*(?:\x1b\\)?|[ -/]*[0-~]?)/g;

/** What Espruino writes to erase its prompt and the typed text before a line. */
const ERASE = "\r\x1b[J";

/**
 * The start of an ESP-IDF log line: `I (5123) wifi:`, coloured or not. It may appear anywhere, even within our lines.
 */
const LOG = String.raw`(?:\x1b\[[0-9;]*m)?[EWIDV] \([\d:.]{1,18}\) [\w.+-]{1,32}:`;
const LOG_TO_THE_END = new RegExp(`${LOG}.*$`, "s");
const LOG_LINES = new RegExp(`${LOG}[^\n]*\n`, "g");

/**
 * Splits a stream of bytes into lines. Memory is bounded: long lines lose their end.
 * @param onLine called with each {@link readable} line
 * @returns a function to call with bytes, as a string of characters 0–255
 */
export function createLineReader(onLine: (line: string) => void): (bytes: string) => void {
  let pending = "";
  return (bytes) => {
    const [first = "", ...others] = bytes.split("\n");
    pending = kept(pending + first);
    for (const next of others) {
      const log = pending.search(LOG_TO_THE_END);
      if (log >= 0) pending = pending.slice(0, log);
      else {
        onLine(readable(pending));
        pending = "";
      }
      pending = kept(pending + next);
    }
  };
}

/** Keeps the start of a line: it identifies the sender, and must not be displaced. */
function kept(line: string): string {
  return afterErase(line).slice(0, KEPT);
}

function afterErase(line: string): string {
  const erased = line.lastIndexOf(ERASE);
  return erased < 0 ? line : line.slice(erased + ERASE.length);
}

/** Removes whole lines of the driver log. */
export function withoutLog(text: string): string {
  // An unfinished line that begins the log many times would be searched for its end as often.
  const end = text.lastIndexOf("\n") + 1;
  return text.slice(0, end).replace(LOG_LINES, "") + text.slice(end);
}

/** A console line as readable text, safe for a terminal. @param bytes characters 0–255, in UTF-8 */
export function readable(bytes: string): string {
  const text = Buffer.from(afterErase(bytes).slice(0, 4 * LONGEST_LINE), "latin1").toString("utf8");
  const clean = text
    .replace(/\x02[^\x02\x03]*\x03/g, "") // a late answer
    .replace(ESCAPE, "")
    .replace(/\r>?/g, "")
    .replace(/^(password)?>/, "")
    .replace(INVISIBLE, "");
  return cutText(clean, LONGEST_LINE);
}

/** Text from a program or a board, on one line and safe for a terminal. */
export function oneLine(text: string, longest = LONGEST_LINE): string {
  const clean = cutText(text, 4 * longest)
    .replace(ESCAPE, "")
    .replace(INVISIBLE, "");
  return cutText(clean, longest);
}

/** Removes all escape sequences. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPE, "");
}
