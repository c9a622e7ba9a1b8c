/** The variable header and payload of each packet type [MQTT 3.1 to 3.14]. */

import { hex, textOrHex, utf8, type Cursor } from "./fields.ts";
import { MASK } from "./log-in.ts";
import { readPayload } from "./payload.ts";
import type { PacketName } from "./words.ts";

interface PacketType {
  readonly name: PacketName;
  /** The section of MQTT 3.1.1. */
  readonly clause: string;
  /** The fixed lower four bits of the first byte; undefined if they are flags with a meaning. */
  readonly flags: number | undefined;
  readonly read: (cursor: Cursor, flags: number) => void;
}

/** Indexed by packet type number. */
export const PACKETS: readonly (PacketType | undefined)[] = [
  undefined,
  { name: "CONNECT", clause: "3.1", flags: 0, read: readConnect },
  { name: "CONNACK", clause: "3.2", flags: 0, read: readConnack },
  { name: "PUBLISH", clause: "3.3", flags: undefined, read: readPublish },
  { name: "PUBACK", clause: "3.4", flags: 0, read: (cursor) => readIdentifier(cursor, "3.4.2") },
  { name: "PUBREC", clause: "3.5", flags: 0, read: (cursor) => readIdentifier(cursor, "3.5.2") },
  { name: "PUBREL", clause: "3.6", flags: 2, read: (cursor) => readIdentifier(cursor, "3.6.2") },
  { name: "PUBCOMP", clause: "3.7", flags: 0, read: (cursor) => readIdentifier(cursor, "3.7.2") },
  { name: "SUBSCRIBE", clause: "3.8", flags: 2, read: (cursor) => readFilters(cursor, "3.8.3", true) },
  { name: "SUBACK", clause: "3.9", flags: 0, read: readSuback },
  { name: "UNSUBSCRIBE", clause: "3.10", flags: 2, read: (cursor) => readFilters(cursor, "3.10.3", false) },
  { name: "UNSUBACK", clause: "3.11", flags: 0, read: (cursor) => readIdentifier(cursor, "3.11.2") },
  { name: "PINGREQ", clause: "3.12", flags: 0, read: () => undefined },
  { name: "PINGRESP", clause: "3.13", flags: 0, read: () => undefined },
  { name: "DISCONNECT", clause: "3.14", flags: 0, read: () => undefined },
];

function readConnect(cursor: Cursor): void {
  const { words } = cursor;
  const isMqtt = (text: string) => text === "MQTT";
  readString(cursor, words.protocolName, words.protocolNameIs, "3.1.2.1", isMqtt);
  const level = cursor.u8(words.protocolLevel, "3.1.2.2");
  const levelText = level === 4 ? words.protocolLevelIs : words.protocolLevelWrong;
  cursor.add(words.protocolLevel, String(level), levelText, "3.1.2.2", { isFault: level !== 4 });

  const flags = cursor.u8(words.connectFlags, "3.1.2.3");
  const flag = (bit: number, name: string, [off, on]: readonly [string, string], clause: string) =>
    cursor.add(name, flags & bit ? "1" : "0", flags & bit ? on : off, clause);
  const hasUserName = (flags & 0x80) !== 0;
  const hasPassword = (flags & 0x40) !== 0;
  const hasWill = (flags & 0x04) !== 0;
  const willQos = (flags >> 3) & 3;
  flag(0x80, words.userNameFlag, words.userNameFlagIs, "3.1.2.8");
  const passwordFault = hasPassword && !hasUserName;
  const passwordText = passwordFault ? words.passwordWithoutUser : words.passwordFlagIs[hasPassword ? 1 : 0];
  cursor.add(words.passwordFlag, hasPassword ? "1" : "0", passwordText, "3.1.2.9", {
    isFault: passwordFault,
  });
  const willFault = !hasWill && (flags & 0x38) !== 0;
  flag(0x20, words.willRetain, words.willRetainIs, "3.1.2.7");
  cursor.add(
    words.willQos,
    String(willQos),
    willFault ? words.willFlagsWithoutWill : words.willQosIs,
    "3.1.2.6",
    {
      isFault: willFault || willQos === 3,
    },
  );
  flag(0x04, words.willFlag, words.willFlagIs, "3.1.2.5");
  flag(0x02, words.cleanSession, words.cleanSessionIs, "3.1.2.4");
  const reserved = flags & 1;
  cursor.add(words.reserved, String(reserved), words.reservedIs, "3.1.2.3", { isFault: reserved !== 0 });

  const keepAlive = cursor.u16(words.keepAlive, "3.1.2.10");
  cursor.add(words.keepAlive, `${keepAlive} s`, words.keepAliveIs(keepAlive), "3.1.2.10");
  readString(cursor, words.clientId, words.clientIdIs, "3.1.3.1");
  if (hasWill) {
    readString(cursor, words.willTopic, words.willTopicIs, "3.1.3.2");
    readBytes(cursor, words.willMessage, words.willMessageIs, "3.1.3.3");
  }
  if (hasUserName) readString(cursor, words.userName, words.userNameIs, "3.1.3.4");
  if (hasPassword) readBytes(cursor, words.password, words.passwordIs, "3.1.3.5");
}

