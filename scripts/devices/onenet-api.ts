/** A client of OneNET's HTTP API (iot-api.heclouds.com), for the platform and for the local OneNET alike. */

import { t } from "../cli/language.ts";

export interface OneNetApi {
  /** Creates a device. @returns its access key, base64 */
  create(device: string, description: string): Promise<string>;
  /** The access key of a device, base64. */
  key(device: string): Promise<string>;
  /** All devices of the product. */
  list(): Promise<readonly DeviceState[]>;
  detail(device: string): Promise<DeviceState>;
  delete(device: string): Promise<void>;
  /** The newest values of the properties, or of the data streams of a product without a thing model. */
  newest(device: string): Promise<readonly Reading[]>;
  /**
   * The values of a property or data stream between two times in ms since 1970, newest first.
   * @param limit most values
   */
  history(device: string, name: string, from: number, to: number, limit: number): Promise<readonly Reading[]>;
  /** When a device came online and left, between two times in ms since 1970, newest first. @param limit most changes */
  onlineHistory(device: string, from: number, to: number, limit: number): Promise<readonly OnlineChange[]>;
  /** What the platform asked of a device, and its events, as {@link history}. @param limit most entries */
  log(device: string, from: number, to: number, limit: number): Promise<readonly LogEntry[]>;
  /** Sets properties and waits for the device's answer. */
  set(device: string, properties: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sends a command to a device with data streams. @returns its answer */
  command(device: string, text: string): Promise<string>;
}

export interface DeviceState {
  readonly name: string;
  readonly description: string;
  readonly state: "online" | "offline" | "never online";
  /** When it was last online, as the platform writes it. */
  readonly lastOnline?: string;
  /** The devices of its product have data streams and no thing model. */
  readonly hasStreams: boolean;
}

export interface Reading {
  readonly name: string;
  /** As the platform returns it: the values of properties are strings. */
  readonly value: unknown;
  /** In ms since 1970. */
  readonly time: number;
}

export interface OnlineChange {
  readonly online: boolean;
  /** In ms since 1970. */
  readonly time: number;
}

export interface LogEntry {
  /** `operation` is a property set or asked for. */
  readonly kind: (typeof LOGS)[number];
  /** In ms since 1970. */
  readonly time: number;
  /** What the platform says of it: for an operation `type`, `params` and `code`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The logs of a device. */
const LOGS = ["operation", "service", "event"] as const;

export interface OneNetOptions {
  /** Address of the API, such as `https://iot-api.heclouds.com`. */
  readonly server: string;
  readonly product: string;
  /** A token of the product. */
  readonly token: string;
  /** Ends all calls. */
  readonly signal: AbortSignal;
}

/** A call that the platform refused, or an answer that makes no sense. */
export class OneNetError extends Error {
  /** @param code the platform's; undefined if there was no answer or a broken one */
  constructor(
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

/** Longest wait for an answer, in ms: a command may take 30 s. */
const TIMEOUT = 40_000;
/** Largest answer, in bytes. */
const MAXIMUM_ANSWER = 16 * 1024 * 1024;
/** Devices, and values of a property, in one answer: the platform's most. */
const PAGE = 100;
/** Most devices of a product that are listed. */
const MOST_DEVICES = 10_000;
/** How long a device has to answer a command, in s. */
const COMMAND_TIMEOUT = 10;
/** The platform's number for data streams as a product's data protocol. */
const STREAMS = 4;
/** The platform's number for a list that begins with the newest. */
const NEWEST_FIRST = 2;
/** Beijing time is ahead of UTC, in ms. */
const AHEAD = 8 * 3_600_000;

/**
 * Makes a call: a GET, or a POST if there is a body. Throws a OneNetError, or the signal's reason.
 * @returns the answer's `data`
 */
export type Call = (path: string, query: Query, body?: string) => Promise<unknown>;

export function createCaller({ server, token, signal }: Omit<OneNetOptions, "product">): Call {
  return async (path: string, query: Query, body?: string) => {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const address = `${server}${path}${parameters.size > 0 ? `?${parameters.toString()}` : ""}`;
    const request: RequestInit = {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: token, ...(body !== undefined && { "content-type": "application/json" }) },
      redirect: "error", // the token is only for this server
      ...(body !== undefined && { body }),
    };
    const text = await fetchText(address, request, signal);
    const answer = objectOf(parse(text));
    const { code, msg, data } = answer;
    if (typeof code !== "number")
      throw new OneNetError(t`the answer has no code: is this OneNET's HTTP API?`);
    if (code !== 0)
      throw new OneNetError(typeof msg === "string" && msg !== "" ? msg : t`no reason given`, code);
    return data;
  };
}

/** Each call throws a OneNetError, or the signal's reason. */
export function createOneNetApi({ product, ...options }: OneNetOptions): OneNetApi {
  const call = createCaller(options);
  const of = (device: string) => ({ product_id: product, device_name: device });
  const post = (path: string, fields: object) =>
    call(path, {}, JSON.stringify({ product_id: product, ...fields }));

  async function detail(device: string): Promise<DeviceState> {
    return stateOf(await call("/device/detail", of(device)));
  }

  /** Entries of a list that the platform gives in pages, newest first. @param span query fields */
  async function newestOf(path: string, span: Query, limit: number): Promise<Fields[]> {
    const entries: Fields[] = [];
    while (entries.length < limit) {
      const page = { offset: entries.length, limit: Math.min(PAGE, limit - entries.length) };
      const { list } = objectOf(await call(path, { ...span, sort: NEWEST_FIRST, ...page }));
      const added = listOf(list).map(objectOf);
      entries.push(...added);
      if (added.length < page.limit) break;
    }
    return entries.slice(0, limit);
  }

  return {
    detail,
    async create(device, description) {
      return keyOf(
        await post("/device/create", { device_name: device, ...(description && { desc: description }) }),
      );
    },
    async key(device) {
      return keyOf(await call("/device/detail", of(device)));
    },
    async list() {
      const devices: DeviceState[] = [];
      for (;;) {
        const query = { product_id: product, offset: devices.length, limit: PAGE };
        const page = listOf(objectOf(await call("/device/list", query))["list"]).map(stateOf);
        devices.push(...page);
        if (page.length < PAGE || devices.length >= MOST_DEVICES) return devices;
      }
    },
    async delete(device) {
      await post("/device/delete", { device_name: device });
    },
    async newest(device) {
      if (!(await detail(device)).hasStreams) {
        const properties = listOf(await call("/thingmodel/query-device-property", of(device)));
        return properties
          .map(objectOf)
          .filter(({ value }) => value !== undefined)
          .map(({ identifier, value, time }) => ({ name: String(identifier), value, time: Number(time) }));
      }
      const { devices } = objectOf(await call("/datapoint/current-datapoints", of(device)));
      const [found] = listOf(devices);
      return found === undefined
        ? []
        : listOf(objectOf(found)["datastreams"])
            .map(objectOf)
            .map(({ id, value, at }) => ({ name: String(id), value, time: timeOf(at) }));
    },
    async history(device, name, from, to, limit) {
      if ((await detail(device)).hasStreams) {
        const span = { start: beijing(from), end: beijing(to + 999), limit, sort: "DESC" };
        const query = { ...of(device), datastream_id: name, ...span };
        const { datastreams } = objectOf(await call("/datapoint/history-datapoints", query));
        const [stream] = listOf(datastreams);
        const points = stream === undefined ? [] : listOf(objectOf(stream)["datapoints"]);
        return points.map(objectOf).map(({ value, at }) => ({ name, value, time: timeOf(at) }));
      }
      const span = { ...of(device), identifier: name, start_time: from, end_time: to };
      const points = await newestOf("/thingmodel/query-device-property-history", span, limit);
      return points.map(({ value, time }) => ({ name, value, time: Number(time) }));
    },
    async onlineHistory(device, from, to, limit) {
      const span = { ...of(device), start_time: from, end_time: to };
      const changes = await newestOf("/device/status-history", span, limit);
      return changes.map(({ status, time }) => ({ online: Number(status) === 1, time: Number(time) }));
    },
    async log(device, from, to, limit) {
      const span = { ...of(device), start_time: from, end_time: to };
      const entries: LogEntry[] = [];
      for (const kind of LOGS)
        for (const { time, ...fields } of await newestOf(`/device/${kind}-log`, span, limit))
          entries.push({ kind, time: Number(time), fields });
      return entries.sort((one, other) => other.time - one.time).slice(0, limit);
    },
    async set(device, params) {
      const answer = await post("/thingmodel/set-device-property", { device_name: device, params });
      const { code, msg } = isObject(answer) ? answer : {};
      if (code === undefined || code === 200) return;
      throw new OneNetError(t`the device refused: ${JSON.stringify({ code, msg })}`);
    },
    async command(device, text) {
      const answer = await call("/datapoint/synccmds", { ...of(device), timeout: COMMAND_TIMEOUT }, text);
      const { cmd_resp: response = "" } = objectOf(answer);
      return typeof response === "string" ? response : JSON.stringify(response);
    },
  };
}

/** @throws OneNetError if there is no answer */
async function fetchText(address: string, request: RequestInit, signal: AbortSignal): Promise<string> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await fetch(address, { ...request, signal: AbortSignal.any([signal, timeout]) });
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > MAXIMUM_ANSWER) throw new OneNetError(t`the answer is too long`);
      text += decoder.decode(part, { stream: true });
    }
    if (!response.ok) throw new OneNetError(t`the server answered with HTTP status ${response.status}`);
    return text + decoder.decode();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (timeout.aborted) throw new OneNetError(t`no answer within ${TIMEOUT / 1000} s`);
    if (error instanceof OneNetError) throw error;
    const { cause } = error as { cause?: { code?: string; message?: string } };
    const why = cause?.code ?? cause?.message ?? (error as Error).message;
    const { origin, hostname } = new URL(address);
    const remedy = isThisComputer(hostname)
      ? t`start npm run platform, or give its port with --server`
      : t`check the address and the network`;
    throw new OneNetError(t`no connection to ${origin}: ${why}: ${remedy}`);
  }
}

