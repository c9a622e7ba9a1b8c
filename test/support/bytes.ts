/** Readable notations for byte strings in tests. */

/** `"30 05 'abc'"` → the byte string: hexadecimal bytes, and ASCII text in single quotes. */
export function bytes(text: string): string {
  let result = "";
  for (const [, quoted, hex] of text.matchAll(/'([^']*)'|([0-9a-f]{2})|\s+|(?:.)/g)) {
    if (quoted !== undefined) result += quoted;
    else if (hex !== undefined) result += String.fromCharCode(parseInt(hex, 16));
  }
  return result;
}

/** A byte string in hexadecimal, for readable comparisons. */
export function hex(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("hex").replace(/../g, "$& ").trim();
}

/** Text as a UTF-8 byte string. */
export function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
