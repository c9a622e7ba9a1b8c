/** Expressions that the modules for a board share. */

import { toLowerCase } from "../virtual-board/bytes.ts";
import { toByteString } from "./byte-strings.ts";

/**
 * An expression that compares a variable in lower case with a text that is in lower case itself: on a chip, lower case
 * changes bytes of UTF-8 (docs/chip.md, F52).
 */
export function spellings(variable: string, text: string): string {
  const bytes = toByteString(text);
  const changed = toLowerCase(bytes);
  const own = `${variable} === ${JSON.stringify(text)}`;
  return changed === bytes ? own : `(${own} || ${variable} === ${escaped(changed)})`;
}

/** An expression that chooses one of several by the index in a variable. If there are none, it is never evaluated. */
export function chosen(variable: string, expressions: readonly string[]): string {
  if (expressions.length === 0) return "undefined";
  const last = expressions.length - 1;
  return expressions.map((each, i) => (i < last ? `${variable} === ${i} ? ${each} : ` : each)).join("");
}

/** A byte string as source. */
function escaped(bytes: string): string {
  return `"${bytes.replace(/[^]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}
