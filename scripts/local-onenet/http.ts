/** The application side: OneNET's HTTP API. */

import type { FastifyReply, FastifyRequest } from "fastify";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Access } from "./access.ts";
import type { Commands } from "./commands.ts";
import { NotStored, type Data } from "./data.ts";
import { parseDay } from "./beijing-time.ts";
import {
  nameOf,
  type DeviceRecord,
  type MultiprotocolDevice,
  type ProductRecord,
  type Registry,
} from "./devices.ts";
import type { Reporter } from "./events.ts";
import { exportPoints, FORMATS, MEDIA_TYPES } from "./export.ts";
import type { Generation } from "./generation.ts";
import { ANYONE, createHttpServer, authorizeRoutes } from "../cli/http-server.ts";
import { checkToken, devicesOpenTo } from "./iot-api/access.ts";
import { IotError, failure as iotFailure } from "./iot-api/answer.ts";
import type { FileSpace } from "./files/file-space.ts";
import { selectPoints } from "./history.ts";
import type { Images } from "./image.ts";
import { addIotApi, isIotCall } from "./iot-api/index.ts";
import { MAXIMUM_PAYLOAD, type Limits } from "./limits.ts";
import { isProductTopic } from "./multiprotocol.ts";
import { nameCalls } from "./no-such-call.ts";
import { productOfCode, registerDevice } from "./registration.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import type { Application } from "./studio.ts";
import { printable } from "./text.ts";
import type { Updates } from "./updates/updates.ts";

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** The ports for MQTT, as `npm run class` writes them into board files. */
  readonly mqtt: {
    readonly mqttPort: number;
    readonly suitePort: number;
    readonly tlsPort: number | undefined;
  };
  readonly limits: Limits;
  /** The key valid for every product. */
  readonly apiKey: string;
  readonly registry: Registry;
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly data: Data;
  readonly commands: Commands;
  readonly application: Application;
  readonly images: Images;
  readonly updates: Updates;
  readonly files: FileSpace;
  /** Handles a message from a multiprotocol device. */
  readonly receive: Generation["receive"];
  /** Handles a message from a studio device. */
  readonly receiveThing: Generation["receive"];
  /** How devices of suite and studio prove who they are. */
  readonly tokenAccess: Access;
  /** Counts a call from an address, and says why it is refused, if it is. */
  readonly callFault: (address: string) => string | undefined;
}

export interface HttpApi {
  readonly port: number;
  close(): Promise<void>;
}

/** Error numbers of the API. The real platform also sends them with HTTP status 200. */
const ERRNO = { internal: 1, noSuchCall: 2, auth: 3, parameter: 4, notFound: 5, offline: 10 } as const;

/** Becomes an answer with an error number and a reason. */
class ApiError extends Error {
  readonly errno: number;
  constructor(kind: keyof typeof ERRNO, reason: string) {
    super(reason);
    this.errno = ERRNO[kind];
  }
}

/** Marks the one call that needs no api-key, because a device does not have one yet. */
const REGISTRATION = { config: { who: "registration code" } };
const API_KEY = { config: { who: "api-key" } };
const DEVICE_TOKEN = { config: { who: "token of a device" } };
const API_KEY_OR_TOKEN = { config: { who: "api-key or token" } };

/** The topic of properties that a device posts. */
const PROPERTY_POST = /^\$sys\/([\w-]{1,64})\/([\w-]{1,64})\/thing\/property\/post$/;

const DEFAULT_POINTS = 100;
const MAXIMUM_POINTS = 6000;

