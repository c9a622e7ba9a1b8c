/** What a stream can display: colours, and, on a terminal, a line that changes in place. */

import picocolors from "picocolors";

/** A Node stream; only terminals have `isTTY`. */
interface Stream {
  readonly isTTY?: boolean;
}
type Environment = Readonly<Record<string, string | undefined>>;

/** Whether text on the screen can be changed. */
export function isTerminal(stream: Stream, env: Environment = process.env): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** NO_COLOR (no-color.org) overrides FORCE_COLOR, which overrides the kind of stream. */
export function hasColours(stream: Stream, env: Environment = process.env): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return !/^(0|false)$/.test(env["FORCE_COLOR"]);
  return isTerminal(stream, env);
}

/** Colours for stdout. */
export const out = picocolors.createColors(hasColours(process.stdout));

/** Colours for stderr, which may be a file even if stdout is a terminal. */
export const err = picocolors.createColors(hasColours(process.stderr));

/** Text for stdout in a 24-bit colour. @param rgb 0–255 each */
export function paint(rgb: readonly number[], text: string): string {
  return out.isColorSupported ? `\x1b[38;2;${rgb.join(";")}m${text}\x1b[39m` : text;
}
