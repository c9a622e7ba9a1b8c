/** Byte strings: every char code 0–255, as all text is on a board without Unicode. */

/** The low byte of each character, as Espruino keeps it. */
export function toBytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** What a terminal shows of a board's output: its bytes read as UTF-8. */
export function toTerminal(text: string): string {
  return toBytes(text).toString("utf8");
}

/** Source text, in bytes, as the interpreter without Unicode reads it: `\u6e29` cut to its low byte. */
export function bytesToSource(bytes: string): string {
  return bytes.replace(
    /\\(?:u[0-9a-fA-F]{2}([0-9a-fA-F]{2})|[^])/g,
    (escape: string, low: string | undefined) => (low === undefined ? escape : `\\x${low}`),
  );
}

/**
 * Espruino's, with its fault: a byte above 127 comes out wrong (`%54` for 0xE4), because the interpreter of the Linux
 * target takes it for a negative number.
 */
export function encodeUriComponent(text: string): string {
  let encoded = "";
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    if (/[\w\-.!~*'()]/.test(char)) encoded += char;
    else encoded += "%" + String.fromCharCode(highDigit(byte)) + (byte & 15).toString(16).toUpperCase();
  }
  return encoded;
}

/** @returns undefined where Espruino throws "Invalid URI" */
export function decodeUriComponent(text: string): string | undefined {
  let invalid = 0;
  const decoded = text.replace(/%(..?)?/g, (_, digits: string | undefined) => {
    const code = digits !== undefined && /^[0-7][0-9a-f]$/i.test(digits) ? parseInt(digits, 16) : -1;
    if (code < 0) invalid++;
    return String.fromCharCode(code & 0xff);
  });
  return invalid === 0 ? decoded : undefined;
}

function highDigit(byte: number): number {
  const digit = byte >> 4;
  if (byte < 0x80) return 0x30 + digit;
  return (0x41 + (digit | 0xf0) - 10) & 0xff;
}
