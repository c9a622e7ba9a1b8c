/** The application side of suite and studio: the supported calls of iot-api.heclouds.com. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { randomUUID } from "node:crypto";
import { TokenError, TOKEN_VERSION, readToken, resourceOf, verifyToken } from "../boards/token.ts";
import type { Commands } from "./commands.ts";
import { nameOf, type Registry, type TokenDevice } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import { isObject, readJson } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import { MAXIMUM_PAYLOAD } from "./limits.ts";
import type { Reply } from "./requests.ts";
import type { Store } from "./store.ts";
import type { Application } from "./studio.ts";

export interface IotApiParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly commands: Commands;
  readonly application: Application;
}

/** Answer codes. 0 and 10500 are the platform's; the others are specific to the local OneNET. */
const CODE = { success: 0, failed: 10_400, auth: 10_403, notFound: 10_404, unsubscribed: 10_500 } as const;

class IotError extends Error {
  readonly code: number;
  constructor(kind: keyof typeof CODE, message: string) {
    super(message);
    this.code = CODE[kind];
  }
}

/** Token versions the application side accepts. */
const VERSIONS = [TOKEN_VERSION, "2022-05-01"];
/** How long a call may wait for a command's response, in s. */
const TIMEOUT = { minimum: 1, maximum: 30, usual: 5 } as const;

/** Most calls that wait for one device's responses: each holds a connection. */
const MAXIMUM_WAITING = 10;

/** Marks the calls that authenticate with a token and not with the header `api-key`. */
const TOKEN = { config: { who: "token" } };

/** Rejects a call with an invalid token before its body is read. @throws IotError with the reason */
export function checkToken(registry: Registry, request: FastifyRequest): void {
  const token = request.headers.authorization ?? "";
  askedBy(() => {
    const { resource } = readToken(token, VERSIONS);
    const [, product = "", device] = /^products\/([^/]+)(?:\/devices\/([^/]+))?$/.exec(resource) ?? [];
    const record = registry.devices.get(`${product}/${device ?? ""}`);
    const ofDevice = record?.generation === "multiprotocol" ? undefined : record?.key;
    const key = device === undefined ? registry.products.get(product)?.key : ofDevice;
    if (key === undefined)
      throw new IotError("auth", `the header authorization: unknown resource ${resource}`);
    verifyToken(token, resource, key, undefined, VERSIONS);
  });
}

/** Runs a token check. @throws IotError if the token fails it */
function askedBy(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof TokenError) throw new IotError("auth", `the header authorization: ${error.message}`);
    throw error;
  }
}

