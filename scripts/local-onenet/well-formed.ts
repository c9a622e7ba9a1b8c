/** Checks each complete packet against MQTT 3.1.1 before the broker sees it. */

import { isUtf8 } from "node:buffer";
import { printable } from "./text.ts";
import { english } from "../cli/language.ts";

/** A packet that ends its connection. The message names the clause and is safe to print. */
export class BrokenPacket extends Error {
  /** Return code of a CONNACK to send before closing; undefined to send none. */
  readonly returnCode: 1 | 2 | undefined;
  /** From a CONNECT, as far as it was readable; not sanitised. */
  readonly clientId: string;
  readonly userName: string | undefined;

  constructor(why: string, { returnCode, clientId = "", userName }: Details = {}) {
    super(why);
    this.returnCode = returnCode;
    this.clientId = clientId;
    this.userName = userName;
  }
}

interface Details {
  readonly returnCode?: 1 | 2;
  readonly clientId?: string;
  readonly userName?: string | undefined;
}

/** A port's choices where the standard leaves them to the server. */
export interface Dialect {
  /** Also accepts MQTT 3.1 (name MQIsdp, level 3) and bridges (level + 128). */
  readonly isLenient: boolean;
  /** Answers a CONNECT with another protocol level with CONNACK 1; otherwise sends none. */
  readonly answersLevels: boolean;
}

const [CONNECT, PUBLISH, PUBREL, SUBSCRIBE, UNSUBSCRIBE, PINGREQ] = [1, 3, 6, 8, 10, 12];
export const DISCONNECT = 14;

/** Indexed by packet type; types only a server sends have no section. */
const TYPES: readonly ({ readonly name: string; readonly section?: string } | undefined)[] = [
  undefined,
  { name: "CONNECT", section: "3.1" },
  { name: "CONNACK" },
  { name: "PUBLISH", section: "3.3" },
  { name: "PUBACK", section: "3.4" },
  { name: "PUBREC", section: "3.5" },
  { name: "PUBREL", section: "3.6" },
  { name: "PUBCOMP", section: "3.7" },
  { name: "SUBSCRIBE", section: "3.8" },
  { name: "SUBACK" },
  { name: "UNSUBSCRIBE", section: "3.10" },
  { name: "UNSUBACK" },
  { name: "PINGREQ", section: "3.12" },
  { name: "PINGRESP" },
  { name: "DISCONNECT", section: "3.14" },
  undefined,
];

/** What is wrong with the first byte of a packet. @param isFirst whether it is the first packet of its connection */
export function headFault(first: number, isFirst: boolean): BrokenPacket | undefined {
  const type = first >> 4;
  const flags = first & 0x0f;
  const known = TYPES[type];
  if (isFirst && type !== CONNECT) return new BrokenPacket(firstPacketFault(first));
  if (isFirst && first === TLS_HANDSHAKE) {
    return new BrokenPacket(
      english`this looks like TLS, which has its own port; a CONNECT has no flags [MQTT-2.2.2-2]`,
    );
  }
  if (known === undefined) return new BrokenPacket(english`packet type ${type} is reserved [MQTT-2.2.1]`);
  const { name, section } = known;
  if (section === undefined) return new BrokenPacket(english`${name}: only a server sends it [MQTT-2.2.1]`);
  if (type === CONNECT && !isFirst) return new BrokenPacket(english`CONNECT: a second one [MQTT-3.1.0-2]`);
  if (type === PUBLISH) {
    if ((flags & 6) === 6) return new BrokenPacket(english`PUBLISH: its QoS is 3 [MQTT-3.3.1-4]`);
    if ((flags & 0xe) === 8) return new BrokenPacket(english`PUBLISH: DUP is set at QoS 0 [MQTT-3.3.1-2]`);
    return undefined;
  }
  const right = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0;
  return flags === right
    ? undefined
    : new BrokenPacket(english`${name}: its flags are ${flags}, not ${right} [MQTT-2.2.2-2]`);
}

/** First byte of a TLS connection. */
const TLS_HANDSHAKE = 0x16;

