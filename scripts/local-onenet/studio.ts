/** The rules of the studio generation (OneNET 物联网开放平台): OneJSON, checked against the product's thing model. */

import type { Data, Desired } from "./data.ts";
import { nameOf, type DeviceRecord, type Registry } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import type { Reporter } from "./events.ts";
import type { Broken, Generation } from "./generation.ts";
import type { Doubt } from "./doubts.ts";
import { isObject } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import type { Rates } from "./rates.ts";
import type { Reply, Requests } from "./requests.ts";
import type { Sessions } from "./sessions.ts";
import {
  CODE,
  malformed,
  propertyFault,
  quote,
  readEnvelope,
  readHistory,
  readId,
  readOneJson,
  readTimed,
  unknown,
  type Envelope,
  type Failure,
  type Timed,
} from "./one-json.ts";
import { sizeOf, type Kept, type Room } from "./room.ts";
import type { Store } from "./store.ts";
import { sysRules, treeOf } from "./sys-topics.ts";
import { printable } from "./text.ts";
import { fieldsFault, type Property, type ThingModel } from "./thing-model.ts";
import type { Updates } from "./updates/updates.ts";

/** Topics of gateways and scripts, which the local OneNET does not have. */
const ELSEWHERE = {
  up: [
    "thing/sub/topo/add",
    "thing/sub/topo/delete",
    "thing/sub/topo/get",
    "thing/sub/topo/get/result",
    "thing/sub/topo/change_reply",
    "thing/sub/login",
    "thing/sub/logout",
    "thing/sub/property/get_reply",
    "thing/sub/property/set_reply",
    "thing/sub/service/invoke_reply",
    "custome/up",
    "custome/down_reply/+",
  ],
  down: [
    "thing/sub/topo/add/reply",
    "thing/sub/topo/delete/reply",
    "thing/sub/topo/get/reply",
    "thing/sub/topo/change",
    "thing/sub/login/reply",
    "thing/sub/logout/reply",
    "thing/sub/property/get",
    "thing/sub/property/set",
    "thing/sub/service/invoke",
    "custome/up_reply",
    "custome/down/+",
  ],
} as const;

/** Likely: the platform drops an event sent to a topic of its own name without a word. */
const DROPPED = "thing/event/+/post";

const TOPICS = {
  most: 10,
  up: [
    "thing/property/post",
    "thing/property/set_reply",
    "thing/property/get_reply",
    "thing/property/desired/get",
    "thing/property/desired/delete",
    "thing/event/post",
    "thing/history/post",
    "thing/service/+/invoke_reply",
    "ota/inform_reply",
    DROPPED,
    ...ELSEWHERE.up,
  ],
  down: [
    "thing/property/post/reply",
    "thing/property/set",
    "thing/property/get",
    "thing/property/desired/get/reply",
    "thing/property/desired/delete/reply",
    "thing/event/post/reply",
    "thing/history/post/reply",
    "thing/service/+/invoke",
    "ota/inform",
    ...ELSEWHERE.down,
  ],
} as const;

/** The file of the platform cannot be written. */
const NOT_STORED: Failure = { code: CODE.full, message: "the platform cannot store it" };

/** Time a device has to answer, in ms. */
const ANSWER_TIMEOUT = 5000;

/** The requests available to the application side of studio. */
export interface Application {
  /**
   * Sets properties of a device (`property/set`) and waits for its `set_reply`.
   * @param timeout in ms; 5000 by default
   * @throws Error if the values do not match the thing model, or the device is offline, has not subscribed or does not
   *   answer in time
   */
  setProperty(device: string, params: Readonly<Record<string, JsonValue>>, timeout?: number): Promise<Reply>;
  /** Asks a device for properties (`property/get`); otherwise like {@link setProperty}. */
  getProperty(device: string, identifiers: readonly string[], timeout?: number): Promise<Reply>;
  /** Calls a service of a device (`service/<identifier>/invoke`); otherwise like {@link setProperty}. */
  invoke(
    device: string,
    service: string,
    params?: Readonly<Record<string, JsonValue>>,
    timeout?: number,
  ): Promise<Reply>;
  /**
   * Sets the desired values of properties. A device that is online and subscribed to `property/set` gets them at once;
   * others ask for them later.
   * @returns the versions of the values, counted from 1
   * @throws Error if the values do not match the thing model
   */
  setDesired(device: string, params: Readonly<Record<string, JsonValue>>): Readonly<Record<string, number>>;
  /** The desired values of a device, by property; `device` is its full name, here and below. */
  desired(device: string): ReadonlyMap<string, Desired>;
  /**
   * Deletes the desired values of a device, or those of `wanted`, and counts their versions from 1 again. With
   * `{"version":…}`, a value is deleted only if it still has that version.
   */
  forgetDesired(device: string, wanted?: Readonly<Record<string, JsonValue>>): void;
}

