/** Folds each acknowledgement into the packet that it answers, and each reply to a ping into the ping. */

import type { Packet } from "../../protocol.ts";
import { bytesOf } from "./packets.ts";

/** A packet and what came of it. */
export interface Exchange {
  readonly packet: Packet;
  /** Oldest first. */
  readonly answers: readonly Packet[];
  /** Whether an answer is due that has not come. */
  readonly isAwaited: boolean;
}

/** By the type of a packet: the types that may begin its exchange, and whether it ends it. */
const ANSWERS: ReadonlyMap<number, { readonly to: number; readonly isLast: boolean }> = new Map([
  [2, { to: 1, isLast: true }], // CONNACK
  [4, { to: 3, isLast: true }], // PUBACK
  [5, { to: 3, isLast: false }], // PUBREC
  [6, { to: 3, isLast: false }], // PUBREL
  [7, { to: 3, isLast: true }], // PUBCOMP
  [9, { to: 8, isLast: true }], // SUBACK
  [11, { to: 10, isLast: true }], // UNSUBACK
  [13, { to: 12, isLast: true }], // PINGRESP
]);

const PUBREL = 6;

/** What identifies an exchange among those of its connection; undefined for what is not answered. */
interface Head {
  readonly type: number;
  /** Packet identifier; 0 for none. */
  readonly id: number;
  readonly isAnswered: boolean;
}

const heads = new WeakMap<Packet, Head>();

function headOf(packet: Packet): Head {
  const known = heads.get(packet);
  if (known) return known;
  const head = readHead(bytesOf(packet));
  heads.set(packet, head);
  return head;
}

function readHead(bytes: Uint8Array): Head {
  const first = bytes[0] ?? 0;
  const type = first >> 4;
  let at = 1;
  while ((bytes[at] ?? 0) >= 0x80 && at < 4) at++;
  at++;
  const u16 = (place: number) => (bytes[place] ?? 0) * 256 + (bytes[place + 1] ?? 0);
  switch (type) {
    case 1:
    case 12:
      return { type, id: 0, isAnswered: true };
    case 3:
      return (first & 6) === 0
        ? { type, id: 0, isAnswered: false }
        : { type, id: u16(at + 2 + u16(at)), isAnswered: true };
    case 2:
    case 13:
      return { type, id: 0, isAnswered: false };
    default:
      return { type, id: u16(at), isAnswered: type === 8 || type === 10 };
  }
}

/**
 * @param packets oldest first
 * @returns oldest first; an acknowledgement of nothing known stands alone
 */
export function fold(packets: readonly Packet[]): Exchange[] {
  const exchanges: { packet: Packet; answers: Packet[]; isAwaited: boolean }[] = [];
  const open = new Map<string, (typeof exchanges)[number]>();
  for (const packet of packets) {
    const { type, id, isAnswered } = headOf(packet);
    const { connection, way } = packet;
    const answer = ANSWERS.get(type);
    if (answer) {
      // A PUBREL goes the way of its PUBLISH; all others come back.
      const asked = (way === "up") === (type === PUBREL) ? "up" : "down";
      const key = `${connection} ${asked} ${answer.to} ${id}`;
      const exchange = open.get(key);
      if (exchange) {
        exchange.answers.push(packet);
        if (answer.isLast) {
          exchange.isAwaited = false;
          open.delete(key);
        }
        continue;
      }
    }
    const exchange = { packet, answers: [], isAwaited: isAnswered };
    exchanges.push(exchange);
    if (isAnswered) open.set(`${connection} ${way} ${type} ${id}`, exchange);
  }
  return exchanges;
}