function firstPacketFault(first: number): string {
  // G, H, O, P: the first letters of GET, HEAD, OPTIONS, POST and PUT.
  if ([0x47, 0x48, 0x4f, 0x50].includes(first)) {
    return english`this looks like HTTP: the first packet must be CONNECT [MQTT-3.1.0-1]`;
  }
  return english`the first packet is ${TYPES[first >> 4]?.name ?? english`not MQTT`}, not CONNECT [MQTT-3.1.0-1]`;
}

/** What is wrong with a packet whose first byte is valid. @param body everything after the fixed header */
export function bodyFault(first: number, body: Buffer, dialect: Dialect): BrokenPacket | undefined {
  const type = first >> 4;
  const { name = "", section = "" } = TYPES[type] ?? {};
  const reader = new Reader(name, section, body);
  try {
    if (type === CONNECT) checkConnect(reader, dialect);
    else if (type === PUBLISH) checkPublish(reader, first);
    else if (type === SUBSCRIBE || type === UNSUBSCRIBE) checkFilters(reader, type === SUBSCRIBE);
    else {
      if (type !== PINGREQ && type !== DISCONNECT) reader.identifier();
      reader.end();
    }
    return undefined;
  } catch (error) {
    if (error instanceof BrokenPacket) return error;
    throw error;
  }
}

/** Reads a packet field by field. Every method throws BrokenPacket at the first mistake. */
class Reader {
  readonly #name: string;
  readonly #section: string;
  readonly #body: Buffer;
  #at = 0;

  constructor(name: string, section: string, body: Buffer) {
    this.#name = name;
    this.#section = section;
    this.#body = body;
  }

  fail(why: string, clause: string): never {
    throw new BrokenPacket(`${this.#name}: ${why} [MQTT-${clause}]`);
  }

  get left(): number {
    return this.#body.length - this.#at;
  }

  byte(what: string): number {
    return this.#take(1, what).readUInt8(0);
  }

  number(what: string): number {
    return this.#take(2, what).readUInt16BE(0);
  }

  /** Length-prefixed bytes. */
  bytes(what: string): Buffer {
    return this.#take(this.number(what), what);
  }

  skip(count: number, what: string): void {
    this.#take(count, what);
  }

  /** UTF-8 text without U+0000. */
  text(what: string): string {
    const bytes = this.bytes(what);
    if (!isUtf8(bytes)) this.fail(english`the ${what} is not UTF-8`, "1.5.3-1");
    if (bytes.includes(0)) this.fail(english`the ${what} holds U+0000`, "1.5.3-2");
    return bytes.toString("utf8");
  }