function readConnack(cursor: Cursor): void {
  const { words } = cursor;
  const flags = cursor.u8(words.acknowledgeFlags, "3.2.2.1");
  const present = flags & 1;
  cursor.add(words.sessionPresent, String(present), words.sessionPresentIs[present] ?? "", "3.2.2.2", {
    isFault: flags > 1,
  });
  const code = cursor.u8(words.returnCode, "3.2.2.3");
  const text = words.returnCodes[code] ?? words.returnCodeReserved;
  cursor.add(words.returnCode, String(code), text, "3.2.2.3", { isFault: code !== 0 });
}

function readPublish(cursor: Cursor, flags: number): void {
  const { words } = cursor;
  const isTopic = (text: string) => text !== "" && !/[+#\0]/.test(text);
  const topic = readString(cursor, words.topicName, words.topicNameIs, "3.3.2.1", isTopic) ?? "";
  if ((flags >> 1) & 3) readIdentifier(cursor, "3.3.2.2");
  readPayload(cursor, topic);
}

/** [MQTT 2.3.1] */
function readIdentifier(cursor: Cursor, clause: string): void {
  const { words } = cursor;
  const identifier = cursor.u16(words.packetIdentifier, clause);
  const isFault = identifier === 0;
  const text = isFault ? words.packetIdentifierZero : words.packetIdentifierIs;
  cursor.add(words.packetIdentifier, String(identifier), text, clause, { isFault });
}

function readFilters(cursor: Cursor, clause: string, hasQos: boolean): void {
  const { words } = cursor;
  readIdentifier(cursor, hasQos ? "3.8.2" : "3.10.2");
  if (cursor.left() === 0) {
    cursor.add(words.topicFilter, "", words.noFilter, clause, { from: cursor.position(), isFault: true });
  }
  while (cursor.left() > 0) {
    readString(cursor, words.topicFilter, hasQos ? words.topicFilterIs : words.topicFilterLeft, clause);
    if (!hasQos) continue;
    const qos = cursor.u8(words.requestedQos, clause);
    cursor.add(words.requestedQos, String(qos), words.requestedQosIs, clause, { isFault: qos > 2 });
  }
}

function readSuback(cursor: Cursor): void {
  const { words } = cursor;
  readIdentifier(cursor, "3.9.2");
  while (cursor.left() > 0) {
    const code = cursor.u8(words.subackCode, "3.9.3");
    const isRefused = code === 0x80;
    const text = isRefused
      ? words.subackRefused
      : code > 2
        ? words.returnCodeReserved
        : words.subackGranted(code);
    cursor.add(words.subackCode, `0x${code.toString(16).padStart(2, "0")}`, text, "3.9.3", {
      isFault: code > 2,
    });
  }
}

/** UTF-8 after its u16 length [MQTT 1.5.3]; undefined if it is not valid. */
function readString(
  cursor: Cursor,
  name: string,
  explanation: string,
  clause: string,
  isRight: (text: string) => boolean = () => true,
): string | undefined {
  const from = cursor.position();
  const bytes = cursor.take(readLength(cursor, name, clause), name, clause);
  const text = utf8(bytes);
  const isFault = text === undefined || text.includes("\0") || !isRight(text);
  const value = text === undefined ? hex(bytes) : JSON.stringify(text);
  const shown = text === undefined ? cursor.words.notUtf8 : explanation;
  cursor.add(name, value, shown, text === undefined ? "1.5.3" : clause, { from: from + 2, isFault });
  return text;
}

function readBytes(cursor: Cursor, name: string, explanation: string, clause: string): void {
  const bytes = cursor.take(readLength(cursor, name, clause), name, clause);
  const isMasked = bytes.length > 0 && bytes.every((byte) => byte === MASK);
  cursor.add(name, isMasked ? "••••••" : textOrHex(bytes), explanation, clause);
}

function readLength(cursor: Cursor, name: string, clause: string): number {
  const { words } = cursor;
  const length = cursor.u16(words.lengthOf(name), clause);
  cursor.add(words.lengthOf(name), String(length), words.lengthIs(length), "1.5.3");
  return length;
}
