/** Requests and answers of the HTTP API of suite and studio: how they are read and written. */

import type { FastifyRequest } from "fastify";
import { randomUUID } from "node:crypto";
import type { Selection } from "../history.ts";
import type { JsonValue } from "../json.ts";
import { isObject, readJson } from "../json.ts";
import { jsonFault } from "../json-fault.ts";

/** Answer codes. All but `noSuchCall` are the platform's. */
export const CODE = {
  success: 0,
  other: 500,
  parameter: 10_001,
  auth: 10_403,
  noSuchCall: 10_404,
  exists: 10_406,
  noProduct: 10_408,
  noDevice: 10_410,
  /** The device did not answer in time or has not subscribed, or the values do not fit the thing model. */
  unanswered: 10_411,
  offline: 10_421,
  unsubscribed: 10_500,
  /** Updates: there is no task; the last one has ended well; it has ended. */
  noTask: 12_012,
  taskSucceeded: 12_013,
  taskFinished: 20,
} as const;

/** Becomes an answer with a code and a reason. */
export class IotError extends Error {
  readonly code: number;
  constructor(kind: keyof typeof CODE, message: string) {
    super(message);
    this.code = CODE[kind];
  }
}

/** @param data left out of the answer if undefined */
export function success(data?: unknown): object {
  return {
    code: CODE.success,
    msg: "succ",
    request_id: requestId(),
    ...(data === undefined ? {} : { data }),
  };
}

/** The answer to a call that failed: of one that is no HTTP for this API, such as too large a body, by its status. */
export function failure(error: Error & { readonly statusCode?: number }): object {
  const { statusCode = 500 } = error;
  const code = error instanceof IotError ? error.code : statusCode < 500 ? CODE.parameter : CODE.other;
  return { code, msg: error.message, request_id: requestId() };
}

function requestId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The query parameters, without repeated ones. */
export function queryOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(request.query as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Parses a whole number of the query. @throws IotError if it is not one, or outside `minimum` to `maximum` */
export function numberOf(
  request: FastifyRequest,
  name: string,
  { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, usual }: NumberBounds,
): number {
  const text = queryOf(request)[name] ?? "";
  if (text === "" && usual !== undefined) return usual;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= minimum && number <= maximum) return number;
  const range = maximum === Number.MAX_SAFE_INTEGER ? "" : ` from ${minimum} to ${maximum}`;
  throw new IotError("parameter", `${name} must be a whole number${range}`);
}

export interface NumberBounds {
  readonly minimum?: number;
  readonly maximum?: number;
  /** The value of a parameter that is left out; without it, the parameter is required. */
  readonly usual?: number;
}

/** Most values to skip: each is read. The times narrow down a longer history. */
const MAXIMUM_OFFSET = 100_000;

/** The order of a history: 1 oldest first, 2 newest first. */
const SORT = { minimum: 1, maximum: 2, usual: 2 } as const;

/** Which part of a history a call asks for. @throws IotError if a parameter is wrong */
export function pageOf(request: FastifyRequest): Omit<Selection, "streams"> {
  return {
    from: numberOf(request, "start_time", {}),
    to: numberOf(request, "end_time", {}),
    newestFirst: numberOf(request, "sort", SORT) === SORT.maximum,
    offset: numberOf(request, "offset", { maximum: MAXIMUM_OFFSET, usual: 0 }),
    limit: numberOf(request, "limit", { minimum: 1, maximum: 100, usual: 100 }),
  };
}

export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** @throws IotError if the body is not a JSON object */
export function jsonOf(request: FastifyRequest): Readonly<Record<string, JsonValue>> {
  const body = bodyOf(request);
  const json = readJson(body)?.value;
  if (json === undefined) throw new IotError("parameter", jsonFault(body).replace("payload", "body"));
  if (!isObject(json)) throw new IotError("parameter", "the body must be a JSON object");
  return json;
}

/** The platform returns every value of a property as a string. */
export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
