/**
 * Reads `$dp` frames as strictly as the platform does. The result is either data points or the mistake and its
 * position.
 */

import { readFloats, readRecords, readTimeBytes } from "./dp/binary.ts";
import { dataStreams, descriptor, readJson, timedValues, values } from "./dp/json.ts";
import { Malformed, utf8 } from "./dp/malformed.ts";
import type { ReportedPoint } from "./dp/point.ts";
import { MAXIMUM_POINTS } from "./limits.ts";
import { english } from "../cli/language.ts";

export type DpFrame =
  | { readonly kind: "points"; readonly type: number; readonly points: readonly ReportedPoint[] }
  /** `offset` counts bytes from the start of the payload. */
  | { readonly kind: "malformed"; readonly offset: number; readonly reason: string };

/** Flag in the type byte: six bytes of time follow. */
const HAS_TIME = 0x80;
const RESERVED = 0x40;

/** Reads one `$dp` payload; never throws. */
export function readDpFrame(payload: Buffer): DpFrame {
  try {
    const { type, points } = readPoints(payload);
    if (points.length > MAXIMUM_POINTS) {
      throw new Malformed(0, english`a frame may have at most ${MAXIMUM_POINTS} data points`);
    }
    return { kind: "points", type, points };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "malformed", offset: error.offset, reason: error.message };
  }
}

function readPoints(payload: Buffer): { type: number; points: readonly ReportedPoint[] } {
  const [first] = payload;
  if (first === undefined) throw new Malformed(0, english`the payload is empty`);
  const type = first & 0x3f;
  const flags = first & ~0x3f;
  if (type === 0 || type > 7) throw new Malformed(0, english`type ${type} is unknown; the types are 1 to 7`);
  if (type < 6 && flags !== 0) {
    throw new Malformed(0, english`type ${type} has no flags, but bits 6–7 of its byte are set`);
  }
  if (flags & RESERVED) throw new Malformed(0, english`bit 6 of the type byte must be 0`);
  const at = flags & HAS_TIME ? readTimeBytes(payload, 1) : undefined;
  const start = at === undefined ? 1 : 7;
  if (type === 7) return { type, points: readFloats(payload, start, at) };
  if (type === 2) return { type, points: [readBytes(payload)] };

  const end = endOfText(payload, start);
  if (end !== payload.length) {
    const rest = payload.length - start - 2;
    throw new Malformed(
      start,
      english`the length says ${end - start - 2} bytes (big-endian), but ${rest} follow`,
    );
  }
  const text = utf8(payload, start + 2, end);
  if (type > 4) return { type, points: readRecords(text, start + 2, at) };
  const shape = type === 1 ? dataStreams : type === 3 ? values : timedValues;
  return { type, points: readJson(text, start + 2, shape) };
}

/** Type 2: a description, a u32 length and bytes. */
function readBytes(payload: Buffer): ReportedPoint {
  const end = endOfText(payload, 1);
  const { description, ...point } = readJson(utf8(payload, 3, end), 3, descriptor);
  if (payload.length < end + 4) {
    throw new Malformed(payload.length, english`the frame ends inside the length of the bytes`);
  }
  const announced = payload.readUInt32BE(end);
  const bytes = payload.subarray(end + 4);
  if (announced !== bytes.length) {
    throw new Malformed(
      end,
      english`the length says ${announced} bytes (big-endian), but ${bytes.length} follow`,
    );
  }
  const value = {
    ...(description === undefined ? {} : { desc: description }),
    base64: bytes.toString("base64"),
  };
  return { ...point, value };
}

/** End of the text that follows its u16 length. */
function endOfText(payload: Buffer, offset: number): number {
  if (payload.length < offset + 2)
    throw new Malformed(payload.length, english`the frame ends inside the length`);
  const start = offset + 2;
  const end = start + payload.readUInt16BE(offset);
  if (end > payload.length) {
    throw new Malformed(
      offset,
      english`the length says ${end - start} bytes (big-endian), but ${payload.length - start} follow`,
    );
  }
  return end;
}
