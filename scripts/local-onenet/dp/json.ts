/** The JSON of `$dp` frames: types 1, 3 and 4, and what precedes the bytes of type 2. */

import type { JSONPath } from "jsonc-parser";
import { bracketFault, MAXIMUM_DEPTH } from "../brackets.ts";
import { causeAt } from "../json-fault.ts";
import { firstError, placeOf } from "../json-place.ts";
import { Malformed, nameFault, timeFault } from "./malformed.ts";
import type { JsonValue } from "../json.ts";
import type { ReportedPoint } from "./point.ts";
import { english } from "../../cli/language.ts";

/** The description type 2 gives of its bytes. */
export interface Descriptor {
  readonly stream: string;
  readonly at?: string;
  readonly description?: string;
}

/** Extracts the content of JSON that has the right shape. @throws Misfit at the first deviation */
export type Shape<T> = (json: JsonValue) => T;

/** Type 1: `{"datastreams":[{"id":"…","datapoints":[{"at":"…","value":…}]}]}`. */
export const dataStreams: Shape<ReportedPoint[]> = (json) => {
  const streams = objectAt(json, [], english`expected an object with "datastreams"`)["datastreams"];
  if (!isFilledArray(streams)) {
    throw new Misfit(
      streams === undefined ? [] : ["datastreams"],
      english`datastreams must be a non-empty array`,
    );
  }
  return streams.flatMap((each, index) => {
    const path = ["datastreams", index];
    const { id, datapoints } = objectAt(each, path, english`a data stream must be an object`);
    if (typeof id !== "string") throw new Misfit(path, english`a data stream must have an "id", a string`);
    refuse([...path, "id"], nameFault(id));
    if (!isFilledArray(datapoints)) throw new Misfit(path, english`datapoints must be a non-empty array`);
    return datapoints.map((point, number) => dataPoint(id, point, [...path, "datapoints", number]));
  });
};

/** Type 2: `{"ds_id":"image","at":"…","desc":"…"}`. */
export const descriptor: Shape<Descriptor> = (json) => {
  const { ds_id, at, desc } = objectAt(json, [], english`expected an object with "ds_id"`);
  if (typeof ds_id !== "string") throw new Misfit([], english`"ds_id" must be a string`);
  refuse(["ds_id"], nameFault(ds_id));
  if (desc !== undefined && typeof desc !== "string")
    throw new Misfit(["desc"], english`desc must be a string`);
  const description = desc === undefined ? {} : { description: desc };
  return { stream: ds_id, ...timeAt(at, ["at"]), ...description };
};

/** Type 3: `{"temperature":22.5,"humidity":"95.2%"}`. */
export const values: Shape<ReportedPoint[]> = (json) => {
  const streams = objectAt(json, [], english`expected an object of data streams and values`);
  const names = Object.keys(streams);
  if (names.length === 0) throw new Misfit([], english`the object holds no data stream`);
  return names.map((stream) => {
    const value = streams[stream] ?? null;
    const fault = nameFault(stream) ?? valueFault(value);
    if (fault !== undefined) throw new Misfit([stream], fault);
    return { stream, value };
  });
};

/** Type 4: `{"temperature":{"2015-03-22 22:31:12":22.5}}`. */
export const timedValues: Shape<ReportedPoint[]> = (json) => {
  const streams = Object.entries(objectAt(json, [], english`expected an object of data streams`));
  if (streams.length === 0) throw new Misfit([], english`the object holds no data stream`);
  return streams.flatMap(([stream, points]) => {
    refuse([stream], nameFault(stream));
    const times = Object.entries(objectAt(points, [stream], english`expected an object of times and values`));
    if (times.length === 0) throw new Misfit([stream], english`the object has no times`);
    return times.map(([at, value]) => {
      refuse([stream, at], timeFault(at) ?? valueFault(value));
      return { stream, value, at };
    });
  });
};

const NOT_JSON = english`not valid JSON from here on`;

/**
 * Reads JSON of a shape.
 * @param offset of the text in the payload, in bytes
 * @throws Malformed if it is not JSON or has another shape
 */
export function readJson<T>(text: string, offset: number, shape: Shape<T>): T {
  const bracket = bracketFault(text, MAXIMUM_DEPTH);
  if (bracket !== undefined) {
    const { index, isTooDeep } = bracket;
    throw malformedAt(
      text,
      offset,
      index,
      isTooDeep ? english`the JSON nests deeper than ${MAXIMUM_DEPTH} levels` : NOT_JSON,
    );
  }
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    const index = firstError(text);
    const cause = causeAt(text, index);
    throw malformedAt(text, offset, index, cause === undefined ? NOT_JSON : `${NOT_JSON}: ${cause}`);
  }
  try {
    return shape(json);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const place = error.path.length > 0 ? `${error.path.join(".")}: ` : "";
    throw malformedAt(text, offset, placeOf(text, error.path), place + error.message);
  }
}

/** @param index of the fault in the text, in characters */
function malformedAt(text: string, offset: number, index: number, reason: string): Malformed {
  return new Malformed(offset + Buffer.byteLength(text.slice(0, index)), reason);
}

/** JSON that does not have the shape its type requires. */
class Misfit extends Error {
  readonly path: JSONPath;

  constructor(path: JSONPath, reason: string) {
    super(reason);
    this.path = path;
  }
}

function refuse(path: JSONPath, reason: string | undefined): void {
  if (reason !== undefined) throw new Misfit(path, reason);
}

function dataPoint(stream: string, point: JsonValue, path: JSONPath): ReportedPoint {
  const { at, value } = objectAt(point, path, english`a data point must be an object with a "value"`);
  if (value === undefined) throw new Misfit(path, english`a data point must have a "value"`);
  refuse([...path, "value"], valueFault(value));
  return { stream, value, ...timeAt(at, [...path, "at"]) };
}

function timeAt(at: JsonValue | undefined, path: JSONPath): { at?: string } {
  if (at === undefined) return {};
  refuse(path, timeFault(at));
  return { at: at as string };
}

function valueFault(value: JsonValue): string | undefined {
  if (value === null) return english`null is not a value (a NaN becomes null in JSON)`;
  if (typeof value === "number" && !Number.isFinite(value)) return english`the number is too large`;
  return undefined;
}

function objectAt(value: JsonValue, path: JSONPath, reason: string): Record<string, JsonValue> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Misfit(path, reason);
}

function isFilledArray(value: JsonValue | undefined): value is JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}