  /** A topic to publish to. */
  topic(what: string, clause: string): void {
    const topic = this.text(what);
    if (topic === "") this.fail(english`the ${what} is empty`, "4.7.3-1");
    if (/[+#]/.test(topic)) this.fail(english`the ${what} "${printable(topic)}" has a wildcard`, clause);
  }

  identifier(): void {
    if (this.number(english`packet identifier`) === 0)
      this.fail(english`the packet identifier is 0`, "2.3.1-1");
  }

  end(): void {
    if (this.left > 0) this.fail(english`${this.left} bytes follow after its end`, this.#section);
  }

  #take(count: number, what: string): Buffer {
    if (count > this.left) this.fail(english`it ends inside the ${what}`, this.#section);
    this.#at += count;
    return this.#body.subarray(this.#at - count, this.#at);
  }
}

function checkPublish(reader: Reader, first: number): void {
  reader.topic(english`topic`, "3.3.2-2");
  if ((first & 6) !== 0) reader.identifier();
}

function checkFilters(reader: Reader, hasQos: boolean): void {
  reader.identifier();
  if (reader.left === 0) reader.fail(english`it names no topic filter`, hasQos ? "3.8.3-3" : "3.10.3-2");
  while (reader.left > 0) {
    const filter = reader.text(english`topic filter`);
    if (filter === "") reader.fail(english`a topic filter is empty`, "4.7.3-1");
    if (/#./su.test(filter) || /[^/]#/u.test(filter)) {
      reader.fail(english`"${printable(filter)}": # must be a whole level, and the last one`, "4.7.1-2");
    }
    if (/\+[^/]|[^/]\+/u.test(filter)) {
      reader.fail(english`"${printable(filter)}": + must be a whole level`, "4.7.1-3");
    }
    if (hasQos && reader.byte(english`requested QoS`) > 2)
      reader.fail(english`a requested QoS is over 2`, "3-8.3-4");
  }
}

/** Names for pairs of protocol name and level. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "MQIsdp 3": "MQTT 3.1",
  "MQTT 4": "MQTT 3.1.1",
  "MQTT 5": "MQTT 5",
};
const BRIDGE = 0x80;

function checkConnect(reader: Reader, { isLenient, answersLevels }: Dialect): void {
  const name = reader.text(english`protocol name`);
  if (name !== "MQTT" && name !== "MQIsdp") {
    reader.fail(english`the protocol name is "${printable(name)}", not MQTT`, "3.1.2-1");
  }
  const level = reader.byte(english`protocol level`);
  const isBridge = (level & BRIDGE) !== 0;
  const protocol = PROTOCOLS[`${name} ${level & ~BRIDGE}`];
  const isTaken = protocol === "MQTT 3.1.1" || (isLenient && protocol === "MQTT 3.1");
  if (!isTaken || (isBridge && !isLenient)) {
    const spoken = protocol ?? english`an unknown protocol`;
    const what = isBridge ? english`a bridge of ${spoken}` : spoken;
    const why = english`the client speaks ${what} (name ${name}, level ${level}), not MQTT 3.1.1 (name MQTT, level 4)`;
    const who = identityOf(reader, protocol === "MQTT 5");
    const code = answersLevels ? { returnCode: 1 as const } : {};
    throw new BrokenPacket(`${why} [MQTT-3.1.2-2]`, { ...who, ...code });
  }
  const flags = reader.byte(english`connect flags`);
  const isClean = (flags & 0x02) !== 0;
  const hasWill = (flags & 0x04) !== 0;
  const willQos = (flags >> 3) & 3;
  const [hasUserName, hasPassword] = [(flags & 0x80) !== 0, (flags & 0x40) !== 0];
  reader.skip(2, english`keep alive`);
  const clientId = reader.text(english`client id`);
  let userName: string | undefined;
  try {
    if ((flags & 0x01) !== 0) reader.fail(english`bit 0 of its flags is set`, "3.1.2-3");
    if (!hasWill && willQos > 0) reader.fail(english`it has a Will QoS but no will`, "3.1.2-13");
    if (!hasWill && (flags & 0x20) !== 0) reader.fail(english`it has Will Retain but no will`, "3.1.2-15");
    if (hasWill && willQos === 3) reader.fail(english`the will's QoS is 3`, "3.1.2-14");
    if (hasPassword && !hasUserName) {
      reader.fail(english`it has a password but no user name: the flags are not both set`, "3.1.2-22");
    }
    if (hasWill) {
      reader.topic(english`will topic`, "4.7.1-1");
      reader.bytes(english`will message`);
    }
    if (hasUserName) userName = reader.text(english`user name`);
    if (hasPassword) reader.bytes(english`password`);
    reader.end();
  } catch (error) {
    throw error instanceof BrokenPacket ? new BrokenPacket(error.message, { clientId, userName }) : error;
  }
  if (clientId === "" && !isClean) {
    throw new BrokenPacket(
      english`CONNECT: the client id is empty, and the session is not clean [MQTT-3.1.3-8]`,
      {
        returnCode: 2,
      },
    );
  }
}

/** Identifies the sender of a rejected CONNECT, as far as possible. Starts after the protocol level. */
function identityOf(reader: Reader, hasProperties: boolean): { clientId: string; userName?: string } {
  let clientId = "";
  try {
    const flags = reader.byte(english`connect flags`);
    reader.skip(2, english`keep alive`);
    if (hasProperties) skipProperties(reader);
    clientId = reader.text(english`client id`);
    if ((flags & 0x04) !== 0) {
      if (hasProperties) skipProperties(reader);
      reader.bytes(english`will topic`);
      reader.bytes(english`will message`);
    }
    return (flags & 0x80) === 0 ? { clientId } : { clientId, userName: reader.text(english`user name`) };
  } catch {
    return { clientId };
  }
}

function skipProperties(reader: Reader): void {
  let length = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = reader.byte(english`length of the properties`);
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  reader.skip(length, "properties");
}
