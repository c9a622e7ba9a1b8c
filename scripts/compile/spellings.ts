/** Comparisons of a text in lower case: on a chip, lower case changes bytes of UTF-8 (docs/chip.md, F52). */

import { toLowerCase } from "../virtual-board/bytes.ts";
import { toByteString } from "./byte-strings.ts";

/** An expression that compares a variable with a text that is in lower case itself. */
export function spellings(variable: string, text: string): string {
  const bytes = toByteString(text);
  const changed = toLowerCase(bytes);
  const own = `${variable} === ${JSON.stringify(text)}`;
  return changed === bytes ? own : `(${own} || ${variable} === ${escaped(changed)})`;
}

/** A byte string as source. */
function escaped(bytes: string): string {
  return `"${bytes.replace(/[^]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}
