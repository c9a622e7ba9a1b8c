/** What messages say: their topics, and the values in them. */

import type { Packet } from "../../protocol.ts";
import { bytesOf } from "./packets.ts";

export interface Message {
  readonly topic: string;
  /** Readable values, by name; empty if there are none to find. */
  readonly values: readonly (readonly [name: string, value: string])[];
  /** The payload as text, or in hexadecimal. */
  readonly text: string;
}

const PUBLISH = 3;

const utf8 = new TextDecoder("utf-8", { fatal: true });

const known = new WeakMap<Packet, Message | null>();

/** The message of a PUBLISH; null for other packets. */
export function messageOf(packet: Packet): Message | null {
  const before = known.get(packet);
  if (before !== undefined) return before;
  const message = read(bytesOf(packet));
  known.set(packet, message);
  return message;
}

function read(bytes: Uint8Array): Message | null {
  const first = bytes[0] ?? 0;
  if (first >> 4 !== PUBLISH) return null;
  let at = 1;
  while ((bytes[at] ?? 0) >= 0x80 && at < 4) at++;
  const start = at + 3;
  const end = start + (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0);
  const topic = textOf(bytes.subarray(start, end)) ?? "";
  const payload = bytes.subarray(end + (first & 6 ? 2 : 0));
  const body = topic === "$dp" ? payload.subarray(headOfFrame(payload)) : payload;
  const text = textOf(body) ?? Array.from(body, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return { topic, values: valuesIn(text), text };
}

/** Bytes before the text of a `$dp` frame: its type, perhaps a time, and a length. */
function headOfFrame(frame: Uint8Array): number {
  const first = frame[0] ?? 0;
  const type = first & 0x3f;
  return type === 7 || type === 0 ? 1 : first & 0x80 ? 9 : 3;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The values in the JSON of any of OneNET's formats, or in a plain object. */
function valuesIn(text: string): [string, string][] {
  if (!text.startsWith("{")) return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isRecord(json)) return [];
  if (Array.isArray(json["datastreams"]))
    return json["datastreams"].flatMap((one) =>
      isRecord(one) ? entry(one["id"], lastOf(one["datapoints"])) : [],
    );
  const values = isRecord(json["dp"]) ? json["dp"] : isRecord(json["params"]) ? json["params"] : json;
  return Object.entries(values).flatMap(([name, value]) => entry(name, lastOf(value)));
}

/** The last of several points, and the value of a point. */
function lastOf(value: unknown): unknown {
  const point: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (!isRecord(point)) return point;
  return "value" in point ? point["value"] : "v" in point ? point["v"] : point;
}

function entry(name: unknown, value: unknown): [string, string][] {
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  return typeof name === "string" && isPlain ? [[name, String(value)]] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A level of the topics' tree. */
export interface Branch {
  readonly name: string;
  /** The whole topic up to here. */
  readonly path: string;
  readonly branches: Map<string, Branch>;
  /** The last packet published to it, and how many there were. */
  last: Packet | undefined;
  count: number;
}

/** @param packets oldest first */
export function treeOf(packets: readonly Packet[]): Branch {
  const root = branch("", "");
  for (const packet of packets) {
    const message = messageOf(packet);
    if (message === null) continue;
    let place = root;
    for (const name of message.topic.split("/")) {
      const next = place.branches.get(name) ?? branch(name, place === root ? name : `${place.path}/${name}`);
      place.branches.set(name, next);
      place = next;
    }
    place.last = packet;
    place.count++;
  }
  return root;
}

function branch(name: string, path: string): Branch {
  return { name, path, branches: new Map(), last: undefined, count: 0 };
}
