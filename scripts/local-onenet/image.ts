/** The image (设备镜像) of a suite device: what it reported, what is desired of it, and how the two differ. */

import { isDeepStrictEqual } from "node:util";
import type { Data } from "./data.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import { isObject, readStrictJson, type JsonValue } from "./json.ts";
import { nestsTooDeep } from "./json-fault.ts";
import type { Kept, Room } from "./room.ts";
import type { Sessions } from "./sessions.ts";
import { treeOf } from "./sys-topics.ts";

/** The platform's errors. */
export const IMAGE_ERROR = {
  illegalData: { err_code: 98, err_msg: "illegal data" },
  notStored: { err_code: 100, err_msg: "internal error" },
  noJson: { err_code: 160, err_msg: "illegal json" },
  tooLong: { err_code: 161, err_msg: "json out of bound" },
  tooDeep: { err_code: 162, err_msg: "json depth out of bound" },
  noState: { err_code: 163, err_msg: "state key not found" },
  noParts: { err_code: 164, err_msg: "desired or reported key not found" },
  invalid: { err_code: 165, err_msg: "invalid parameters" },
  noImage: { err_code: 167, err_msg: "device image not exists" },
} as const;

export type ImageError = (typeof IMAGE_ERROR)[keyof typeof IMAGE_ERROR];

/** Longest JSON of an update, and of a device's `desired` and `reported` together, in bytes. */
const MAXIMUM_SIZE = 4096;
/** Most levels of `desired` and of `reported`, each of which is the first. */
const MAXIMUM_DEPTH = 4;
/** Longest text, in bytes. */
const MAXIMUM_TEXT = 512;
/** Largest whole number, and the smallest without its sign. */
const MAXIMUM_INTEGER = 2 ** 52;

/** The name under which images are kept among the desired values; no property's name has a colon. */
const KEPT = ":image";

type Properties = Readonly<Record<string, JsonValue>>;
type Part = "desired" | "reported";

interface Image {
  readonly desired: Properties;
  readonly reported: Properties;
  /** When each was last set, in s since 1970. */
  readonly times: Readonly<Record<Part, Readonly<Record<string, number>>>>;
  readonly version: number;
}

const EMPTY: Image = { desired: {}, reported: {}, times: { desired: {}, reported: {} }, version: 0 };

export interface Images {
  /** Handles a message to `image/update` or `image/get`; returns why the platform rejects it. */
  receive(record: DeviceRecord, topic: string, payload: Buffer): ImageError | undefined;
  /** Changes an image, and sends the device what differs. */
  update(record: DeviceRecord, payload: Buffer): ImageError | undefined;
  /** What `image/get` answers; undefined if there is none. */
  describe(record: DeviceRecord): object | undefined;
  forget(device: string): void;
}

export interface ImageParts {
  readonly sessions: Sessions;
  readonly room: Room;
  readonly data: Data;
}

