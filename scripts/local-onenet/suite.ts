/** The rules of the suite generation (MQTT物联网套件): data points and commands in a device's own `$sys` tree. */

import { beijingTime } from "./beijing-time.ts";
import type { Commands } from "./commands.ts";
import type { Data } from "./data.ts";
import type { Doubt } from "./doubts.ts";
import { nameOf, subDevicesOf, type DeviceRecord, type Registry } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import type { Reporter } from "./events.ts";
import type { Broken, Generation } from "./generation.ts";
import { depthOf, type Images } from "./image.ts";
import { isObject, readJson, type Oddities } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import { MAXIMUM_POINTS, type Limits } from "./limits.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import { sysRules, treeOf } from "./sys-topics.ts";
import { printable } from "./text.ts";
import { english } from "../cli/language.ts";

const IMAGE = ["image/update", "image/get"];

const TOPICS = {
  most: 15,
  up: ["dp/post/json", "cmd/response/+", ...IMAGE],
  down: [
    "dp/post/json/accepted",
    "dp/post/json/rejected",
    "cmd/request/+",
    "cmd/response/+/accepted",
    "cmd/response/+/rejected",
    "image/update/accepted",
    "image/update/rejected",
    "image/update/delta",
    "image/get/accepted",
    "image/get/rejected",
  ],
} as const;

/** Topics of a sub-device, below `$subdev/<product>/<device>/`, which its gateway uses. */
const SUB_TOPICS = {
  most: 15,
  up: ["login", "logout", "dp/post/json", "cmd/response/+"],
  down: [
    "login/accepted",
    "login/rejected",
    "logout/accepted",
    "logout/rejected",
    "logout/notify",
    "dp/post/json/accepted",
    "dp/post/json/rejected",
    "cmd/request/+",
    "cmd/response/+/accepted",
    "cmd/response/+/rejected",
  ],
} as const;

/** The common prefix of a sub-device's topics. */
function subTreeOf({ product, device }: DeviceRecord): string {
  return `$subdev/${product}/${device}/`;
}

/** The answers to a log-in and a log-out, which do not count as topics of business. */
const LOG_IN = /^\$subdev\/[^/]+\/[^/]+\/log(in|out)\//;

/** The platform's documented errors. */
const ILLEGAL_DATA = { err_code: 98, err_msg: "Illegal Data" } as const;
const TOO_LONG = { err_code: 99, err_msg: "maximum payload size exceeded" } as const;
/** The local OneNET's own, as its file cannot be written. */
const NOT_STORED = { err_code: 97, err_msg: "Not Stored" } as const;
/** The local OneNET's own, as the platform's for sub-devices are not known. */
const REFUSED = { err_code: 97 } as const;
const NO_COMMAND = { err_code: 113, err_msg: "cmd id not found" } as const;

/** The answer to a command must be shorter than this, in bytes. */
const MAXIMUM_RESPONSE = 1024;
const MAXIMUM_ID = 2 ** 31 - 1;
/** Longest name of a data stream, in characters. */
const MAXIMUM_STREAM_NAME = 256;
/** Most levels of objects and arrays in a value. */
const MAXIMUM_DEPTH = 5;
/** The latest accepted time, in s: the end of the year 9999 in Beijing. */
const LATEST = 253_402_271_999;

export interface Parts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly commands: Pick<Commands, "answer">;
  readonly doubt: Doubt;
  readonly images: Images;
  readonly registry: Registry;
  readonly limits: Pick<Limits, "loggedIn">;
  readonly data: Pick<Data, "fault" | "whenKept">;
}

/** How messages of a device come and go: through its own connection, or its gateway's. */
interface Channel {
  readonly record: DeviceRecord;
  /** The device with the connection. */
  readonly carrier: string;
  /** The prefix of the topics. */
  readonly tree: string;
}

