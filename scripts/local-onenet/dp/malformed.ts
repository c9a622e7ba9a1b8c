/** What is wrong with a `$dp` frame and at which byte, and the checks that all types share. */

import { isUtf8 } from "node:buffer";

/** A frame that the platform does not take; the message says why. */
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
    : `a data stream's name should have 1 to ${MAXIMUM_STREAM_NAME} characters`;
}

/** What is wrong with a time, if anything. The platform's own C SDK adds milliseconds. */
export function timeFault(at: unknown): string | undefined {
  const [, date, clock] = (typeof at === "string" && TIME.exec(at)) || [];
  const iso = `${date ?? ""}T${clock ?? ""}`;
  const time = new Date(`${iso}Z`);
  const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
  return isReal ? undefined : "a time should be YYYY-MM-DD HH:MM:SS";
}

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{3})?$/;

/**
 * The text of the UTF-8 from `start` to `end` of a payload.
 * @throws Malformed at the first sequence that is ill-formed
 */
export function utf8(payload: Buffer, start: number, end: number): string {
  const text = payload.toString("utf8", start, end);
  // What is ill-formed becomes this character, which a device may as well have sent.
  if (text.includes("\ufffd")) {
    const bytes = payload.subarray(start, end);
    if (!isUtf8(bytes)) throw new Malformed(start + illFormedAt(bytes), "the text is not UTF-8");
  }
  return text;
}

/** Where the first ill-formed sequence of UTF-8 begins; a U+FFFD that the device sent is none. */
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
