/** Takes an MQTT 3.1.1 packet apart and explains each field. Runs in Node and in a browser. */

import { Broken, createCursor, type Cursor, type Field } from "./fields.ts";
import { PACKETS } from "./packets.ts";
import { summarise } from "./summary.ts";
import type { Words } from "./words.ts";

export type { Field } from "./fields.ts";
export { MESSAGES as DISSECTOR_WORDS } from "./words.ts";

export interface Dissection {
  /** The packet type, `PUBLISH`. */
  readonly name: string;
  /** Ordered by first byte; a field that contains others comes before them. They cover every byte. */
  readonly fields: readonly Field[];
}

/**
 * Never throws: anything that violates the standard becomes a field that says so.
 * @param bytes a packet, or the first bytes of one
 * @param length of the whole packet
 */
export function dissect(bytes: Uint8Array, words: Words, length = bytes.length): Dissection {
  const fields: Field[] = [];
  const cursor = createCursor(bytes, words, fields, bytes.length < length);
  const name = PACKETS[(bytes[0] ?? 0) >> 4]?.name ?? words.unknownPacket;
  try {
    readPacket(cursor, length);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  const covered = fields.reduce((most, { to }) => Math.max(most, to), 0);
  if (covered < bytes.length) {
    const range = { from: covered, to: bytes.length, isFault: true };
    cursor.add(words.rest, "", words.restExplained, "", range);
  }
  if (bytes.length < length) {
    cursor.add(words.notKept, "", words.notKeptExplained(length - bytes.length), "", {
      from: bytes.length,
      to: bytes.length,
    });
  }
  fields.sort((one, other) => one.from - other.from || other.to - one.to);
  return { name, fields };
}

/** The packet in one line, for a list. */
export { summarise };

function readPacket(cursor: Cursor, length: number): void {
  const { words } = cursor;
  const first = cursor.u8(words.type, "2.2.1");
  const packet = PACKETS[first >> 4];
  if (packet === undefined) {
    cursor.add(words.type, String(first >> 4), words.typeReserved, "2.2.1", { isFault: true });
    throw new Broken();
  }
  cursor.add(words.type, `${packet.name} (${first >> 4})`, words.packets[packet.name], "2.2.1");
  readFlags(cursor, first, packet.flags);
  readRemainingLength(cursor, length);
  packet.read(cursor, first & 0x0f);
  if (cursor.left() > 0) {
    const rest = cursor.left();
    cursor.take(rest, words.rest, packet.clause);
    cursor.add(words.rest, "", words.tooLong(rest), packet.clause, { isFault: true });
  }
}

/** @param expected the fixed lower four bits of the packet type; undefined for PUBLISH, whose bits have meanings */
function readFlags(cursor: Cursor, first: number, expected: number | undefined): void {
  const { words } = cursor;
  const flags = first & 0x0f;
  if (expected !== undefined) {
    const isFault = flags !== expected;
    const text = isFault ? words.flagsWrong(expected) : words.flagsFixed;
    cursor.add(words.flags, bits(flags, 4), text, "2.2.2", { isFault });
    return;
  }
  const qos = (flags >> 1) & 3;
  const isAgain = (flags & 8) !== 0;
  const dupFault = isAgain && qos === 0;
  cursor.add("DUP", isAgain ? "1" : "0", dupFault ? words.dupAtQos0 : words.dup(isAgain), "3.3.1.1", {
    isFault: dupFault,
  });
  cursor.add("QoS", String(qos), words.qos[qos] ?? "", "3.3.1.2", { isFault: qos === 3 });
  cursor.add("RETAIN", String(flags & 1), words.retain(flags & 1), "3.3.1.3");
}

function readRemainingLength(cursor: Cursor, length: number): void {
  const { words } = cursor;
  const from = cursor.position();
  let value = 0;
  for (let count = 0; ; count++) {
    const byte = cursor.u8(words.remainingLength, "2.2.3");
    value += (byte & 0x7f) * 128 ** count;
    if (byte < 0x80) break;
    if (count === 3) {
      cursor.add(words.remainingLength, "", words.remainingLengthTooLong, "2.2.3", { from, isFault: true });
      throw new Broken();
    }
  }
  const to = cursor.position();
  const isFault = to + value !== length;
  const text = isFault ? words.remainingLengthWrong(length - to) : words.remainingLengthIs(value);
  cursor.add(words.remainingLength, String(value), text, "2.2.3", { from, isFault });
  cursor.setEnd(to + value);
}

function bits(value: number, count: number): string {
  return `0b${value.toString(2).padStart(count, "0")}`;
}
