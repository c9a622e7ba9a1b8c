/** A server's side of an MQTT conversation, as byte strings: valid at first, then randomly corrupted. */

import { sized, u16, u16At } from "../../../src/mqtt/bytes.ts";
import { publish } from "../../../src/mqtt/encode.ts";
import { PacketType, type Qos } from "../../../src/mqtt/packet.ts";
import type { Random } from "../../../scripts/bench/fuzz/random.ts";

/** A well-behaved server's answer to a client's packet; nothing if none is needed. */
export function answerTo(packet: string, random: Random): string {
  const first = packet.charCodeAt(0);
  const start = packet.charCodeAt(1) > 127 ? 3 : 2;
  const id = packet.substring(start, start + 2);
  switch ((first >> 4) as PacketType) {
    case PacketType.Connect: {
      const isClean = (packet.charCodeAt(start + 7) & 2) !== 0;
      return random.chance(0.05)
        ? `\x20\x02\0${String.fromCharCode(random.int(8))}`
        : `\x20\x02${random.chance(isClean ? 0.02 : 0.6) ? "\x01" : "\0"}\0`;
    }
    case PacketType.Publish: {
      const qos = random.chance(0.95) ? (first >> 1) & 3 : random.int(3);
      const at = start + 2 + u16At(packet, start);
      return qos ? `${qos === 2 ? "\x50" : "\x40"}\x02${packet.substring(at, at + 2)}` : "";
    }
    case PacketType.Pubrec:
      return `\x62\x02${id}`;
    case PacketType.Pubrel:
      return `\x70\x02${id}`;
    case PacketType.Subscribe:
      // One filter was requested; sometimes none or two are answered.
      return random.chance(0.9) ? `\x90\x03${id}\x01` : `\x90\x04${id}\x01\x80`;
    case PacketType.Unsubscribe:
      return `\xb0\x02${id}`;
    case PacketType.Pingreq:
      return "\xd0\0";
    default:
      return "";
  }
}

/** Topics one bit away from forbidden ones: c becomes `#`, k becomes `+`, @ becomes U+0000. */
const TOPICS = ["c", "@", "k/c", "\xe6\xb8\xa9", "\xed\x9f\xbf/c", "\xf0\x9f\x92\xa1"] as const;

/** A packet a server may send, expected or not. */
export function ownPacket(random: Random): string {
  const id = random.chance(0.9) ? random.int(6) : random.int(65_536);
  if (random.chance(0.7)) {
    const payload = "x".repeat(random.chance(0.9) ? random.int(8) : random.int(120));
    return publish(sized(random.pick(TOPICS)), payload, random.int(3) as Qos, id, random.chance(0.2));
  }
  const first = random.pick(["\x40\x02", "\x50\x02", "\x62\x02", "\x70\x02", "\xb0\x02", "\x90\x03"]);
  return first + u16(id) + (first === "\x90\x03" ? "\x01" : "");
}

/** Many QoS 2 messages that are never released. */
export function flood(count: number): string[] {
  return Array.from({ length: count }, (_, i) => publish(sized("c"), "", 2, i + 1));
}

/** The packets as one byte stream, corrupted in up to four places. */
export function spoil(packets: readonly string[], random: Random): string {
  const list = [...packets];
  for (let spoils = random.int(3); spoils > 0; spoils--) spoilOrder(list, random);
  let bytes = list.join("");
  for (let spoils = random.int(3); spoils > 0; spoils--) bytes = spoilBytes(bytes, random);
  return bytes;
}

/** Drops, duplicates, swaps or adds a packet. */
function spoilOrder(list: string[], random: Random): void {
  const at = random.int(list.length);
  const packet = list[at] ?? "";
  const ways = [
    () => list.splice(at, 1),
    () => list.splice(at, 0, packet),
    () => list.push(...list.splice(at, 1)),
    () => list.splice(at, 0, ownPacket(random)),
    () => list.splice(at, 0, bytesOf(random, random.int(12))),
  ] as const;
  random.pick(ways)();
}

/** Flips a bit, changes a byte, cuts, repeats or adds bytes. */
function spoilBytes(bytes: string, random: Random): string {
  const at = random.int(bytes.length);
  const head = bytes.substring(0, at);
  const tail = bytes.substring(at);
  const byte = bytes.charCodeAt(at);
  if (Number.isNaN(byte)) return bytesOf(random, 4);
  const ways = [
    () => head + String.fromCharCode(byte ^ (1 << random.int(8))) + tail.substring(1),
    () => head + String.fromCharCode((byte + random.pick([1, 255])) & 255) + tail.substring(1),
    () => head + random.pick(["\0", "\x7f", "\x80", "\xff"]) + tail.substring(1),
    () => head + tail.substring(1 + random.int(4)),
    () => head + tail.substring(0, 1 + random.int(6)) + tail,
    () => head + bytesOf(random, 1 + random.int(4)) + tail,
    () => head,
  ] as const;
  return random.pick(ways)();
}

function bytesOf(random: Random, length: number): string {
  let bytes = "";
  while (bytes.length < length) bytes += String.fromCharCode(random.int(256));
  return bytes;
}

/** The bytes in pieces, as split by a network. */
export function pieces(bytes: string, random: Random): string[] {
  const cuts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = random.chance(0.5) ? bytes.length : 1 + random.int(8);
    cuts.push(bytes.substring(at, at + length));
    at += length;
  }
  return cuts;
}
