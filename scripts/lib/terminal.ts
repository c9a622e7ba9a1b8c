/** What a stream can show: colours, and a line that changes in place, on a terminal only. */

import picocolors from "picocolors";

/** A stream of Node; what is no terminal has no `isTTY`. */
interface Stream {
  readonly isTTY?: boolean;
}
type Environment = Readonly<Record<string, string | undefined>>;

/** Whether what is on the screen can be changed. */
export function isTerminal(stream: Stream, env: Environment = process.env): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** NO_COLOR (no-color.org) goes before FORCE_COLOR, and that before what the stream is. */
export function hasColours(stream: Stream, env: Environment = process.env): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return !/^(0|false)$/.test(env["FORCE_COLOR"]);
  return isTerminal(stream, env);
}

/** Colours for stdout. */
export const out = picocolors.createColors(hasColours(process.stdout));

/** Colours for stderr, which may be a file while stdout is a terminal. */
export const err = picocolors.createColors(hasColours(process.stderr));

/** A text for stdout in a colour of 24 bits. @param rgb 0–255 each */
export function paint(rgb: readonly number[], text: string): string {
  return out.isColorSupported ? `\x1b[38;2;${rgb.join(";")}m${text}\x1b[39m` : text;
}
