/** Byte strings: one character a byte, 0–255, as Espruino's sockets give and take them. */

/** The length that MQTT's two length bytes can tell. */
export const TEXT_LIMIT = 65535;

/** Big-endian 16-bit number, 0–65535 [MQTT 3.1.1, 1.5.2]. */
export function u16(value: number): string {
  return String.fromCharCode(value >> 8, value & 255);
}

/** The big-endian 16-bit number at a place that is known to exist. */
export function u16At(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
}

/**
 * Text or binary data behind its two length bytes [MQTT 3.1.1, 1.5.3].
 * @throws Error when it is over 65535 bytes
 */
export function sized(bytes: string): string {
  if (bytes.length > TEXT_LIMIT) throw new Error("text of " + bytes.length + " bytes; MQTT takes 65535");
  return u16(bytes.length) + bytes;
}

/**
 * What is wrong with a UTF-8 encoded string, as the clause it breaks; undefined when nothing is.
 * Surrogates, overlong forms and all beyond U+10FFFF are ill-formed [MQTT-1.5.3-1]; so is U+0000 [MQTT-1.5.3-2].
 */
export function utf8Fault(bytes: string): string | undefined {
  // Nearly every topic is ASCII, and the interpreter's own search is twenty times as fast as a loop in it.
  if (!/[^\x01-\x7f]/.test(bytes)) return undefined;
  let missing = 0;
  let low = 0x80;
  let high = 0xbf;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    if (missing) {
      if (byte < low || byte > high) return "MQTT-1.5.3-1";
      missing--;
      low = 0x80;
      high = 0xbf;
    } else if (byte > 0x7f) {
      if (byte < 0xc2 || byte > 0xf4) return "MQTT-1.5.3-1";
      missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      if (byte === 0xe0) low = 0xa0;
      if (byte === 0xed) high = 0x9f;
      if (byte === 0xf0) low = 0x90;
      if (byte === 0xf4) high = 0x8f;
    } else if (!byte) return "MQTT-1.5.3-2";
  }
  return missing ? "MQTT-1.5.3-1" : undefined;
}
