/** The control packets that a client sends, as byte strings [MQTT 3.1.1, chapter 3]. */

import { bulk, retainedMessages, updates } from "virtual:features";
import { sized, u16 } from "./bytes";
import { PacketType, type Qos } from "./packet";

export interface Will {
  readonly topic: string;
  readonly payload: string;
  readonly qos: Qos;
  readonly retain: boolean;
}

export interface ConnectOptions {
  /** At most 65535 bytes; may be empty with a clean session only [MQTT-3.1.3-7]. */
  readonly clientId: string;
  readonly cleanSession: boolean;
  /** In s, 0–65535; 0 turns the mechanism off [MQTT 3.1.1, 3.1.2.10]. */
  readonly keepAlive: number;
  readonly userName?: string | undefined;
  /** Needs a user name [MQTT-3.1.2-22]. */
  readonly password?: string | undefined;
  readonly will?: Will | undefined;
}

/** Remaining Length: seven bits a byte, lowest first [MQTT 3.1.1, 2.2.3]. No chip holds the 256 MB that fit in it. */
function remainingLength(length: number): string {
  return length < 128
    ? String.fromCharCode(length)
    : String.fromCharCode((length & 127) | 128) + remainingLength(length >> 7);
}

/** @param first the packet type in the upper four bits, its flags in the lower */
function packet(first: number, body: string): string {
  return String.fromCharCode(first) + remainingLength(body.length) + body;
}

/**
 * CONNECT [MQTT 3.1.1, 3.1].
 * @throws Error when a text is over 65535 bytes, or the options contradict each other
 */
export function connect(options: ConnectOptions): string {
  const will = options.will;
  const hasUserName = options.userName !== undefined;
  const hasPassword = options.password !== undefined;
  if (hasPassword && !hasUserName) throw new Error("a password needs a user name [MQTT-3.1.2-22]");
  // With updates, the loader has the client id, and the build has checked it.
  if (!updates && !options.cleanSession && !options.clientId) {
    throw new Error("an empty client id needs a clean session [MQTT-3.1.3-7]");
  }
  const flags =
    (hasUserName ? 0x80 : 0) |
    (hasPassword ? 0x40 : 0) |
    (will ? (will.retain ? 0x20 : 0) | (will.qos << 3) | 0x04 : 0) |
    (options.cleanSession ? 0x02 : 0);
  return packet(
    PacketType.Connect << 4,
    "\0\x04MQTT\x04" +
      String.fromCharCode(flags) +
      u16(options.keepAlive) +
      sized(options.clientId) +
      (will ? sized(will.topic) + sized(will.payload) : "") +
      (options.userName === undefined ? "" : sized(options.userName)) +
      (options.password === undefined ? "" : sized(options.password)),
  );
}

/**
 * PUBLISH [MQTT 3.1.1, 3.3].
 * @param topicField a topic without wildcards, not empty, prefixed with its length: made once by {@link sized}, for many
 *   packets
 * @param id packet identifier, 1–65535; not sent at QoS 0
 * @param more bytes of payload that are not in `payload` and follow the packet
 */
export function publish(
  topicField: string,
  payload: string,
  qos: Qos,
  id: number,
  retain?: boolean,
  more?: number,
): string {
  const first = (PacketType.Publish << 4) | (qos << 1) | (retainedMessages && retain ? 1 : 0);
  let length = topicField.length + payload.length + (qos ? 2 : 0);
  if (bulk && more) length += more;
  // Most packets are a short PUBLISH: no calls. Payloads can be long: no needless copy.
  return (
    (length < 128
      ? String.fromCharCode(first, length)
      : String.fromCharCode(first) + remainingLength(length)) +
    topicField +
    (qos ? String.fromCharCode(id >> 8, id & 255) : "") +
    payload
  );
}

/** The first byte of an acknowledgement; PUBREL's flags are 0010 [MQTT-3.6.1-1]. */
export const enum Acknowledging {
  Puback = 0x40,
  Pubrec = 0x50,
  Pubrel = 0x62,
  Pubcomp = 0x70,
}

/** PUBACK, PUBREC, PUBREL or PUBCOMP: a packet identifier alone [MQTT 3.1.1, 3.4–3.7]. */
export function acknowledgement(first: Acknowledging, id: number): string {
  return packet(first, u16(id));
}

/**
 * SUBSCRIBE to at least one topic filter, all at one QoS; its flags are 0010 [MQTT-3.8.1-1].
 * @param filterFields at least one [MQTT-3.8.3-3], each prefixed with its length by {@link sized}
 */
export function subscribe(id: number, filterFields: readonly string[], qos: Qos): string {
  let body = u16(id);
  for (const field of filterFields) body += field + String.fromCharCode(qos);
  return packet((PacketType.Subscribe << 4) | 2, body);
}

/** PINGREQ [MQTT 3.1.1, 3.12]. */
export const PINGREQ = "\xc0\0";

/** DISCONNECT [MQTT 3.1.1, 3.14]. */
export const DISCONNECT = "\xe0\0";
