/** The parts of `$dp` frames that are not JSON: text records (types 5 and 6), floats (type 7) and six-byte times. */

import type { JsonValue } from "../json.ts";
import type { ReportedPoint } from "./point.ts";
import { Malformed, nameFault, timeFault } from "./malformed.ts";
import { english } from "../../cli/language.ts";

/** Most floats in a frame. */
const MAXIMUM_FLOATS = 500;

/**
 * Year − 2000, month, day, hour, minute, second as `YYYY-MM-DD HH:MM:SS`.
 * @throws Malformed if they are not a valid time
 */
export function readTimeBytes(payload: Buffer, offset: number): string {
  if (payload.length < offset + 6)
    throw new Malformed(payload.length, english`the frame ends inside the six bytes of time`);
  const [year, month, day, ...clock] = [...payload.subarray(offset, offset + 6)].map((byte) =>
    String(byte).padStart(2, "0"),
  );
  const at = `20${year ?? ""}-${month ?? ""}-${day ?? ""} ${clock.join(":")}`;
  if (timeFault(at) !== undefined) {
    throw new Malformed(
      offset,
      english`the six bytes of time must be year − 2000, month, day, hour, minute and second`,
    );
  }
  return at;
}

/**
 * Two separator bytes, then records of `name,time,value`, `name,value` or `value`. A lone value belongs to the data
 * stream named after the record's index, from 0. A value in JSON number syntax is a number; any other is text.
 * @param offset of the text in the payload, in bytes
 * @param frameTime the time for records without one
 */
export function readRecords(text: string, offset: number, frameTime: string | undefined): ReportedPoint[] {
  const fieldSeparator = text.charAt(0);
  const recordSeparator = text.charAt(1);
  if (!/^[\0-\x7f]{2}/.test(text))
    throw new Malformed(offset, english`expected two separators of one byte each`);
  if (fieldSeparator === recordSeparator)
    throw new Malformed(offset + 1, english`the two separators are the same`);
  let start = offset + 2;
  return text
    .slice(2)
    .split(recordSeparator)
    .map((record, place) => {
      const at = start;
      start += Buffer.byteLength(record) + 1;
      return readRecord(record.split(fieldSeparator), place, at, frameTime);
    });
}

function readRecord(
  fields: readonly string[],
  place: number,
  offset: number,
  frameTime: string | undefined,
): ReportedPoint {
  if (fields.length > 3)
    throw new Malformed(offset, english`a record may have at most a name, a time and a value`);
  if (fields.length === 1 && fields[0] === "") throw new Malformed(offset, english`the record is empty`);
  const value = readValue(fields.at(-1) ?? "");
  const stream = fields.length === 1 ? String(place) : (fields[0] ?? "");
  const time = fields.length === 3 ? fields[1] : undefined;
  const badName = nameFault(stream);
  if (badName !== undefined) throw new Malformed(offset, badName);
  const badTime = time === undefined ? undefined : timeFault(time);
  if (badTime !== undefined) throw new Malformed(offset + Buffer.byteLength(stream) + 1, badTime);
  const at = time ?? frameTime;
  return at === undefined ? { stream, value } : { stream, value, at };
}

function readValue(text: string): JsonValue {
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : text;
}

/** Groups of a data stream number, a count and that many floats, up to the end of the payload. */
export function readFloats(payload: Buffer, start: number, at: string | undefined): ReportedPoint[] {
  const points: ReportedPoint[] = [];
  for (let offset = start; offset < payload.length || offset === start;) {
    if (payload.length < offset + 4) {
      throw new Malformed(payload.length, english`the frame ends inside a data stream's number and count`);
    }
    const stream = payload.readUInt16BE(offset);
    const count = payload.readUInt16BE(offset + 2);
    if (stream === 0) throw new Malformed(offset, english`a data stream's number must be 1 to 65535`);
    if (count === 0 || points.length + count > MAXIMUM_FLOATS) {
      throw new Malformed(offset + 2, english`a frame must have 1 to ${MAXIMUM_FLOATS} floats in total`);
    }
    const floats = payload.subarray(offset + 4, offset + 4 + 4 * count);
    if (floats.length < 4 * count) {
      throw new Malformed(
        offset + 2,
        english`the count says ${count} floats, but ${floats.length} bytes follow`,
      );
    }
    for (let i = 0; i < floats.length; i += 4) {
      const value = shortest(floats.readFloatLE(i));
      if (!Number.isFinite(value))
        throw new Malformed(offset + 4 + i, english`a value must be a finite number`);
      points.push({ stream: String(stream), value, ...(at === undefined ? {} : { at }) });
    }
    offset += 4 + floats.length;
  }
  return points;
}

/** The shortest decimal that rounds to this float32: −20.3, not −20.299999237060547. */
function shortest(float: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const number = Number(float.toPrecision(digits));
    if (Math.fround(number) === float) return number;
  }
  return float;
}