export function createImages({ sessions, room, data }: ImageParts): Images {
  const images = new Map<string, Image>();
  const places = new Map<string, Kept>();

  for (const { device, identifier, value } of data.desired)
    if (identifier === KEPT) remember(device, value as unknown as Image);

  function remember(device: string, image: Image): void {
    release(device);
    const size = sizeOf(image);
    places.set(
      device,
      room.keep(device, 2 * size, () => drop(device)),
    );
    images.set(device, image);
  }

  function release(device: string): void {
    const place = places.get(device);
    if (place !== undefined) room.release(place);
  }

  function drop(device: string): void {
    images.delete(device);
    places.delete(device);
    data.setDesired(device, KEPT, undefined);
  }

  function notify(record: DeviceRecord, topic: string, payload: object | undefined): void {
    const text = payload === undefined ? "" : JSON.stringify(payload);
    sessions.notify(nameOf(record), treeOf(record) + topic, Buffer.from(text));
  }

  function update(record: DeviceRecord, payload: Buffer): ImageError | undefined {
    const name = nameOf(record);
    const change = readUpdate(payload);
    if ("err_code" in change) return change;
    if (data.fault() !== undefined) return IMAGE_ERROR.notStored;
    const image = changed(images.get(name) ?? EMPTY, change);
    if (sizeOf(image) > MAXIMUM_SIZE) return IMAGE_ERROR.tooLong;
    remember(name, image);
    data.setDesired(name, KEPT, { value: image as unknown as JsonValue, version: image.version });
    return undefined;
  }

  /** Sends the device what is desired of it and differs from what it reported. */
  function sendDelta(record: DeviceRecord): void {
    const { times, version, ...image } = images.get(nameOf(record)) ?? EMPTY;
    const state = deltaOf(image);
    const names = Object.keys(state);
    if (names.length === 0) return;
    const metadata = Object.fromEntries(names.map((key) => [key, { timestamp: times.desired[key] }]));
    notify(record, "image/update/delta", { state, metadata, version, timestamp: now() });
  }

  function describe(record: DeviceRecord): object | undefined {
    const image = images.get(nameOf(record));
    if (image === undefined) return undefined;
    const { desired, reported, times, version } = image;
    const stamped = (part: Part) =>
      Object.fromEntries(Object.entries(times[part]).map(([key, timestamp]) => [key, { timestamp }]));
    return {
      state: { desired, reported, delta: deltaOf(image) },
      metadata: { desired: stamped("desired"), reported: stamped("reported") },
      version,
      timestamp: now(),
    };
  }

  function answer(record: DeviceRecord, topic: string, error: ImageError | undefined, found?: object): void {
    if (error === undefined) notify(record, `${topic}/accepted`, found);
    else notify(record, `${topic}/rejected`, error);
  }

  return {
    receive(record, topic, payload) {
      if (topic === "image/get") {
        const found = describe(record);
        const missing = found === undefined ? IMAGE_ERROR.noImage : undefined;
        const error = payload.length > 0 ? IMAGE_ERROR.illegalData : missing;
        answer(record, topic, error, found);
        return error;
      }
      const error = update(record, payload);
      data.whenKept((fault) => {
        answer(record, topic, error ?? (fault === undefined ? undefined : IMAGE_ERROR.notStored));
        if (error === undefined) sendDelta(record);
      });
      return error;
    },
    update(record, payload) {
      const error = update(record, payload);
      if (error === undefined) sendDelta(record);
      return error;
    },
    describe,
    forget(device) {
      if (!images.has(device)) return;
      release(device);
      drop(device);
    },
  };
}

/** Reads `{"state":{"desired":{…},"reported":{…}}}`, of which one may be missing. */
function readUpdate(payload: Buffer): Partial<Record<Part, Properties>> | ImageError {
  if (payload.length > MAXIMUM_SIZE) return IMAGE_ERROR.tooLong;
  const json = readStrictJson(payload);
  if (json === undefined && nestsTooDeep(payload)) return IMAGE_ERROR.tooDeep;
  if (!isObject(json)) return IMAGE_ERROR.noJson;
  const { state } = json;
  if (!isObject(state)) return IMAGE_ERROR.noState;
  const { desired, reported } = state;
  if (desired === undefined && reported === undefined) return IMAGE_ERROR.noParts;
  for (const part of [desired, reported]) {
    if (part === undefined) continue;
    if (!isObject(part)) return IMAGE_ERROR.invalid;
    if (depthOf(part) > MAXIMUM_DEPTH) return IMAGE_ERROR.tooDeep;
    if (!isValid(part)) return IMAGE_ERROR.invalid;
  }
  return {
    ...(isObject(desired) && { desired }),
    ...(isObject(reported) && { reported }),
  };
}

/** The levels of objects and arrays in a value. */
export function depthOf(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((most, part) => Math.max(most, depthOf(part)), 0);
}

/** Whether the platform takes a value. */
function isValid(value: JsonValue): boolean {
  if (typeof value === "string") return Buffer.byteLength(value) <= MAXIMUM_TEXT;
  if (typeof value === "number")
    return Number.isFinite(value) && !(Number.isInteger(value) && Math.abs(value) > MAXIMUM_INTEGER);
  if (typeof value !== "object" || value === null) return value !== null;
  if (Array.isArray(value)) return value.every(isValid);
  return Object.entries(value).every(([key, part]) => /^\w{1,30}$/.test(key) && isValid(part));
}

function changed(image: Image, change: Partial<Record<Part, Properties>>): Image {
  const time = now();
  const stamps = (properties: Properties = {}) =>
    Object.fromEntries(Object.keys(properties).map((key) => [key, time]));
  return {
    desired: { ...image.desired, ...change.desired },
    reported: { ...image.reported, ...change.reported },
    times: {
      desired: { ...image.times.desired, ...stamps(change.desired) },
      reported: { ...image.times.reported, ...stamps(change.reported) },
    },
    version: image.version + 1,
  };
}

/** What is desired and differs from what was reported. */
function deltaOf({ desired, reported }: Pick<Image, Part>): Properties {
  return Object.fromEntries(
    Object.entries(desired).filter(([key, value]) => !isDeepStrictEqual(value, reported[key])),
  );
}

function sizeOf({ desired, reported }: Image): number {
  return Buffer.byteLength(JSON.stringify({ desired, reported }));
}

/** In s since 1970. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}