export async function startHttp(options: HttpOptions): Promise<HttpApi> {
  const { limits, registry, events, sessions, store, data, commands } = options;
  const { products, devices } = registry;
  const app = createHttpServer({
    bodyLimit: MAXIMUM_PAYLOAD,
    connections: limits.connections,
    requestTimeout: limits.connectTimeout,
    badAddress: (error, reply) => void reply.code(200).send(failure("parameter", error.message)),
  });

  // Treat every body as bytes, whatever its content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const noSuchCall = nameCalls(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    void reply.code(200);
    if (error instanceof ApiError) return { errno: error.errno, error: error.message };
    if (error instanceof IotError) return iotFailure(error); // The call had a token.
    const isClientError = error.statusCode !== undefined && error.statusCode < 500;
    return failure(
      isClientError ? "parameter" : "internal",
      isClientError ? error.message : "the local OneNET failed to answer",
    );
  });
  app.addHook("onRequest", (request, _reply, done) => {
    const fault = options.callFault(request.ip);
    if (fault === undefined) done();
    else done(isIotCall(request) ? new IotError("other", fault) : new ApiError("internal", fault));
  });
  authorizeRoutes(
    app,
    {
      "registration code": (request) => void productOfCall(request),
      "api-key": (request) => void productsOf(request),
      token: (request) => checkToken(registry, request),
      "token of a device": (request) => void senderOf(request),
      "api-key or token": (request) => {
        if (request.headers.authorization === undefined) productsOf(request);
        else checkToken(registry, request);
      },
      // The list of calls is not secret, so report an unknown call as such and not as a missing key.
      nobody: async (request, reply) => {
        const why = noSuchCall(request.method, request.url);
        const answer = isIotCall(request)
          ? iotFailure(new IotError("noSuchCall", why))
          : failure("noSuchCall", why);
        await reply.code(200).send(answer);
      },
    },
    "nobody",
  );

  // A call that changes something is refused if it cannot be kept, and otherwise answered once it is.
  app.addHook("preHandler", (request, _reply, done) => {
    if (request.method === "GET" || data.fault() === undefined) done();
    else done(notStored(request));
  });
  app.addHook("onSend", (request, _reply, payload, done) => {
    if (request.method === "GET") {
      done(null, payload);
      return;
    }
    data.whenKept((fault) => {
      const failed = notStored(request);
      const answer = failed instanceof ApiError ? failure("internal", failed.message) : iotFailure(failed);
      done(null, fault === undefined ? payload : JSON.stringify(answer));
    });
  });

  function notStored(request: FastifyRequest): IotError | ApiError {
    const { message } = new NotStored();
    return isIotCall(request) ? new IotError("other", message) : new ApiError("internal", message);
  }

  /** The product the request's registration code belongs to. @throws ApiError if there is none */
  function productOfCall(request: FastifyRequest): ProductRecord {
    const product = productOfCode(registry, parameter(request, "register_code"));
    if (product !== undefined) return product;
    throw new ApiError("auth", "no product has this register_code: copy it from the product's page");
  }

  /** The products the request's key gives access to. @throws ApiError if there are none */
  function productsOf(request: FastifyRequest): ReadonlySet<string> {
    const key = request.headers["api-key"];
    const opened = [...products.values()].filter(
      ({ apiKeys }) => key === options.apiKey || (typeof key === "string" && apiKeys?.includes(key)),
    );
    if (key !== options.apiKey && opened.length === 0) {
      throw new ApiError("auth", "auth failed: send the header api-key with a key of the product");
    }
    return new Set(opened.map(({ product }) => product));
  }

  /** The device whose topic and token a call has. @throws ApiError if they do not match */
  function senderOf(request: FastifyRequest): DeviceRecord {
    const [, product = "", device = ""] = PROPERTY_POST.exec(parameter(request, "topic")) ?? [];
    if (device === "") throw new ApiError("parameter", "topic must be $sys/…/…/thing/property/post");
    const { token } = request.headers;
    const password = Buffer.from(typeof token === "string" ? token : "");
    const found = options.tokenAccess.authenticate(`${product}/${device}`, product, password);
    if ("why" in found) throw new ApiError("auth", found.why.replaceAll("the password", "the header token"));
    if (found.generation !== "studio") throw new ApiError("parameter", "the device has no thing model");
    return found;
  }

  function deviceOf(request: FastifyRequest, id: string): MultiprotocolDevice {
    const record = devices.get(id);
    if (record?.generation !== "multiprotocol" || !productsOf(request).has(record.product)) {
      throw new ApiError("notFound", "device not found");
    }
    return record;
  }

  function commandOf(request: FastifyRequest<{ Params: { uuid: string } }>) {
    const command = commands.get(request.params.uuid);
    if (command === undefined) throw new ApiError("notFound", "command not found");
    deviceOf(request, command.device);
    return command;
  }

  /** The devices that a key or a token opens. */
  function readableDevices(request: FastifyRequest): readonly DeviceRecord[] {
    const all = [...devices.values()];
    if (request.headers.authorization === undefined) {
      const open = productsOf(request);
      return all.filter(({ product }) => open.has(product));
    }
    return devicesOpenTo(registry, request);
  }

  app.post("/register_de", REGISTRATION, (request) => {
    const outcome = registerDevice(registry, productOfCall(request), bodyOf(request), limits.devices);
    if ("why" in outcome) throw new ApiError(outcome.kind, outcome.why);
    const { record, isNew } = outcome;
    events.emit("registered", { device: record.device, title: printable(record.title ?? ""), isNew });
    return success({ device_id: record.device, key: record.authInfo });
  });

  app.post("/cmds", API_KEY, (request) => {
    const { device } = deviceOf(request, parameter(request, "device_id"));
    const sent = commands.send(device, bodyOf(request));
    if (sent.sent) return success({ cmd_uuid: sent.uuid });
    if (sent.why === "size") {
      throw new ApiError("parameter", `a command must have 1 to ${MAXIMUM_PAYLOAD} bytes`);
    }
    throw new ApiError("offline", `device not online: ${device}`);
  });

  app.get<{ Params: { uuid: string } }>("/cmds/:uuid", API_KEY, (request) =>
    success(
      commandOf(request).response === undefined
        ? { status: 2, desc: "Command Sent" }
        : { status: 4, desc: "Command Response Received" },
    ),
  );

  app.get<{ Params: { uuid: string } }>("/cmds/:uuid/resp", API_KEY, (request, reply: FastifyReply) => {
    const { response } = commandOf(request);
    if (response === undefined) throw new ApiError("notFound", "the command has no response yet");
    return reply.type("application/octet-stream").send(response);
  });

  app.get<{ Params: { id: string } }>("/devices/:id", API_KEY, (request) => {
    const { device, title } = deviceOf(request, request.params.id);
    const datastreams = [...store.streams(device)].map(([id, { createdAt }]) => ({
      id,
      create_time: seconds(createdAt),
      unit: "",
      unit_symbol: "",
    }));
    // The real platform also returns auth_info. It is a secret and not needed here, so it is left out.
    const online = sessions.get(device) !== undefined;
    return success({ protocol: "MQTT", id: device, title: title ?? device, online, datastreams });
  });

  app.get<{ Params: { id: string } }>("/devices/:id/datastreams", API_KEY, (request) => {
    const { device } = deviceOf(request, request.params.id);
    return success(
      selected(store.streams(device), list(request, "datastream_ids")).map(([id, { createdAt, points }]) => {
        const newest = points.at(-1);
        const update_at = newest === undefined ? "" : seconds(newest.at);
        return { id, create_time: seconds(createdAt), update_at, current_value: newest?.value };
      }),
    );
  });

  app.get<{ Params: { id: string } }>("/devices/:id/datapoints", API_KEY, (request) => {
    const { device } = deviceOf(request, request.params.id);
    return success(
      selectPoints(store, device, {
        streams: list(request, "datastream_id"),
        limit: limitOf(request),
        newestFirst: optional(request, "sort") === "DESC",
      }),
    );
  });

  app.post<{ Params: { id: string } }>("/devices/:id/datapoints", API_KEY, (request) => {
    const record = deviceOf(request, request.params.id);
    const type = optional(request, "type") ?? "1";
    if (!/^[1345]$/.test(type))
      throw new ApiError("parameter", "the parameter type must be 3, 4 or 5, or left out");
    const body = bodyOf(request);
    const frame = Buffer.concat([Buffer.from([Number(type), body.length >> 8, body.length & 0xff]), body]);
    const broken = options.receive(record, "$dp", frame);
    if (broken !== undefined) throw new ApiError("parameter", broken.detail);
    return { errno: 0, error: "succ" };
  });

  // What a device of studio otherwise publishes.
  app.post("/studio/http/device/thing/property/post", DEVICE_TOKEN, (request) => {
    const broken = options.receiveThing(senderOf(request), parameter(request, "topic"), bodyOf(request));
    if (broken !== undefined) throw new ApiError("parameter", broken.detail);
    return { errno: 0, error: "succ" };
  });

  // The local OneNET's own calls.
  app.get("/local/platform", ANYONE, () =>
    success({ ...options.mqtt, devices: devices.size, mostDevices: limits.devices }),
  );

  app.get("/local/datapoints", API_KEY_OR_TOKEN, (request, reply: FastifyReply) => {
    const format = FORMATS.find((one) => one === (optional(request, "format") ?? "csv"));
    if (format === undefined) throw new ApiError("parameter", `format must be ${FORMATS.join(" or ")}`);
    const range = { from: timeOf(request, "from"), to: timeOf(request, "to") };
    const device = optional(request, "device");
    const records = readableDevices(request).filter((record) => [undefined, nameOf(record)].includes(device));
    if (device !== undefined && records.length === 0) throw new ApiError("notFound", "device not found");
    return reply.type(MEDIA_TYPES[format]).send(Readable.from(exportPoints(store, records, range, format)));
  });

  app.post("/mqtt", API_KEY, (request) => {
    const topic = parameter(request, "topic");
    if (!isProductTopic(topic)) {
      throw new ApiError("parameter", "a topic may contain only letters, digits, _ and /");
    }
    for (const product of productsOf(request)) sessions.deliver(product, topic, bodyOf(request));
    return { errno: 0, error: "succ" };
  });

  addIotApi(app, options);

  await app.listen({ host: options.host, port: options.port });
  return {
    port: (app.server.address() as AddressInfo).port,
    close: () => app.close(),
  };
}

