/** Text as a board prints it: cut into lines, without prompts, cursor movements and the log of the chip's drivers. */

/* eslint-disable no-control-regex -- control characters are what this file is about */

import { cutText, UNSHOWN } from "../wire/shorten.ts";

/** Longest line of a board that is kept, in characters. */
export const LONGEST_LINE = 500;
/** Most that is kept of a line whose end has not come, in bytes. */
const KEPT = 4096;

/** Whatever a terminal obeys: what begins with ESC, to its end or as far as it came. */
const ESCAPE =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[PX^_][^\x1b\n]*(?:\x1b\\)?|[ -/]*[0-~]?)/g;

/** What Espruino writes to have its prompt, and what is typed, make way for a line. */
const ERASE = "\r\x1b[J";

/** How a line of ESP-IDF's log begins: `I (5123) wifi:`, in colour or not. It comes anywhere, within our lines, too. */
const LOG = String.raw`(?:\x1b\[[0-9;]*m)?[EWIDV] \([\d:.]{1,18}\) [\w.+-]{1,32}:`;
const LOG_TO_THE_END = new RegExp(`${LOG}.*$`, "s");
const LOG_LINES = new RegExp(`${LOG}[^\n]*\n`, "g");

/**
 * Cuts a stream of bytes into lines. Memory is bounded: what is too long loses its end.
 * @param onLine gets each line as {@link readable} makes it
 * @returns takes bytes as a string of characters 0–255
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

/** The beginning counts: it tells who prints, and must not be pushed out. */
function kept(line: string): string {
  return afterErase(line).slice(0, KEPT);
}

function afterErase(line: string): string {
  const erased = line.lastIndexOf(ERASE);
  return erased < 0 ? line : line.slice(erased + ERASE.length);
}

/** A text without the whole lines of the drivers' log that are in it. */
export function withoutLog(text: string): string {
  return text.replace(LOG_LINES, "");
}

/** A line of the console as a person reads it, safe for a terminal. @param bytes characters 0–255, of UTF-8 */
export function readable(bytes: string): string {
  const text = Buffer.from(afterErase(bytes).slice(0, 4 * LONGEST_LINE), "latin1").toString("utf8");
  const clean = text
    .replace(/\x02[^\x02\x03]*\x03/g, "") // an answer that came late
    .replace(ESCAPE, "")
    .replace(/\r>?/g, "")
    .replace(/^(password)?>/, "")
    .replace(UNSHOWN, "");
  return cutText(clean, LONGEST_LINE);
}

/** What a program or a board tells of itself, in one line and safe for a terminal. */
export function oneLine(text: string, longest = LONGEST_LINE): string {
  const clean = cutText(text, 4 * longest)
    .replace(ESCAPE, "")
    .replace(UNSHOWN, "");
  return cutText(clean, longest);
}

/** A text without anything that a terminal obeys. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPE, "");
}
