/** Characters that get into keys and tokens when they are copied, printed or read from a file. */

import { english } from "../cli/language.ts";

const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/["'`“”‘’]/u, english`quotation marks`],
  [/\r\n/u, english`a line ending (CR LF)`],
  [/\n/u, english`a line feed`],
  [/\r/u, english`a carriage return (CR)`],
  [/\t/u, english`a tab`],
  [/\0/u, english`a NUL`],
  [/[ \u00a0\u3000]/u, english`a space`],
  [/[\u200b-\u200d\u2060\ufeff]/u, english`an invisible character`],
];

/**
 * Names the first character that cannot be part of a key or a token, and its place. Reveals nothing else
 * of the text.
 */
export function strayIn(text: string): string | undefined {
  for (const [pattern, name] of NAMES) {
    const index = text.search(pattern);
    if (index < 0) continue;
    if (name === NAMES[0]?.[1]) return index === 0 ? english`${name} around it` : english`${name} in it`;
    const isAtEnd = text.slice(index).trim() === "" || /^[\0\s]+$/u.test(text.slice(index));
    if (index === 0) return english`${name} at its beginning`;
    return isAtEnd ? english`${name} at its end` : english`${name} in it`;
  }
  return undefined;
}