export function addIotApi(parent: FastifyInstance, parts: IotApiParts): void {
  const { registry, store, commands, application } = parts;
  /** Calls that wait for a device's response, by device. */
  const waiting = new Map<string, number>();

  /** Waits for the response to a command. */
  async function responseOf(device: string, uuid: string, timeout: number): Promise<Buffer | undefined> {
    waiting.set(device, (waiting.get(device) ?? 0) + 1);
    const response = await commands.response(uuid, timeout);
    const left = (waiting.get(device) ?? 1) - 1;
    if (left > 0) waiting.set(device, left);
    else waiting.delete(device);
    return response;
  }

  void parent.register((app, _options, done) => {
    app.setErrorHandler((error: Error, _request, reply) => {
      void reply.code(200);
      return failure(error instanceof IotError ? error.code : CODE.failed, error.message);
    });

    app.post("/datapoint/synccmds", TOKEN, async (request) => {
      const record = deviceOf(request, queryOf(request));
      const { timeout = String(TIMEOUT.usual) } = queryOf(request);
      const seconds = /^\d{1,2}$/.test(timeout) ? Number(timeout) : 0;
      if (seconds < TIMEOUT.minimum || seconds > TIMEOUT.maximum) {
        throw new IotError("failed", `timeout must be ${TIMEOUT.minimum} to ${TIMEOUT.maximum} s`);
      }
      const device = nameOf(record);
      if ((waiting.get(device) ?? 0) >= MAXIMUM_WAITING) {
        throw new IotError("failed", `${MAXIMUM_WAITING} calls are already waiting for the device's answers`);
      }
      const sent = commands.send(device, bodyOf(request));
      if (!sent.sent && sent.why === "unsubscribed")
        throw new IotError("unsubscribed", "device not subscribed");
      if (!sent.sent && sent.why === "offline") throw new IotError("failed", "device not online");
      if (!sent.sent) throw new IotError("failed", `a command must have 1 to ${MAXIMUM_PAYLOAD} bytes`);
      const response = await responseOf(device, sent.uuid, seconds * 1000);
      if (response === undefined) throw new IotError("failed", "the device did not answer in time");
      return success({ cmd_uuid: sent.uuid, cmd_resp: response.toString("utf8") });
    });

    app.get("/datapoint/current-datapoints", TOKEN, (request) => {
      const record = deviceOf(request, queryOf(request));
      const newest = [...store.streams(nameOf(record))].map(([id, { points }]) => ({ id, ...points.at(-1) }));
      return success({ devices: [{ title: record.device, datastreams: newest }] });
    });

    app.get("/thingmodel/query-device-property", TOKEN, (request) => {
      const record = deviceOf(request, queryOf(request));
      const streams = store.streams(nameOf(record));
      const { properties = [] } = registry.products.get(record.product)?.thingModel ?? {};
      return success(
        properties.map(({ identifier, accessMode, dataType }) => {
          const newest = streams.get(identifier)?.points.at(-1);
          const specs =
            newest === undefined ? {} : { value: textOf(newest.value), time: millisecondsOf(newest.at) };
          return { identifier, access_mode: accessMode, data_type: dataType.type, ...specs };
        }),
      );
    });

    app.post("/thingmodel/set-device-property", TOKEN, async (request) => {
      const { record, params } = thingCall(request);
      return answer(await application.setProperty(nameOf(record), objectOf(params)));
    });

    app.post("/thingmodel/query-device-property-detail", TOKEN, async (request) => {
      const { record, params } = thingCall(request);
      const wanted = Array.isArray(params) ? params.filter((one) => typeof one === "string") : [];
      return answer(await application.getProperty(nameOf(record), wanted));
    });

    app.post("/thingmodel/set-device-desired-property", TOKEN, (request) => {
      const { record, params } = thingCall(request);
      application.setDesired(nameOf(record), objectOf(params));
      return success(undefined);
    });

    app.post("/thingmodel/call-service", TOKEN, async (request) => {
      const { record, params, identifier } = thingCall(request);
      if (typeof identifier !== "string") throw new IotError("failed", "identifier must name a service");
      return answer(await application.invoke(nameOf(record), identifier, objectOf(params)));
    });
    done();
  });

  /** The device a call names, if the token gives access to it. */
  function deviceOf(
    request: FastifyRequest,
    { product_id: product, device_name: device }: Readonly<Record<string, JsonValue | undefined>>,
  ): TokenDevice {
    if (typeof product !== "string" || typeof device !== "string") {
      throw new IotError("failed", "product_id and device_name are missing");
    }
    const record = registry.devices.get(`${product}/${device}`);
    if (record === undefined || record.generation === "multiprotocol") {
      throw new IotError("notFound", "device not found");
    }
    const ofProduct = resourceOf(product);
    const ofDevice = resourceOf(product, device);
    const { key = "" } = registry.products.get(product) ?? {};
    const token = request.headers.authorization ?? "";
    askedBy(() => {
      const isOfProduct = readToken(token, VERSIONS).resource === ofProduct && key !== "";
      const resource = isOfProduct ? ofProduct : ofDevice;
      verifyToken(token, resource, isOfProduct ? key : record.key, undefined, VERSIONS);
    });
    return record;
  }

  function thingCall(request: FastifyRequest) {
    const body = bodyOf(request);
    const json = readJson(body)?.value;
    if (json === undefined) throw new IotError("failed", jsonFault(body).replace("payload", "body"));
    if (!isObject(json)) throw new IotError("failed", "the body must be a JSON object");
    const record = deviceOf(request, json);
    return { record, params: json["params"], identifier: json["identifier"] };
  }
}

function answer({ code, message, data }: Reply): object {
  return success({ code, msg: message, ...(data === undefined ? {} : { data }) });
}

function success(data: unknown): object {
  return {
    code: CODE.success,
    msg: "succ",
    request_id: requestId(),
    ...(data === undefined ? {} : { data }),
  };
}

function failure(code: number, msg: string): object {
  return { code, msg, request_id: requestId() };
}

/** The answer to a call that failed before it reached a handler. */
export function iotFailure(kind: keyof typeof CODE, msg: string): object {
  return failure(CODE[kind], msg);
}

/** Whether a request is meant for this API, judging by its token or path. */
export function isIotCall({ headers, url }: FastifyRequest): boolean {
  return headers.authorization !== undefined || /^\/(thingmodel|datapoint)\//.test(url);
}

function requestId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The query parameters, without repeated ones. */
function queryOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(request.query as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function objectOf(params: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  if (!isObject(params)) throw new IotError("failed", "params must be an object");
  return params;
}

/** The platform returns every value as a string. */
function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Converts Beijing time to ms since 1970. */
function millisecondsOf(at: string): number {
  return Date.parse(`${at.replace(" ", "T")}+08:00`);
}
