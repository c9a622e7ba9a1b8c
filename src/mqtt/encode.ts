/** The control packets that a client sends, as byte strings [MQTT 3.1.1, chapter 3]. */

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
  readonly userName?: string;
  /** Needs a user name [MQTT-3.1.2-22]. */
  readonly password?: string;
  readonly will?: Will;
}

/** Remaining Length: seven bits a byte, lowest first [MQTT 3.1.1, 2.2.3]. No chip holds the 256 MB that it can tell. */
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
  if (!options.clientId && !options.cleanSession) {
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
 * @param topicField a topic without wildcards, not empty, behind its length as {@link sized} makes it: once for many
 *   packets
 * @param id packet identifier, 1–65535; not sent at QoS 0
 * @param dup a re-delivery; never at QoS 0 [MQTT-3.3.1-2]
 */
export function publish(
  topicField: string,
  payload: string,
  qos: Qos,
  id: number,
  retain?: boolean,
  dup?: boolean,
): string {
  const first = (PacketType.Publish << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  const length = topicField.length + payload.length + (qos ? 2 : 0);
  // Most packets are of this kind and short: no calls. Payloads can be long: no copy of one that is not needed.
  return (
    (length < 128
      ? String.fromCharCode(first, length)
      : String.fromCharCode(first) + remainingLength(length)) +
    topicField +
    (qos ? String.fromCharCode(id >> 8, id & 255) : "") +
    payload
  );
}

/** PUBACK, the receiver's answer at QoS 1 [MQTT 3.1.1, 3.4]. */
export function puback(id: number): string {
  return packet(PacketType.Puback << 4, u16(id));
}

/** PUBREC, the receiver's first answer at QoS 2 [MQTT 3.1.1, 3.5]. */
export function pubrec(id: number): string {
  return packet(PacketType.Pubrec << 4, u16(id));
}

/** PUBREL, the sender's second packet at QoS 2; its flags are 0010 [MQTT-3.6.1-1]. */
export function pubrel(id: number): string {
  return packet((PacketType.Pubrel << 4) | 2, u16(id));
}

/** PUBCOMP, the receiver's last answer at QoS 2 [MQTT 3.1.1, 3.7]. */
export function pubcomp(id: number): string {
  return packet(PacketType.Pubcomp << 4, u16(id));
}

/**
 * SUBSCRIBE to at least one topic filter, all at one QoS; its flags are 0010 [MQTT-3.8.1-1].
 * @param filterFields at least one [MQTT-3.8.3-3], each behind its length as {@link sized} makes it
 */
export function subscribe(id: number, filterFields: readonly string[], qos: Qos): string {
  let body = u16(id);
  for (const field of filterFields) body += field + String.fromCharCode(qos);
  return packet((PacketType.Subscribe << 4) | 2, body);
}

/**
 * UNSUBSCRIBE from at least one topic filter; its flags are 0010 [MQTT-3.10.1-1].
 * @param filterFields at least one [MQTT-3.10.3-2], each behind its length as {@link sized} makes it
 */
export function unsubscribe(id: number, filterFields: readonly string[]): string {
  let body = u16(id);
  for (const field of filterFields) body += field;
  return packet((PacketType.Unsubscribe << 4) | 2, body);
}

/** PINGREQ [MQTT 3.1.1, 3.12]. */
export const PINGREQ = "\xc0\0";

/** DISCONNECT [MQTT 3.1.1, 3.14]. */
export const DISCONNECT = "\xe0\0";