function success(data: unknown): object {
  return { errno: 0, error: "succ", data };
}

function failure(kind: keyof typeof ERRNO, reason: string): object {
  return { errno: ERRNO[kind], error: reason };
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function optional(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  if (value !== undefined && typeof value !== "string") {
    throw new ApiError("parameter", `the parameter ${name} is given more than once`);
  }
  return value;
}

function parameter(request: FastifyRequest, name: string): string {
  const value = optional(request, name);
  if (value === undefined || value === "")
    throw new ApiError("parameter", `the parameter ${name} is missing`);
  return value;
}

/** A Beijing time of the query, in ms since 1970; undefined if it is left out. */
function timeOf(request: FastifyRequest, name: string): number | undefined {
  const text = optional(request, name) ?? "";
  const time = text === "" ? undefined : parseDay(text);
  if (!Number.isNaN(time)) return time;
  throw new ApiError("parameter", `${name} must be a Beijing time such as 2026-05-29 or 2026-05-29T08:00:00`);
}

function list(request: FastifyRequest, name: string): readonly string[] | undefined {
  return optional(request, name)?.split(",");
}

function limitOf(request: FastifyRequest): number {
  const limit = optional(request, "limit") ?? String(DEFAULT_POINTS);
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAXIMUM_POINTS) {
    throw new ApiError("parameter", `the parameter limit must be a number from 1 to ${MAXIMUM_POINTS}`);
  }
  return Number(limit);
}

function selected<T>(streams: ReadonlyMap<string, T>, names: readonly string[] | undefined): [string, T][] {
  return [...streams].filter(([name]) => names === undefined || names.includes(name));
}

/** A time without its milliseconds. */
function seconds(time: string): string {
  return time.slice(0, 19);
}
