/** Reads `$dp` frames as the platform does, strictly to the byte: data points, or what is wrong and where. */

import { isUtf8 } from "node:buffer";
import { findNodeAtLocation, parseTree, type JSONPath, type ParseError } from "jsonc-parser";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

export interface ReportedPoint {
  readonly stream: string;
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS`, if the device gave a time. */
  readonly at?: string;
}

export type DpFrame =
  | { readonly kind: "points"; readonly type: number; readonly points: readonly ReportedPoint[] }
  /** A type that the platform has and that is not read yet. */
  | { readonly kind: "unsupported"; readonly type: number }
  /** `offset` counts bytes from the start of the payload. */
  | { readonly kind: "malformed"; readonly offset: number; readonly reason: string };

/** Bytes before the JSON: the type and the length. */
const HEADER = 3;
/** Deepest nesting of objects and arrays that is read; real values need a few levels. */
const MAXIMUM_DEPTH = 32;
const NOT_JSON = "the text is not JSON from here";
/** Longest name of a data stream, in characters. */
const MAXIMUM_STREAM_NAME = 256;

/** Reads one `$dp` payload; never throws. Types 1 and 3 are read. */
export function readDpFrame(payload: Buffer): DpFrame {
  const [first] = payload;
  if (first === undefined) return malformed(0, "the payload is empty");
  const type = first & 0x3f;
  if (type === 0 || type > 7) return malformed(0, `type ${type} is unknown; the types are 1 to 7`);
  if (type !== 1 && type !== 3) return { kind: "unsupported", type };
  if (first !== type) return malformed(0, `type ${type} takes no flags, but bits 6–7 of its byte are set`);
  if (payload.length < HEADER) return malformed(payload.length, "the frame ends inside the length");

  const announced = payload.readUInt16BE(1);
  const bytes = payload.subarray(HEADER);
  if (announced !== bytes.length) {
    return malformed(1, `the length says ${announced} bytes (big-endian), but ${bytes.length} follow`);
  }
  if (!isUtf8(bytes)) return malformed(HEADER + illFormedAt(bytes), "the text is not UTF-8");
  return readJson(bytes.toString("utf8"), type);
}

function readJson(text: string, type: 1 | 3): DpFrame {
  const bracket = bracketFault(text);
  if (bracket !== undefined) return malformed(byteOffset(text, bracket.index), bracket.reason);
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    const errors: ParseError[] = [];
    parseTree(text, errors, { disallowComments: true });
    return malformed(byteOffset(text, errors[0]?.offset ?? 0), NOT_JSON);
  }
  const points: ReportedPoint[] = [];
  const fault = type === 1 ? readStreams(json, points) : readValues(json, points);
  if (fault === undefined) return { kind: "points", type, points };
  const tree = parseTree(text);
  const at = tree && findNodeAtLocation(tree, fault.path)?.offset;
  const place = fault.path.length > 0 ? `${fault.path.join(".")}: ` : "";
  return malformed(byteOffset(text, at ?? 0), place + fault.reason);
}

interface Fault {
  readonly path: JSONPath;
  readonly reason: string;
}

/** Type 1: `{"datastreams":[{"id":"…","datapoints":[{"at":"…","value":…}]}]}`. */
function readStreams(json: JsonValue, points: ReportedPoint[]): Fault | undefined {
  if (!isObject(json)) return { path: [], reason: 'an object with "datastreams" should be here' };
  const streams = json["datastreams"];
  if (!isFilledArray(streams)) {
    return {
      path: streams === undefined ? [] : ["datastreams"],
      reason: "datastreams should be a filled array",
    };
  }
  for (const [index, stream] of streams.entries()) {
    const path = ["datastreams", index];
    if (!isObject(stream)) return { path, reason: "a data stream should be an object" };
    const { id, datapoints } = stream;
    if (typeof id !== "string") return { path, reason: 'a data stream should have an "id" of text' };
    const badName = nameFault(id);
    if (badName !== undefined) return { path: [...path, "id"], reason: badName };
    if (!isFilledArray(datapoints)) return { path, reason: "datapoints should be a filled array" };
    for (const [number, point] of datapoints.entries()) {
      const fault = readPoint(id, point, points);
      if (fault !== undefined) {
        return { path: [...path, "datapoints", number, ...fault.path], reason: fault.reason };
      }
    }
  }
  return undefined;
}

function readPoint(stream: string, point: JsonValue, points: ReportedPoint[]): Fault | undefined {
  if (!isObject(point)) return { path: [], reason: 'a data point should be an object with a "value"' };
  const { at, value } = point;
  if (value === undefined) return { path: [], reason: 'a data point should have a "value"' };
  const badValue = valueFault(value);
  if (badValue !== undefined) return { path: ["value"], reason: badValue };
  if (at !== undefined && !isTime(at)) {
    return { path: ["at"], reason: "a time should be YYYY-MM-DD HH:MM:SS" };
  }
  points.push(at === undefined ? { stream, value } : { stream, value, at });
  return undefined;
}

/** Type 3: `{"temperature":22.5,"humidity":"95.2%"}`. */
function readValues(json: JsonValue, points: ReportedPoint[]): Fault | undefined {
  if (!isObject(json)) return { path: [], reason: "an object of data streams and values should be here" };
  for (const [stream, value] of Object.entries(json)) {
    const reason = nameFault(stream) ?? valueFault(value);
    if (reason !== undefined) return { path: [stream], reason };
    points.push({ stream, value });
  }
  return points.length > 0 ? undefined : { path: [], reason: "the object holds no data stream" };
}

function nameFault(stream: string): string | undefined {
  return stream.length > 0 && stream.length <= MAXIMUM_STREAM_NAME
    ? undefined
    : `a data stream's name should have 1 to ${MAXIMUM_STREAM_NAME} characters`;
}

function valueFault(value: JsonValue): string | undefined {
  if (value === null) return "null is not a value (NaN is written so)";
  if (typeof value === "number" && !Number.isFinite(value)) return "the number is too large";
  return undefined;
}

function isTime(at: JsonValue): at is string {
  if (typeof at !== "string" || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(at)) return false;
  const iso = at.replace(" ", "T");
  const time = new Date(`${iso}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
}

function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFilledArray(value: JsonValue | undefined): value is JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}

function malformed(offset: number, reason: string): DpFrame {
  return { kind: "malformed", offset, reason };
}

/** The place of a character of the JSON in the payload, in bytes. */
function byteOffset(text: string, index: number): number {
  return HEADER + Buffer.byteLength(text.slice(0, index));
}

/** Where the first ill-formed sequence begins; a U+FFFD that the device sent is none. */
function illFormedAt(bytes: Buffer): number {
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

/** The first bracket that nests too deep or closes nothing, so that nothing recursive meets such a text. */
function bracketFault(text: string): { readonly index: number; readonly reason: string } | undefined {
  const open: string[] = [];
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === "{" || character === "[") {
      open.push(character);
      if (open.length > MAXIMUM_DEPTH) {
        return { index, reason: `the JSON nests deeper than ${MAXIMUM_DEPTH} levels` };
      }
    } else if (character === "}" || character === "]") {
      if (open.pop() !== (character === "}" ? "{" : "[")) return { index, reason: NOT_JSON };
    }
  }
  return undefined;
}