/** @param hostname of a URL */
export function isThisComputer(hostname: string): boolean {
  return /^(localhost$|127\.|\[::1\])/.test(hostname);
}

/** What a local OneNET says of itself. */
export interface LocalPlatform {
  /** MQTT of multiprotocol. */
  readonly mqttPort: number;
  /** MQTT of suite and studio. */
  readonly suitePort: number;
  /** The same over TLS, if there is that. */
  readonly tlsPort?: number;
  /** Its devices, of all products. */
  readonly devices: number;
  /** Most devices. */
  readonly mostDevices: number;
}

/** @returns undefined if there is no answer, or the server is no local OneNET */
export async function localPlatform(server: string, signal: AbortSignal): Promise<LocalPlatform | undefined> {
  try {
    const answer = await fetchText(`${server}/local/platform`, { redirect: "error" }, signal);
    const data = objectOf(objectOf(parse(answer))["data"]);
    const { tlsPort } = data;
    return {
      mqttPort: numberIn(data["mqttPort"]),
      suitePort: numberIn(data["suitePort"]),
      ...(tlsPort !== undefined && { tlsPort: numberIn(tlsPort) }),
      devices: numberIn(data["devices"]),
      mostDevices: numberIn(data["mostDevices"]),
    };
  } catch (error) {
    if (error instanceof OneNetError) return undefined;
    throw error;
  }
}

