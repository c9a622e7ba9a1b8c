/** Byte strings: one character per byte, 0–255, as Espruino's sockets give and take them. */

import { ownValues } from "virtual:features";

/** The largest length that fits in MQTT's two length bytes. */
export const TEXT_LIMIT = 65535;

/** Big-endian 16-bit number, 0–65535 [MQTT 3.1.1, 1.5.2]. */
export function u16(value: number): string {
  return String.fromCharCode(value >> 8, value & 255);
}

/** The big-endian 16-bit number at an offset, which must exist. */
export function u16At(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
}

/**
 * Text or binary data, prefixed with its two length bytes [MQTT 3.1.1, 1.5.3].
 * @throws Error when it is over 65535 bytes; only a value from a board's own code can be
 */
export function sized(bytes: string): string {
  if (ownValues && bytes.length > TEXT_LIMIT) throw new Error("over 65535 bytes");
  return u16(bytes.length) + bytes;
}

/**
 * The clause that a UTF-8 encoded string breaks, without `MQTT-`; undefined when it is well-formed. Surrogates,
 * overlong forms and anything beyond U+10FFFF break MQTT-1.5.3-1; U+0000 breaks MQTT-1.5.3-2.
 */
export function utf8Fault(bytes: string): string | undefined {
  /** How many bytes of the character are still to come, and the range of the next one. */
  let missing = 0;
  let least = 0;
  let most = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    if (missing) {
      if (byte < least || byte > most) return "1.5.3-1";
      least = 128;
      most = 191;
      missing--;
    } else if (byte > 127) {
      if (byte < 194 || byte > 244) return "1.5.3-1";
      missing = byte < 224 ? 1 : byte < 240 ? 2 : 3;
      least = byte === 224 ? 160 : byte === 240 ? 144 : 128;
      most = byte === 237 ? 159 : byte === 244 ? 143 : 191;
    } else if (!byte) return "1.5.3-2";
  }
  return missing ? "1.5.3-1" : undefined;
}
