/** Byte strings: every char code is 0–255, like all text on a board without Unicode. */

/** The low byte of each character, as Espruino keeps it. */
export function toBytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A board's output as a terminal shows it: bytes decoded as UTF-8. */
export function toTerminal(text: string): string {
  return toBytes(text).toString("utf8");
}

/** Source text in bytes, as an interpreter without Unicode reads it: `\u6e29` cut to its low byte. */
export function bytesToSource(bytes: string): string {
  return bytes.replace(
    /\\(?:u[0-9a-fA-F]{2}([0-9a-fA-F]{2})|[^])/g,
    (escape: string, low: string | undefined) => (low === undefined ? escape : `\\x${low}`),
  );
}

/** `toLowerCase` on a chip, which treats bytes as Latin-1 letters and so corrupts UTF-8 (docs/chip.md, F52). */
export function toLowerCase(text: string): string {
  return text.replace(/[A-Z\xc0-\xd6\xd8-\xde]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}

/** `toUpperCase` likewise. */
export function toUpperCase(text: string): string {
  return text.replace(/[a-z\xe0-\xf6\xf8-\xfe]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 32));
}

/** `split` by text as Espruino does it, without a limit: it finds overlapping separators, too (docs/chip.md, F56). */
export function split(text: string, separator: string): string[] {
  if (separator === "") return text.split("");
  const parts: string[] = [];
  const end = text.length + 1 - separator.length;
  let last = 0;
  for (let at = 0; at <= end; at++) {
    if (at < end && !text.startsWith(separator, at)) continue;
    parts.push(at < last || at === end ? text.slice(last) : text.slice(last, at));
    last = at + separator.length;
  }
  return parts;
}

/** `encodeURIComponent` on a chip, where bytes are positive. */
export function encodeUriComponent(text: string): string {
  return text.replace(
    /[^\w\-.!~*'()]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/**
 * Decodes anything but two hex digits as byte 255, as a chip does. @returns undefined where Espruino throws "ASCII
 * only"
 */
export function decodeUriComponent(text: string): string | undefined {
  if (/[^\0-\x7f]/.test(text)) return undefined;
  return text.replace(/%(.{0,2})/gs, (_, digits: string) =>
    String.fromCharCode(/^[\da-f]{2}$/i.test(digits) ? parseInt(digits, 16) : 255),
  );
}