export function suite(parts: Parts): Generation {
  const { events, sessions, store, commands, doubt, images, registry, limits, data } = parts;
  const ownRules = sysRules(TOPICS);
  const subRules = sysRules(SUB_TOPICS, subTreeOf);

  function ownChannel(record: DeviceRecord): Channel {
    return { record, carrier: nameOf(record), tree: treeOf(record) };
  }

  function subChannel(record: DeviceRecord, gateway: string): Channel {
    return { record, carrier: gateway, tree: subTreeOf(record) };
  }

  /** The sub-device of a gateway that a topic belongs to. */
  function subDeviceOf(gateway: DeviceRecord, topic: string): DeviceRecord | undefined {
    const [root, product = "", device = ""] = topic.split("/", 3);
    const name = `${product}/${device}`;
    const isBound = root === "$subdev" && subDevicesOf(registry.devices.get(nameOf(gateway))).includes(name);
    return isBound ? registry.devices.get(name) : undefined;
  }

  function notify({ carrier, tree }: Channel, topic: string, payload?: object): void {
    const text = payload === undefined ? "" : JSON.stringify(payload);
    sessions.notify(carrier, tree + topic, Buffer.from(text));
  }

  function receiveDataPoints(channel: Channel, payload: Buffer): Broken | undefined {
    const device = nameOf(channel.record);
    const post = readPost(payload);
    if ("why" in post) {
      notify(channel, "dp/post/json/rejected", { id: post.id, ...ILLEGAL_DATA });
      return { rule: "dp-json", detail: printable(post.why, 160) };
    }
    if (post.hasTrailingCommas && doubt(device, english`commas before closing brackets in dp/post/json`)) {
      notify(channel, "dp/post/json/rejected", { id: post.id, ...ILLEGAL_DATA });
      return { rule: "dp-json", detail: english`commas before closing brackets: not JSON` };
    }
    if (post.hasSingleQuotes) {
      const detail = english`single quotes in dp/post/json: the platform accepts them, but they are not JSON`;
      events.emit("notice", { device, detail });
    }
    let broken: Broken | undefined;
    for (const { stream, value, at = beijingTime() } of data.fault() === undefined ? post.points : []) {
      if (store.add(device, stream, { value, at })) events.emit("datapoint", { device, stream, value, at });
      else
        broken ??= {
          rule: "stream-count",
          detail: english`no room for the data stream "${printable(stream)}"`,
        };
    }
    data.whenKept((fault) => {
      if (fault === undefined) notify(channel, "dp/post/json/accepted", { id: post.id });
      else notify(channel, "dp/post/json/rejected", { id: post.id, ...NOT_STORED });
    });
    return broken;
  }

  function receiveResponse(channel: Channel, uuid: string, payload: Buffer): Broken | undefined {
    const detail = (why: string): Broken => ({
      rule: "command-response",
      detail: `"${printable(uuid)}": ${why}`,
    });
    if (payload.length >= MAXIMUM_RESPONSE) {
      notify(channel, `cmd/response/${uuid}/rejected`, TOO_LONG);
      return detail(
        english`the answer has ${payload.length} bytes; it must have fewer than ${MAXIMUM_RESPONSE}`,
      );
    }
    const why = commands.answer(nameOf(channel.record), uuid, payload);
    if (why === undefined) {
      notify(channel, `cmd/response/${uuid}/accepted`);
      return undefined;
    }
    notify(channel, `cmd/response/${uuid}/rejected`, NO_COMMAND);
    return detail(why);
  }

  /** A gateway logs a sub-device in or out. */
  function receiveState(channel: Channel, topic: "login" | "logout", payload: Buffer): Broken | undefined {
    const { record, carrier } = channel;
    const name = nameOf(record);
    const fault = payload.length > 0 ? english`the payload must be empty` : stateFault(channel, topic);
    if (fault !== undefined) {
      notify(
        channel,
        `${topic}/rejected`,
        payload.length > 0 ? ILLEGAL_DATA : { ...REFUSED, err_msg: fault },
      );
      return { rule: "sub-device", detail: `${name}: ${topic}: ${fault}` };
    }
    if (topic === "logout") {
      sessions.leave(name);
      events.emit("offline", { device: name, why: english`its gateway ${carrier} logged it out` });
    } else if (sessions.gatewayOf(name) === undefined) {
      sessions.enter(name, carrier);
      events.emit("online", { device: name });
    }
    notify(channel, `${topic}/accepted`);
    return undefined;
  }

  /** Why a gateway may not log a sub-device in or out. */
  function stateFault({ record, carrier }: Channel, topic: "login" | "logout"): string | undefined {
    const name = nameOf(record);
    const isIn = sessions.gatewayOf(name) === carrier;
    if (topic === "logout") return isIn ? undefined : english`it is not logged in`;
    if (sessions.get(name) !== undefined) return english`it has a connection of its own`;
    if (isIn || sessions.through(carrier).length < limits.loggedIn) return undefined;
    return english`at most ${limits.loggedIn} sub-devices may be logged in`;
  }

  /** The topics of sub-devices count apart from a device's own, and those of log-ins by the sub-device. */
  function checkSubFilter(
    record: DeviceRecord,
    filter: string,
    filters: ReadonlySet<string>,
  ): Broken | undefined {
    const ofSubDevices = [...filters].filter((one) => one.startsWith("$subdev/"));
    const counted = new Set(ofSubDevices.filter((one) => !LOG_IN.test(one)));
    const broken = subRules.checkSubscription(record, filter, LOG_IN.test(filter) ? new Set() : counted);
    if (broken !== undefined || !LOG_IN.test(filter)) return broken;
    const deviceIn = (one: string) => one.split("/", 3).join("/");
    const devices = new Set([...ofSubDevices, filter].filter((one) => LOG_IN.test(one)).map(deviceIn));
    return devices.size > limits.loggedIn
      ? { rule: "subscribe-count", detail: english`"${printable(filter)}" would be one more sub-device` }
      : undefined;
  }

  function receiveSub(channel: Channel, topic: string, payload: Buffer): Broken | undefined {
    if (topic === "login" || topic === "logout") return receiveState(channel, topic, payload);
    const name = nameOf(channel.record);
    if (sessions.gatewayOf(name) === channel.carrier) return receiveBusiness(channel, topic, payload);
    notify(channel, `${topic}/rejected`, { ...REFUSED, err_msg: english`the sub-device is not logged in` });
    return { rule: "sub-device", detail: english`${name}: ${printable(topic)}: it is not logged in` };
  }

  function receiveBusiness(channel: Channel, topic: string, payload: Buffer): Broken | undefined {
    const [, uuid] = /^cmd\/response\/([^/]*)$/.exec(topic) ?? [];
    return uuid === undefined ? receiveDataPoints(channel, payload) : receiveResponse(channel, uuid, payload);
  }

  return {
    ...ownRules,
    checkMessage(record, message) {
      const sub = subDeviceOf(record, message.topic);
      return sub === undefined ? ownRules.checkMessage(record, message) : subRules.checkMessage(sub, message);
    },
    checkSubscription(record, filter, filters) {
      const sub = subDeviceOf(record, filter);
      if (sub !== undefined) return checkSubFilter(sub, filter, filters);
      const own = new Set([...filters].filter((one) => !one.startsWith("$subdev/")));
      return ownRules.checkSubscription(record, filter, own);
    },
    receive(record, topic, payload) {
      const sub = subDeviceOf(record, topic);
      if (sub !== undefined) {
        const channel = subChannel(sub, nameOf(record));
        return receiveSub(channel, topic.slice(channel.tree.length), payload);
      }
      const channel = ownChannel(record);
      const below = topic.slice(channel.tree.length);
      if (!IMAGE.includes(below)) return receiveBusiness(channel, below, payload);
      const error = images.receive(record, below, payload);
      return error && { rule: "image", detail: `${below}: ${error.err_msg} (${error.err_code})` };
    },
    sendCommand(record, uuid, payload) {
      const gateway = sessions.gatewayOf(nameOf(record));
      const { carrier, tree } = gateway === undefined ? ownChannel(record) : subChannel(record, gateway);
      return sessions.notify(carrier, `${tree}cmd/request/${uuid}`, payload);
    },
  };
}

