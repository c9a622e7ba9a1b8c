/** OneJSON, the messages of studio: their envelope, and values checked against the thing model. */

import { beijingTime } from "./beijing-time.ts";
import type { JsonValue } from "./json.ts";
import { isObject, readJson } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import { printable } from "./text.ts";
import { valueFault, type Property } from "./thing-model.ts";
import { english } from "../cli/language.ts";

/**
 * Codes of replies. The platform does not document its failures: four are what it was seen to answer, to an identifier
 * that the thing model lacks, an id with letters, and params of another shape or type; 400 and 507 are the local OneNET's.
 */
export const CODE = {
  success: 200,
  malformed: 400,
  unknown: 2306,
  shape: 2308,
  id: 2405,
  type: 2409,
  full: 507,
} as const;

/** Why something was rejected. */
export interface Failure {
  readonly code: number;
  readonly message: string;
}

export interface Envelope {
  readonly id: string;
  readonly params: JsonValue;
}

/** Decides about what the platform may or may not accept: see `doubts.ts`. */
export type Judge = (what: string) => boolean;

/** Parses a message; undefined if it is not JSON. */
export function readOneJson(payload: Buffer, isRefused: Judge): JsonValue | undefined {
  const json = readJson(payload);
  if (json?.hasSingleQuotes && isRefused(english`single quotes in OneJSON`)) return undefined;
  if (json?.hasTrailingCommas && isRefused(english`commas before closing brackets in OneJSON`))
    return undefined;
  return json?.value;
}

/** Reads the id of a message. */
export function readId(id: JsonValue | undefined, isRefused: Judge): string | undefined {
  const isNumber = typeof id === "number" && Number.isSafeInteger(id) && id >= 0;
  if (isNumber && isRefused(english`an id that is a number, not a string`)) return undefined;
  return isNumber ? String(id) : typeof id === "string" ? id : undefined;
}

/**
 * Reads the envelope every device message has around its `params`. A failure carries the id if it was readable.
 * @param fallback for a message that needs no params
 */
export function readEnvelope(
  payload: Buffer,
  isRefused: Judge,
  fallback?: JsonValue,
): Envelope | (Failure & { readonly id: string }) {
  const json = readOneJson(payload, isRefused);
  const failure = (message: string, id = "", code: number = CODE.malformed) => ({ id, code, message });
  if (json === undefined) return failure(jsonFault(payload));
  if (!isObject(json)) return failure(english`the payload must be an object`);
  const { version, params = fallback } = json;
  const id = readId(json["id"], isRefused);
  if (id === undefined || !/^\d{1,13}$/.test(id))
    return failure(english`id must be a string of 1 to 13 digits`, "", CODE.id);
  if (version !== undefined && version !== "1.0" && isRefused(english`a version that is not "1.0"`)) {
    return failure(english`version must be "1.0"`, id);
  }
  if (params === undefined) return failure(english`params are missing`, id);
  return { id, params };
}

export interface Timed {
  readonly identifier: string;
  readonly value: JsonValue;
  readonly at: string;
}

/** Why a value is not valid for what it is posted as; undefined if it is. */
export type Check = (identifier: string, value: JsonValue) => Failure | undefined;

/** Reads `{"<identifier>":{"value":…,"time":<ms, optional>}}`, all of it or nothing. */
export function readTimed(params: JsonValue, check: Check): Timed[] | Failure {
  if (!isObject(params) || Object.keys(params).length === 0) {
    return { code: CODE.shape, message: english`params must be an object of identifiers` };
  }
  const values: Timed[] = [];
  for (const [identifier, given] of Object.entries(params)) {
    const point = readPoint(identifier, given, check);
    if ("code" in point) return point;
    values.push(point);
  }
  return values;
}

/** Reads `{"value":…,"time":<ms, optional>}`. */
export function readPoint(identifier: string, given: JsonValue, check: Check): Timed | Failure {
  if (!isObject(given) || given["value"] === undefined) {
    return { code: CODE.shape, message: english`${quote(identifier)} must be {"value":…}` };
  }
  const { value, time } = given;
  const failure = check(identifier, value ?? null);
  if (failure !== undefined) return failure;
  if (time !== undefined && !isTime(time)) {
    return { code: CODE.malformed, message: english`${quote(identifier)}: time must be in ms since 1970` };
  }
  return { identifier, value: value ?? null, at: beijingTime(time) };
}

/** The latest accepted time, in ms: the end of the year 9999 in Beijing. */
const LATEST = 253_402_271_999_000;

function isTime(time: JsonValue): time is number {
  return typeof time === "number" && Number.isInteger(time) && time >= 0 && time <= LATEST;
}

/** Why `value` is not valid for the property; undefined if it is. */
export function propertyFault(
  properties: readonly Property[],
  identifier: string,
  value: JsonValue,
): Failure | undefined {
  const property = properties.find((one) => one.identifier === identifier);
  if (property === undefined) return unknown(identifier);
  return malformed(identifier, valueFault(property.dataType, value));
}

/** The failure for an invalid value. */
export function malformed(identifier: string, fault: string | undefined): Failure | undefined {
  return fault === undefined
    ? undefined
    : { code: CODE.type, message: printable(`${quote(identifier)} ${fault}`, 160) };
}

/** The failure for a name that the thing model lacks, in the platform's words. */
export function unknown(identifier: string): Failure {
  return { code: CODE.unknown, message: `identifier not exist:identifier:${printable(identifier)}` };
}

/** An identifier, safe to put in a message. */
export function quote(text: string): string {
  return `"${printable(text)}"`;
}