export interface Parts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly requests: Requests;
  readonly registry: Registry;
  readonly room: Room;
  readonly doubt: Doubt;
  readonly rates: Rates;
  readonly data: Data;
  readonly updates: Pick<Updates, "replied">;
}

export function studio(parts: Parts): { readonly generation: Generation; readonly application: Application } {
  const { events, sessions, store, requests, registry, room, doubt, rates, data: kept, updates } = parts;
  const desired = new Map<string, Map<string, Desired>>();
  /** The room entries of desired values. */
  const places = new Map<string, Kept>();
  const NONE: ReadonlyMap<string, Desired> = new Map();

  for (const { device, identifier, value, version } of kept.desired)
    remember(device, identifier, { value, version });

  function remember(name: string, identifier: string, entry: Desired): void {
    const values = desired.get(name) ?? new Map<string, Desired>();
    desired.set(name, values);
    const older = places.get(`${name} ${identifier}`);
    if (older) room.release(older);
    const place = room.keep(name, sizeOf(entry.value), () => {
      values.delete(identifier);
      places.delete(`${name} ${identifier}`);
      kept.setDesired(name, identifier, undefined);
    });
    places.set(`${name} ${identifier}`, place);
    values.set(identifier, entry);
  }

  function modelOf({ product }: DeviceRecord): ThingModel {
    return registry.products.get(product)?.thingModel ?? { properties: [] };
  }

  /** Answers a post or request from the device. */
  function reply(record: DeviceRecord, topic: string, id: string, failure?: Failure, data?: object): void {
    const { code, message } = failure ?? { code: CODE.success, message: "success" };
    const payload = JSON.stringify({ id, code, msg: message, ...(data && { data }) });
    sessions.notify(nameOf(record), `${treeOf(record)}thing/${topic}/reply`, Buffer.from(payload));
  }

  function checkProperty(
    record: DeviceRecord,
  ): (identifier: string, value: JsonValue) => Failure | undefined {
    const { properties } = modelOf(record);
    return (identifier, value) => propertyFault(properties, identifier, value);
  }

  function checkEvent(record: DeviceRecord): (identifier: string, value: JsonValue) => Failure | undefined {
    const known = modelOf(record).events ?? [];
    return (identifier, value) => {
      const event = known.find((one) => one.identifier === identifier);
      if (event === undefined) return unknown(identifier);
      return malformed(identifier, fieldsFault(event.outputData ?? [], value));
    };
  }

  function keepProperties(record: DeviceRecord, values: readonly Timed[]): Failure | undefined {
    for (const { identifier, value, at } of values) {
      if (!store.add(nameOf(record), identifier, { value, at })) {
        return { code: CODE.full, message: `no room for ${identifier}` };
      }
      events.emit("datapoint", { device: nameOf(record), stream: identifier, value, at });
    }
    return undefined;
  }

  function announceEvents(record: DeviceRecord, values: readonly Timed[]): void {
    for (const { identifier, value, at } of values) {
      store.log(nameOf(record), "event", { identifier, value }, at);
      events.emit("event", { device: nameOf(record), identifier, value, at });
    }
  }

  function receiveProperties(record: DeviceRecord, { params }: Envelope): Failure | undefined {
    const values = readTimed(params, checkProperty(record));
    return Array.isArray(values) ? keepProperties(record, values) : values;
  }

  function receiveEvents(record: DeviceRecord, { params }: Envelope): Failure | undefined {
    const values = readTimed(params, checkEvent(record));
    if (!Array.isArray(values)) return values;
    announceEvents(record, values);
    return undefined;
  }

  function receiveHistory(record: DeviceRecord, { params }: Envelope): Failure | undefined {
    const { product, device } = record;
    const history = readHistory(params, {
      product,
      device,
      properties: checkProperty(record),
      events: checkEvent(record),
    });
    if ("code" in history) return history;
    announceEvents(record, history.events);
    return keepProperties(record, history.properties);
  }

  function receiveDesiredGet(record: DeviceRecord, { params }: Envelope): Failure | Record<string, Desired> {
    if (!Array.isArray(params) || !params.every((one) => typeof one === "string")) {
      return { code: CODE.shape, message: "params must be an array of identifiers" };
    }
    const { properties } = modelOf(record);
    const lacking = params.find((one) => !properties.some(({ identifier }) => identifier === one));
    if (lacking !== undefined) return unknown(lacking);
    const values = desired.get(nameOf(record)) ?? NONE;
    events.emit("desired-get", { device: nameOf(record), identifiers: params });
    return Object.fromEntries([...values].filter(([identifier]) => params.includes(identifier)));
  }

  function receiveDesiredDelete(record: DeviceRecord, { params }: Envelope): Failure | undefined {
    if (!isObject(params)) return { code: CODE.shape, message: "params must be an object of identifiers" };
    const { properties } = modelOf(record);
    const lacking = Object.keys(params).find(
      (one) => !properties.some(({ identifier }) => identifier === one),
    );
    if (lacking !== undefined) return unknown(lacking);
    forgetDesired(nameOf(record), params);
    return undefined;
  }

  /** Deletes the desired values of these identifiers; where a version is given, only that version. */
  function forgetDesired(name: string, wanted: Readonly<Record<string, JsonValue>>): void {
    const values = desired.get(name) ?? NONE;
    for (const [identifier, which] of Object.entries(wanted)) {
      const version = isObject(which) ? which["version"] : undefined;
      const place = places.get(`${name} ${identifier}`);
      if (!place || (version !== undefined && version !== values.get(identifier)?.version)) continue;
      room.release(place);
      place.forget();
    }
  }

  function receiveReply(record: DeviceRecord, call: string, payload: Buffer): Broken | undefined {
    const isRefused = (what: string) => doubt(nameOf(record), what);
    const json = readOneJson(payload, isRefused);
    if (json === undefined) {
      return { rule: "one-json", detail: printable(`${call}_reply: ${jsonFault(payload)}`, 200) };
    }
    const { id: given, code, msg, data } = isObject(json) ? json : {};
    const id = readId(given, isRefused);
    if (id === undefined || typeof code !== "number" || !Number.isInteger(code)) {
      return {
        rule: "one-json",
        detail: `${printable(call)}_reply must be {"id":"<that of the request>","code":200,"msg":"success"}`,
      };
    }
    const message = typeof msg === "string" ? msg : "";
    const answer: Reply = data === undefined ? { code, message } : { code, message, data };
    const fault = code === CODE.success ? dataFault(record, call, data) : undefined;
    const isAwaited = requests.answer(nameOf(record), call, id, answer);
    if (!isAwaited) {
      return { rule: "answer", detail: `${printable(call)}_reply with the id "${printable(id)}"` };
    }
    return fault === undefined
      ? undefined
      : { rule: "one-json", detail: printable(`${call}_reply: ${fault}`, 160) };
  }

  /** What is wrong with a reply's data. */
  function dataFault(record: DeviceRecord, call: string, data: JsonValue | undefined): string | undefined {
    const model = modelOf(record);
    if (call === "property/set") return undefined;
    if (call === "property/get") {
      if (!isObject(data)) return "data must be an object of properties";
      return Object.entries(data)
        .map(([identifier, value]) => propertyFault(model.properties, identifier, value)?.message)
        .find((fault) => fault !== undefined);
    }
    const service = model.services?.find(({ identifier }) => call === `service/${identifier}/invoke`);
    return data === undefined ? undefined : fieldsFault(service?.output ?? [], data);
  }

  function receivePost(record: DeviceRecord, topic: string, payload: Buffer): Broken | undefined {
    const envelope = readEnvelope(payload, (what) => doubt(nameOf(record), what));
    let failure: Failure | undefined;
    let data: Record<string, Desired> | undefined;
    const isFull = kept.fault() !== undefined;
    if ("code" in envelope) failure = envelope;
    else if (isFull) failure = NOT_STORED;
    else if (topic === "property/post") failure = receiveProperties(record, envelope);
    else if (topic === "event/post") failure = receiveEvents(record, envelope);
    else if (topic === "history/post") failure = receiveHistory(record, envelope);
    else if (topic === "property/desired/delete") failure = receiveDesiredDelete(record, envelope);
    else {
      const found = receiveDesiredGet(record, envelope);
      if (isFailure(found)) failure = found;
      else data = found;
    }
    kept.whenKept((fault) => {
      reply(record, topic, envelope.id, failure ?? (fault === undefined ? undefined : NOT_STORED), data);
    });
    return failure && !isFull
      ? { rule: "one-json", detail: printable(`${topic}: ${failure.message}`, 200) }
      : undefined;
  }

  const generation: Generation = {
    ...sysRules(TOPICS),
    receive(record, topic, payload) {
      const own = topic.slice(treeOf(record).length);
      if (own.startsWith("thing/event/") && own !== "thing/event/post") {
        const detail = `"${printable(own)}": the platform drops it; an event goes to thing/event/post`;
        return { rule: "own-topic", detail };
      }
      if (/^(thing\/sub|custome)\//.test(own)) {
        const detail = `${printable(own)}: the local OneNET has no gateways and no scripts, so it drops this`;
        events.emit("notice", { device: nameOf(record), detail });
        return undefined;
      }
      if (own === "ota/inform_reply") return updates.replied(record, payload);
      const below = own.slice("thing/".length);
      return below.endsWith("_reply")
        ? receiveReply(record, below.slice(0, -"_reply".length), payload)
        : receivePost(record, below, payload);
    },
    sendCommand: (record) => (sessions.get(nameOf(record)) === undefined ? "offline" : "unsubscribed"),
  };

  function studioDevice(name: string): DeviceRecord {
    const record = registry.find(name);
    if (record.generation !== "studio") throw new Error(`device ${name} is ${record.generation}, not studio`);
    return record;
  }

  function checkWritable(record: DeviceRecord, params: Readonly<Record<string, JsonValue>>): void {
    const { properties } = modelOf(record);
    for (const [identifier, value] of Object.entries(params)) {
      const fault = propertyFault(properties, identifier, value);
      const property = properties.find((one) => one.identifier === identifier);
      if (fault !== undefined) throw new Error(wrappedFault(property, value) + fault.message);
      if (property?.accessMode !== "rw") {
        throw new Error(`the property "${identifier}" is read-only`);
      }
    }
  }

  const application: Application = {
    async setProperty(device, params, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      checkWritable(record, params);
      const tooOften = rates.check(record, "property/set");
      if (tooOften !== undefined) throw new Error(tooOften.detail);
      return requests.ask(record, "property/set", { ...params }, timeout);
    },
    async getProperty(device, identifiers, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      const { properties } = modelOf(record);
      for (const wanted of identifiers) {
        if (!properties.some(({ identifier }) => identifier === wanted)) {
          throw new Error(`the thing model has no property ${quote(wanted)}`);
        }
      }
      return requests.ask(record, "property/get", [...identifiers], timeout);
    },
    async invoke(device, service, params = {}, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      const known = modelOf(record).services?.find(({ identifier }) => identifier === service);
      if (known === undefined) throw new Error(`the thing model has no service ${quote(service)}`);
      const fault = known.input && fieldsFault(known.input, { ...params });
      if (fault !== undefined) throw new Error(`the input of ${service}: ${fault}`);
      return requests.ask(record, `service/${service}/invoke`, { ...params }, timeout);
    },
    setDesired(device, params) {
      const record = studioDevice(device);
      const name = nameOf(record);
      checkWritable(record, params);
      for (const [identifier, value] of Object.entries(params)) {
        const entry = { value, version: (desired.get(name)?.get(identifier)?.version ?? 0) + 1 };
        remember(name, identifier, entry);
        kept.setDesired(name, identifier, entry);
      }
      requests.ask(record, "property/set", { ...params }, ANSWER_TIMEOUT).catch(() => {
        // An offline or silent device will ask for them itself.
      });
      return Object.fromEntries(
        Object.keys(params).map((one) => [one, desired.get(name)?.get(one)?.version ?? 0]),
      );
    },
    desired: (device) => desired.get(device) ?? NONE,
    forgetDesired(device, wanted) {
      const all = [...(desired.get(device) ?? NONE).keys()].map((identifier) => [identifier, {}] as const);
      forgetDesired(device, wanted ?? Object.fromEntries(all));
    },
  };
  return { generation, application };
}

/** The platform's words for a value wrapped in `{"value":…}`, as devices send it; empty for another. */
function wrappedFault(property: Property | undefined, value: JsonValue): string {
  if (property === undefined || !isObject(value) || !("value" in value)) return "";
  const { identifier, dataType } = property;
  return `属性设置失败: identifier: ${identifier}, error: ${dataType.type} type error: `;
}

function isFailure(found: Failure | Record<string, Desired>): found is Failure {
  return typeof found["code"] === "number";
}
