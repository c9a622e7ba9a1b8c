/**
 * The fast path for ordinary PUBLISH packets: complete, valid, QoS 0 or 1, ASCII topic. Nearly everything devices send
 * is of this kind and bypasses aedes.
 */

import type { Client } from "aedes";
import type { Taken } from "./guard.ts";

/** A message as received; `payload` shares memory with the chunk. */
export interface PlainPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly dup: boolean;
  readonly retain: false;
}

/** Handles a message; returns false, without side effects, if it must go through aedes. */
export type Take = (message: PlainPublish) => boolean;

const PUBLISH = 3;
const PUBACK = 0x40;
/** Topics with more levels are left to aedes. */
const MAXIMUM_LEVELS = 16;

/** Members missing from aedes' types. */
interface Inner {
  readonly connected: boolean;
  readonly closed: boolean;
  readonly _keepaliveInterval: number;
  readonly _keepaliveTimer: NodeJS.Timeout | null;
}

/**
 * Handles the ordinary packets at the start of a chunk.
 * @param chunk must start at a packet boundary
 * @param maximum largest remaining length
 * @param write sends bytes to the client
 * @param atMost most packets to take
 */
export function takePublishes(
  client: Client,
  chunk: Buffer,
  maximum: number,
  take: Take,
  write: (bytes: Buffer) => void,
  atMost: number,
): Taken {
  const inner = client as unknown as Inner;
  if (!inner.connected) return NONE;
  let position = 0;
  let packets = 0;
  let acknowledged: number[] | undefined;
  while (position < chunk.length && packets < atMost && !inner.closed) {
    const found = readPublish(chunk, position, maximum);
    if (found === undefined || !take(found.message)) break;
    if (found.message.qos === 1) {
      if (acknowledged === undefined) acknowledged = [found.id];
      else acknowledged.push(found.id);
    }
    position = found.end;
    packets++;
  }
  if (position > 0 && inner._keepaliveInterval > 0) inner._keepaliveTimer?.refresh();
  if (acknowledged !== undefined && !inner.closed) write(pubacks(acknowledged));
  return { bytes: position, packets };
}

const NONE: Taken = { bytes: 0, packets: 0 };

interface Found {
  readonly message: PlainPublish;
  /** Packet identifier; 0 at QoS 0. */
  readonly id: number;
  /** Where the packet ends in the chunk. */
  readonly end: number;
}

/** The PUBLISH at `start`, if it is complete and ordinary [MQTT-3.3]. */
function readPublish(chunk: Buffer, start: number, maximum: number): Found | undefined {
  const first = chunk[start] ?? 0;
  const qos = (first >> 1) & 3;
  const dup = (first & 8) !== 0;
  if (first >> 4 !== PUBLISH || (first & 1) !== 0 || qos > 1 || (dup && qos === 0)) return undefined;
  let remaining = 0;
  let position = start + 1;
  for (let scale = 1; ; scale *= 128) {
    const byte = chunk[position++];
    if (byte === undefined || scale > 128 ** 3) return undefined;
    remaining += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  const end = position + remaining;
  if (remaining < 2 || remaining > maximum || end > chunk.length) return undefined;
  const topicEnd = position + 2 + chunk.readUInt16BE(position);
  const payloadStart = topicEnd + 2 * qos;
  if (payloadStart > end) return undefined;
  const topic = readTopic(chunk, position + 2, topicEnd);
  if (topic === undefined) return undefined;
  const id = qos === 1 ? chunk.readUInt16BE(topicEnd) : 0;
  if (qos === 1 && id === 0) return undefined;
  const payload = chunk.subarray(payloadStart, end);
  return { message: { topic, payload, qos: qos === 1 ? 1 : 0, dup, retain: false }, id, end };
}

/** The last topic read: many devices publish to the same one. */
let lastTopic = "";

/** Reads an ASCII topic with few levels and no wildcard; undefined for any other. */
function readTopic(chunk: Buffer, start: number, end: number): string | undefined {
  if (isText(chunk, start, end, lastTopic)) return lastTopic;
  let levels = 1;
  for (let position = start; position < end; position++) {
    const byte = chunk[position] ?? 0;
    if (byte < 0x21 || byte > 0x7e || byte === 0x23 || byte === 0x2b) return undefined; // # and +
    if (byte === 0x2f) levels++; // a slash
  }
  if (end === start || levels > MAXIMUM_LEVELS) return undefined;
  return (lastTopic = chunk.toString("latin1", start, end));
}

/** Whether a part of a chunk equals a text, which must not be empty. */
function isText(chunk: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  let position = 0;
  while (position < text.length && chunk[start + position] === text.charCodeAt(position)) position++;
  return position > 0 && position === text.length;
}

function pubacks(ids: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * ids.length);
  let position = 0;
  for (const id of ids) {
    bytes[position++] = PUBACK;
    bytes[position++] = 2;
    bytes[position++] = id >> 8;
    bytes[position++] = id & 0xff;
  }
  return bytes;
}