/** Tells the gateway of a suite device that the platform has logged it out. @param name the device's */
export function tellLoggedOut(sessions: Sessions, name: string): void {
  const gateway = sessions.gatewayOf(name);
  if (gateway !== undefined) sessions.notify(gateway, `$subdev/${name}/logout/notify`, Buffer.alloc(0));
}

interface Point {
  readonly stream: string;
  readonly value: JsonValue;
  readonly at?: string;
}

type Post =
  | (Oddities & { readonly id: number; readonly points: readonly Point[] })
  /** `id` is -1 if it was not readable. */
  | { readonly id: number; readonly why: string };

/** Reads a `dp/post/json` payload, all or nothing. */
function readPost(payload: Buffer): Post {
  const json = readJson(payload);
  if (json === undefined) return { id: -1, why: jsonFault(payload) };
  const { value: post, hasTrailingCommas, hasSingleQuotes } = json;
  if (!isObject(post)) return { id: -1, why: english`the payload must be an object` };
  const { id, dp } = post;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > MAXIMUM_ID) {
    return { id: -1, why: english`id must be a whole number from 1 to ${MAXIMUM_ID}` };
  }
  if (!isObject(dp) || Object.keys(dp).length === 0) {
    return { id, why: english`dp must be an object of data streams` };
  }
  const points: Point[] = [];
  for (const [stream, list] of Object.entries(dp)) {
    if (stream === "" || stream.length > MAXIMUM_STREAM_NAME) {
      return { id, why: english`a data stream's name must have 1 to ${MAXIMUM_STREAM_NAME} characters` };
    }
    if (!Array.isArray(list) || list.length === 0)
      return { id, why: english`dp.${stream} must be a non-empty array` };
    for (const [index, point] of list.entries()) {
      const why = (reason: string) => ({ id, why: `dp.${stream}.${index}: ${reason}` });
      if (!isObject(point)) return why(english`a data point must be an object`);
      const { v: value, t } = point;
      if (value === undefined || value === null || Array.isArray(value) || typeof value === "boolean") {
        return why(english`v must be a number, a string or an object`);
      }
      if (typeof value === "number" && !Number.isFinite(value)) return why(english`v is too large`);
      if (depthOf(value) > MAXIMUM_DEPTH) return why(english`v may have at most ${MAXIMUM_DEPTH} levels`);
      if (t !== undefined && !(typeof t === "number" && Number.isInteger(t) && t >= 0 && t <= LATEST)) {
        return why(english`t must be a time in whole seconds since 1970`);
      }
      points.push(t === undefined ? { stream, value } : { stream, value, at: beijingTime(t * 1000) });
    }
  }
  if (points.length > MAXIMUM_POINTS)
    return { id, why: english`a message may have at most ${MAXIMUM_POINTS} data points` };
  return { id, points, hasTrailingCommas, hasSingleQuotes };
}
