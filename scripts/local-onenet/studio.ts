/** The rules of the studio generation (OneNET 物联网开放平台): OneJSON, checked against the product's thing model. */

import type { Data, Desired } from "./data.ts";
import { nameOf, type DeviceRecord, type Registry, type TokenDevice } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import type { Reporter } from "./events.ts";
import type { Broken, Generation } from "./generation.ts";
import type { Doubt } from "./doubts.ts";
import { createGateways, SUB_DEVICE_TIMEOUT } from "./gateways.ts";
import { isObject } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import type { Limits } from "./limits.ts";
import { readPack, type PackKind, type Subject } from "./pack.ts";
import type { Rates } from "./rates.ts";
import type { Reply, Requests } from "./requests.ts";
import type { Sessions } from "./sessions.ts";
import {
  CODE,
  malformed,
  propertyFault,
  quote,
  readEnvelope,
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
import { english } from "../cli/language.ts";

/** Topics of gateways. */
const GATEWAY = {
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
  ],
} as const;

/** Topics of scripts, which the local OneNET does not have. */
const SCRIPTS = {
  up: ["custome/up", "custome/down_reply/+"],
  down: ["custome/up_reply", "custome/down/+"],
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
    "thing/pack/post",
    "thing/history/post",
    "thing/service/+/invoke_reply",
    "ota/inform_reply",
    DROPPED,
    ...GATEWAY.up,
    ...SCRIPTS.up,
  ],
  down: [
    "thing/property/post/reply",
    "thing/property/set",
    "thing/property/get",
    "thing/property/desired/get/reply",
    "thing/property/desired/delete/reply",
    "thing/event/post/reply",
    "thing/pack/post/reply",
    "thing/history/post/reply",
    "thing/service/+/invoke",
    "ota/inform",
    ...GATEWAY.down,
    ...SCRIPTS.down,
  ],
} as const;

/** The file of the platform cannot be written. */
const NOT_STORED: Failure = { code: CODE.full, message: "the platform cannot store it" };

/** A gateway asks for its topology. */
const TOPOLOGY = "sub/topo/get";

/** Time a device has to answer, in ms. */
const ANSWER_TIMEOUT = 5000;

/** Most properties of a sub-device set at once. */
const MAXIMUM_SET = 50;

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
  /**
   * Gives a gateway these sub-devices in place of the present ones, as its page on the platform does, and tells it
   * (`sub/topo/change`).
   * @returns what the gateway answers
   * @throws Error if they cannot be its sub-devices; or, once they are, if the gateway does not answer in time
   */
  setSubDevices(gateway: string, subDevices: readonly string[]): Promise<Reply>;
  /**
   * Forgets what is kept for a device that was deleted.
   * @param gateway had it as a sub-device, and is told so
   */
  forget(device: string, gateway: DeviceRecord | undefined): void;
}

export interface Parts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly requests: Requests;
  readonly registry: Registry;
  readonly limits: Limits;
  readonly room: Room;
  readonly doubt: Doubt;
  readonly rates: Rates;
  readonly data: Data;
  readonly updates: Pick<Updates, "replied">;
}