export interface Registration {
  /** Address of the API of multiprotocol, such as `http://api.heclouds.com`. */
  readonly server: string;
  /** The product's registration code. */
  readonly code: string;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/**
 * Registers a multiprotocol device. The same serial number always gives the same device.
 * @returns its id and auth info
 */
export async function registerDevice(
  { server, code, signal }: Registration,
  sn: string,
  title: string,
): Promise<{ readonly device: string; readonly authInfo: string }> {
  const query = new URLSearchParams({ register_code: code });
  const request: RequestInit = {
    method: "POST",
    headers: { "content-type": "application/json" },
    redirect: "error", // the code is only for this server
    body: JSON.stringify({ sn, title }),
  };
  const text = await fetchText(`${server}/register_de?${query.toString()}`, request, signal);
  const { errno, error, data } = objectOf(parse(text));
  if (typeof errno !== "number")
    throw new OneNetError(t`the answer has no errno: is this OneNET's HTTP API?`);
  if (errno !== 0) throw new OneNetError(typeof error === "string" ? error : t`no reason given`, errno);
  const { device_id: device, key } = objectOf(data);
  if (typeof device === "string" && typeof key === "string") return { device, authInfo: key };
  throw new OneNetError(t`the answer has no id and key of the device`);
}

export type Query = Readonly<Record<string, string | number>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OneNetError(t`the answer is not JSON: is this OneNET's HTTP API?`);
  }
}

function keyOf(device: unknown): string {
  const { sec_key: key } = objectOf(device);
  if (typeof key === "string") return key;
  throw new OneNetError(t`the answer has no access key of the device`);
}

function stateOf(device: unknown): DeviceState {
  const { name, desc, status, last_time: last, data_pt: protocol } = objectOf(device);
  return {
    name: String(name),
    description: typeof desc === "string" ? desc : "",
    state: status === 1 ? "online" : status === 0 ? "offline" : "never online",
    ...(typeof last === "string" && { lastOnline: last }),
    hasStreams: protocol === STREAMS,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Fields {
  if (isObject(value)) return value;
  throw new OneNetError(t`the answer has another form than OneNET's`);
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (value === undefined || value === null) return [];
  throw new OneNetError(t`the answer has another form than OneNET's`);
}

/** A number that only a local OneNET answers. @throws OneNetError if it is none */
export function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  throw new OneNetError(t`the answer has another form than the local OneNET's`);
}

/** Beijing time, rounded down to the second, as the API reads it. */
function beijing(time: number): string {
  return new Date(time + AHEAD).toISOString().slice(0, 19);
}

/** In ms since 1970. */
function timeOf(at: unknown): number {
  return typeof at === "string" ? Date.parse(`${at.replace(" ", "T")}+08:00`) : NaN;
}
