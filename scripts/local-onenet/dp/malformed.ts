/** What is wrong with a `$dp` frame and at which byte, and the checks that all types share. */

import { isUtf8 } from "node:buffer";
import { english } from "../../cli/language.ts";

/** A frame the platform rejects; the message says why. */
export class Malformed extends Error {
  /** In bytes from the start of the payload. */
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/** Longest name of a data stream, in characters. */
const MAXIMUM_STREAM_NAME = 256;

/** What is wrong with the name of a data stream, if anything. */
export function nameFault(stream: string): string | undefined {
  return stream.length > 0 && stream.length <= MAXIMUM_STREAM_NAME
    ? undefined
    : english`a data stream's name must have 1 to ${MAXIMUM_STREAM_NAME} characters`;
}

/** What is wrong with a time, if anything. The platform's own C SDK adds milliseconds. */
export function timeFault(at: unknown): string | undefined {
  const [, date, clock] = (typeof at === "string" && TIME.exec(at)) || [];
  const iso = `${date ?? ""}T${clock ?? ""}`;
  const time = new Date(`${iso}Z`);
  const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
  return isReal ? undefined : english`a time must be YYYY-MM-DD HH:MM:SS`;
}

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{3})?$/;

/**
 * Decodes the UTF-8 from `start` to `end` of a payload.
 * @throws Malformed at the first invalid sequence
 */
export function utf8(payload: Buffer, start: number, end: number): string {
  const text = payload.toString("utf8", start, end);
  // Invalid bytes decode to this character, but a device may also have sent the character itself.
  if (text.includes("\ufffd")) {
    const bytes = payload.subarray(start, end);
    if (!isUtf8(bytes)) throw new Malformed(start + illFormedAt(bytes), english`the text is not UTF-8`);
  }
  return text;
}

/** Position of the first invalid UTF-8 sequence. A U+FFFD the device sent is valid. */
export function illFormedAt(bytes: Buffer): number {
  const text = bytes.toString("utf8");
  let offset = 0;
  let from = 0;
  for (;;) {
    const index = text.indexOf("�", from);
    if (index < 0) return bytes.length;
    offset += Buffer.byteLength(text.slice(from, index));
    if (!bytes.subarray(offset, offset + 3).equals(Buffer.from("�"))) return offset;
    offset += 3;
    from = index + 1;
  }
}
