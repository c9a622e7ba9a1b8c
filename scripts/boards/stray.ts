/** Characters that get into keys and tokens when they are copied, printed or read from a file. */

const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/["'`“”‘’]/u, "quotation marks"],
  [/\r\n/u, "a line ending (CR LF)"],
  [/\n/u, "a line feed"],
  [/\r/u, "a carriage return (CR)"],
  [/\t/u, "a tab"],
  [/\0/u, "a NUL"],
  [/[ \u00a0\u3000]/u, "a space"],
  [/[\u200b-\u200d\u2060\ufeff]/u, "an invisible character"],
];

/**
 * Names the first character that cannot be part of a key or a token, and its place. Reveals nothing else
 * of the text.
 */
export function strayIn(text: string): string | undefined {
  for (const [pattern, name] of NAMES) {
    const index = text.search(pattern);
    if (index < 0) continue;
    if (name === NAMES[0]?.[1]) return `${name} ${index === 0 ? "around it" : "in it"}`;
    const isAtEnd = text.slice(index).trim() === "" || /^[\0\s]+$/u.test(text.slice(index));
    return `${name} ${index === 0 ? "at its beginning" : isAtEnd ? "at its end" : "in it"}`;
  }
  return undefined;
}
