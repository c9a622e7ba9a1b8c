/** The rules of the suite generation (MQTT物联网套件): data points and commands in a device's own `$sys` tree. */

import { beijingTime } from "./beijing-time.ts";
import type { Commands } from "./commands.ts";
import type { Data } from "./data.ts";
import type { Doubt } from "./doubts.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import type { Reporter } from "./events.ts";
import type { Broken, Generation } from "./generation.ts";
import { isObject, readJson, type Oddities } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import { MAXIMUM_POINTS } from "./limits.ts";
import type { Sessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import { sysRules, treeOf } from "./sys-topics.ts";
import { printable } from "./text.ts";

/** The device's image, which the local OneNET does not have. */
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

/** The platform's documented errors. */
const ILLEGAL_DATA = { err_code: 98, err_msg: "Illegal Data" } as const;
const TOO_LONG = { err_code: 99, err_msg: "maximum payload size exceeded" } as const;
/** The local OneNET's own, as its file cannot be written. */
const NOT_STORED = { err_code: 97, err_msg: "Not Stored" } as const;
const NO_COMMAND = { err_code: 113, err_msg: "cmd id not found" } as const;

/** The answer to a command must be shorter than this, in bytes. */
const MAXIMUM_RESPONSE = 1024;
const MAXIMUM_ID = 2 ** 31 - 1;
/** Longest name of a data stream, in characters. */
const MAXIMUM_STREAM_NAME = 256;
/** The latest accepted time, in s: the end of the year 9999 in Beijing. */
const LATEST = 253_402_271_999;

export interface Parts {
  readonly events: Reporter["events"];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly commands: Pick<Commands, "answer">;
  readonly doubt: Doubt;
  readonly data: Pick<Data, "fault" | "whenKept">;
}

export function suite({ events, sessions, store, commands, doubt, data }: Parts): Generation {
  function notify(record: DeviceRecord, topic: string, payload?: object): void {
    const text = payload === undefined ? "" : JSON.stringify(payload);
    sessions.notify(nameOf(record), treeOf(record) + topic, Buffer.from(text));
  }

  function receiveDataPoints(record: DeviceRecord, payload: Buffer): Broken | undefined {
    const device = nameOf(record);
    const post = readPost(payload);
    if ("why" in post) {
      notify(record, "dp/post/json/rejected", { id: post.id, ...ILLEGAL_DATA });
      return { rule: "dp-json", detail: printable(post.why, 160) };
    }
    if (post.hasTrailingCommas && doubt(device, "commas before closing brackets in dp/post/json")) {
      notify(record, "dp/post/json/rejected", { id: post.id, ...ILLEGAL_DATA });
      return { rule: "dp-json", detail: "commas before closing brackets: not JSON" };
    }
    if (post.hasSingleQuotes) {
      const detail = "single quotes in dp/post/json: the platform accepts them, but they are not JSON";
      events.emit("notice", { device, detail });
    }
    let broken: Broken | undefined;
    for (const { stream, value, at = beijingTime() } of data.fault() === undefined ? post.points : []) {
      if (store.add(device, stream, { value, at })) events.emit("datapoint", { device, stream, value, at });
      else broken ??= { rule: "stream-count", detail: `no room for the data stream "${printable(stream)}"` };
    }
    data.whenKept((fault) => {
      if (fault === undefined) notify(record, "dp/post/json/accepted", { id: post.id });
      else notify(record, "dp/post/json/rejected", { id: post.id, ...NOT_STORED });
    });
    return broken;
  }

  function receiveResponse(record: DeviceRecord, uuid: string, payload: Buffer): Broken | undefined {
    const detail = (why: string): Broken => ({
      rule: "command-response",
      detail: `"${printable(uuid)}": ${why}`,
    });
    if (payload.length >= MAXIMUM_RESPONSE) {
      notify(record, `cmd/response/${uuid}/rejected`, TOO_LONG);
      return detail(`the answer has ${payload.length} bytes; it must have fewer than ${MAXIMUM_RESPONSE}`);
    }
    const why = commands.answer(nameOf(record), uuid, payload);
    if (why === undefined) {
      notify(record, `cmd/response/${uuid}/accepted`);
      return undefined;
    }
    notify(record, `cmd/response/${uuid}/rejected`, NO_COMMAND);
    return detail(why);
  }

  return {
    ...sysRules(TOPICS),
    receive(record, topic, payload) {
      const below = topic.slice(treeOf(record).length);
      if (IMAGE.includes(below)) {
        const detail = `${below}: the local OneNET has no image of devices, so it drops this`;
        events.emit("notice", { device: nameOf(record), detail });
        return undefined;
      }
      const [, uuid] = /\/cmd\/response\/([^/]*)$/.exec(topic) ?? [];
      return uuid === undefined ? receiveDataPoints(record, payload) : receiveResponse(record, uuid, payload);
    },
    sendCommand: (record, uuid, payload) =>
      sessions.notify(nameOf(record), `${treeOf(record)}cmd/request/${uuid}`, payload),
  };
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
  if (!isObject(post)) return { id: -1, why: "the payload must be an object" };
  const { id, dp } = post;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > MAXIMUM_ID) {
    return { id: -1, why: `id must be a whole number from 1 to ${MAXIMUM_ID}` };
  }
  if (!isObject(dp) || Object.keys(dp).length === 0) {
    return { id, why: "dp must be an object of data streams" };
  }
  const points: Point[] = [];
  for (const [stream, list] of Object.entries(dp)) {
    if (stream === "" || stream.length > MAXIMUM_STREAM_NAME) {
      return { id, why: `a data stream's name must have 1 to ${MAXIMUM_STREAM_NAME} characters` };
    }
    if (!Array.isArray(list) || list.length === 0)
      return { id, why: `dp.${stream} must be a non-empty array` };
    for (const [index, point] of list.entries()) {
      const why = (reason: string) => ({ id, why: `dp.${stream}.${index}: ${reason}` });
      if (!isObject(point)) return why("a data point must be an object");
      const { v: value, t } = point;
      if (value === undefined || value === null || Array.isArray(value) || typeof value === "boolean") {
        return why("v must be a number, a string or an object");
      }
      if (typeof value === "number" && !Number.isFinite(value)) return why("v is too large");
      if (t !== undefined && !(typeof t === "number" && Number.isInteger(t) && t >= 0 && t <= LATEST)) {
        return why("t must be a time in whole seconds since 1970");
      }
      points.push(t === undefined ? { stream, value } : { stream, value, at: beijingTime(t * 1000) });
    }
  }
  if (points.length > MAXIMUM_POINTS)
    return { id, why: `a message may have at most ${MAXIMUM_POINTS} data points` };
  return { id, points, hasTrailingCommas, hasSingleQuotes };
}
