/** Random texts of any characters. */

import fc from "fast-check";

const SURROGATES = { first: 0xd800, count: 0x800 };

/**
 * Any character that UTF-8 has. Fast-check's own unit `binary` has the same, but makes a table of them all, which takes a
 * second of every process.
 */
const CHARACTER = fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.first ? n : n + SURROGATES.count),
  (text) => {
    const code = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== text) throw new Error("not one character");
    return code < SURROGATES.first ? code : code - SURROGATES.count;
  },
);

/** Any text. */
export function anyText(lengths: { readonly minLength?: number; readonly maxLength?: number } = {}) {
  return fc.string({ ...lengths, unit: CHARACTER });
}