export function studio(parts: Parts): { readonly generation: Generation; readonly application: Application } {
  const { events, sessions, store, requests, registry, room, doubt, rates, data: kept, updates } = parts;
  const gateways = createGateways(parts);
  const desired = new Map<string, Map<string, Desired>>();
  /** The room entries of desired values. */
  const places = new Map<string, Kept>();
  const NONE: ReadonlyMap<string, Desired> = new Map();

  for (const { device, identifier, value, version } of kept.desired)
    if (!identifier.includes(":")) remember(device, identifier, { value, version });

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
        return { code: CODE.full, message: english`no room for ${identifier}` };
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

  /** The device that an entry of a pack is of: the sender, or one of its sub-devices. */
  function subjectOf(sender: DeviceRecord, identity: JsonValue | undefined): Subject | Failure {
    const record = isOf(sender, identity) ? sender : gateways.subDevice(sender, identity);
    return "code" in record
      ? record
      : { record, properties: checkProperty(record), events: checkEvent(record) };
  }

  function receivePack(kind: PackKind, sender: DeviceRecord, { params }: Envelope): Failure | undefined {
    const entries = readPack(kind, params, (identity) => subjectOf(sender, identity));
    if ("code" in entries) return entries;
    for (const { record, properties, events: announced } of entries) {
      announceEvents(record, announced);
      const failure = keepProperties(record, properties);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  function receiveDesiredGet(record: DeviceRecord, { params }: Envelope): Failure | Record<string, Desired> {
    if (!Array.isArray(params) || !params.every((one) => typeof one === "string")) {
      return { code: CODE.shape, message: english`params must be an array of identifiers` };
    }
    const { properties } = modelOf(record);
    const lacking = params.find((one) => !properties.some(({ identifier }) => identifier === one));
    if (lacking !== undefined) return unknown(lacking);
    const values = desired.get(nameOf(record)) ?? NONE;
    events.emit("desired-get", { device: nameOf(record), identifiers: params });
    return Object.fromEntries([...values].filter(([identifier]) => params.includes(identifier)));
  }

  function receiveDesiredDelete(record: DeviceRecord, { params }: Envelope): Failure | undefined {
    if (!isObject(params))
      return { code: CODE.shape, message: english`params must be an object of identifiers` };
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

  /** An answer of a device, or of a gateway for its sub-device: for what it was asked is known from its `id`. */
  function receiveReply(record: DeviceRecord, call: string, payload: Buffer): Broken | undefined {
    const isRefused = (what: string) => doubt(nameOf(record), what);
    const json = readOneJson(payload, isRefused);
    if (json === undefined) {
      return { rule: "one-json", detail: printable(english`${call}_reply: ${jsonFault(payload)}`, 200) };
    }
    const { id: given, code, msg, data: all } = isObject(json) ? json : {};
    const data = call === "sub/service/invoke" && isObject(all) ? all["output"] : all;
    const id = readId(given, isRefused);
    if (id === undefined || typeof code !== "number" || !Number.isInteger(code)) {
      return {
        rule: "one-json",
        detail: english`${printable(call)}_reply must be {"id":"<that of the request>","code":200,"msg":"success"}`,
      };
    }
    const message = typeof msg === "string" ? msg : "";
    const answer: Reply = data === undefined ? { code, message } : { code, message, data };
    const late: Broken = {
      rule: "answer",
      detail: english`${printable(call)}_reply with the id "${printable(id)}"`,
    };
    if (call === TOPOLOGY) return gateways.receiveResult(record, id, answer) ? undefined : late;
    const asked = requests.answer(nameOf(record), call, id, answer);
    if (asked === undefined) return late;
    const fault = code === CODE.success ? dataFault(asked.record, asked.call, data) : undefined;
    return fault === undefined
      ? undefined
      : { rule: "one-json", detail: printable(english`${call}_reply: ${fault}`, 160) };
  }

  /** What is wrong with a reply's data. */
  function dataFault(record: DeviceRecord, call: string, data: JsonValue | undefined): string | undefined {
    const model = modelOf(record);
    if (call === "property/set" || call === "sub/topo/change") return undefined;
    if (call === "property/get") {
      if (!isObject(data)) return english`data must be an object of properties`;
      return Object.entries(data)
        .map(([identifier, value]) => propertyFault(model.properties, identifier, value)?.message)
        .find((fault) => fault !== undefined);
    }
    const service = model.services?.find(({ identifier }) => call === `service/${identifier}/invoke`);
    return data === undefined ? undefined : fieldsFault(service?.output ?? [], data);
  }

  /** Handles what a device posts to a topic below `thing/`; returns what it gets as data. */
  function handlePost(record: DeviceRecord, topic: string, envelope: Envelope): Failure | object | undefined {
    if (topic.startsWith("sub/")) return gateways.receive(record, topic.slice("sub/".length), envelope);
    switch (topic) {
      case "property/post":
        return receiveProperties(record, envelope);
      case "event/post":
        return receiveEvents(record, envelope);
      case "pack/post":
      case "history/post":
        return receivePack(topic, record, envelope);
      case "property/desired/delete":
        return receiveDesiredDelete(record, envelope);
      default:
        return receiveDesiredGet(record, envelope);
    }
  }

  function receivePost(record: DeviceRecord, topic: string, payload: Buffer): Broken | undefined {
    const fallback = topic === TOPOLOGY ? {} : undefined; // Nothing is asked of it.
    const envelope = readEnvelope(payload, (what) => doubt(nameOf(record), what), fallback);
    const isFull = kept.fault() !== undefined;
    const found = "code" in envelope ? envelope : isFull ? NOT_STORED : handlePost(record, topic, envelope);
    const failure = isFailure(found) ? found : undefined;
    const data = isFailure(found) ? undefined : found;
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
        const detail = english`"${printable(own)}": the platform drops it; an event goes to thing/event/post`;
        return { rule: "own-topic", detail };
      }
      if (own.startsWith("custome/")) {
        const detail = english`${printable(own)}: the local OneNET has no scripts, so it drops this`;
        events.emit("notice", { device: nameOf(record), detail });
        return undefined;
      }
      if (own === "ota/inform_reply") return updates.replied(record, payload);
      const below = own.slice("thing/".length);
      if (below === `${TOPOLOGY}/result`) return receiveReply(record, TOPOLOGY, payload);
      return below.endsWith("_reply")
        ? receiveReply(record, below.slice(0, -"_reply".length), payload)
        : receivePost(record, below, payload);
    },
    sendCommand: (record) => (sessions.isOnline(nameOf(record)) ? "unsubscribed" : "offline"),
  };

  function studioDevice(name: string): TokenDevice {
    const record = registry.find(name);
    if (record.generation !== "studio")
      throw new Error(english`device ${name} is ${record.generation}, not studio`);
    return record;
  }

  function checkWritable(record: DeviceRecord, params: Readonly<Record<string, JsonValue>>): void {
    const { properties } = modelOf(record);
    for (const [identifier, value] of Object.entries(params)) {
      const fault = propertyFault(properties, identifier, value);
      const property = properties.find((one) => one.identifier === identifier);
      if (fault !== undefined) throw new Error(wrappedFault(property, value) + fault.message);
      if (property?.accessMode !== "rw") {
        throw new Error(english`the property "${identifier}" is read-only`);
      }
    }
  }

  /** Asks a device, or its gateway for it. */
  function ask(record: DeviceRecord, call: string, params: JsonValue, timeout: number): Promise<Reply> {
    const route = gateways.routeOf(record, call, params);
    return route === undefined
      ? requests.ask(record, call, params, timeout)
      : requests.ask(record, call, params, Math.min(timeout, SUB_DEVICE_TIMEOUT), route);
  }

  const application: Application = {
    async setProperty(device, params, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      checkWritable(record, params);
      const tooOften = rates.check(record, "property/set");
      if (tooOften !== undefined) throw new Error(tooOften.detail);
      if (sessions.gatewayOf(nameOf(record)) !== undefined && Object.keys(params).length > MAXIMUM_SET) {
        throw new Error(english`at most ${MAXIMUM_SET} properties of a sub-device may be set at once`);
      }
      return ask(record, "property/set", { ...params }, timeout);
    },
    async getProperty(device, identifiers, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      const { properties } = modelOf(record);
      for (const wanted of identifiers) {
        if (!properties.some(({ identifier }) => identifier === wanted)) {
          throw new Error(english`the thing model has no property ${quote(wanted)}`);
        }
      }
      return ask(record, "property/get", [...identifiers], timeout);
    },
    async invoke(device, service, params = {}, timeout = ANSWER_TIMEOUT) {
      const record = studioDevice(device);
      const known = modelOf(record).services?.find(({ identifier }) => identifier === service);
      if (known === undefined) throw new Error(english`the thing model has no service ${quote(service)}`);
      const fault = known.input && fieldsFault(known.input, { ...params });
      if (fault !== undefined) throw new Error(english`the input of ${service}: ${fault}`);
      return ask(record, `service/${service}/invoke`, { ...params }, timeout);
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
      ask(record, "property/set", { ...params }, ANSWER_TIMEOUT).catch(() => {
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
    async setSubDevices(gateway, subDevices) {
      gateways.bind(studioDevice(gateway), subDevices.map(studioDevice));
      return gateways.announce(studioDevice(gateway));
    },
    forget(device, gateway) {
      gateways.logOut(device, english`the device was deleted`);
      application.forgetDesired(device);
      if (gateway?.generation !== "studio") return;
      gateways.announce(gateway).catch(() => {
        // An offline or silent gateway will ask for its topology itself.
      });
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

/** Whether it is not data: no property has a number for its desired value. */
function isFailure(found: Failure | object | undefined): found is Failure {
  return found !== undefined && "code" in found && typeof found.code === "number";
}

/** Whether an entry of a pack is of its sender. */
function isOf({ product, device }: DeviceRecord, identity: JsonValue | undefined): boolean {
  if (identity === undefined) return true;
  return isObject(identity) && identity["productID"] === product && identity["deviceName"] === device;
}
