/** Packets for the list: decoded once, matched by a filter. */

import { summarise, type Summary } from "../../../local-onenet/wire/summary.ts";
import type { Packet, Way } from "../../protocol.ts";

export interface Decoded {
  readonly packet: Packet;
  readonly bytes: Uint8Array;
  readonly summary: Summary;
}

const known = new WeakMap<Packet, Decoded>();

export function bytesOf({ bytes }: Packet): Uint8Array {
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}

export function decode(packet: Packet): Decoded {
  const before = known.get(packet);
  if (before) return before;
  const bytes = bytesOf(packet);
  const decoded = { packet, bytes, summary: summarise(bytes) };
  known.set(packet, decoded);
  return decoded;
}

/**
 * Whether a packet's type, device, topic or payload contains every word of the filter.
 * @param board if given, only this board's packets match
 */
export function matches(
  packet: Packet,
  filter: string,
  way: Way | "all",
  board: string | undefined,
): boolean {
  if (way !== "all" && packet.way !== way) return false;
  if (board !== undefined && packet.board !== board) return false;
  if (filter === "") return true;
  const text = textOf(decode(packet)); // only decoded once a filter needs it
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** More packets within a second than anyone reads. */
const BRISK = 60;

/** Whether the newest packets came faster than anyone reads. */
export function isBrisk(packets: readonly Packet[]): boolean {
  const earlier = packets.at(-BRISK);
  const newest = packets.at(-1);
  return earlier !== undefined && newest !== undefined && newest.time - earlier.time < 1000;
}

const texts = new WeakMap<Decoded, string>();
const decoder = new TextDecoder();

/** The text a filter searches: the whole packet, not just what the list shows. */
function textOf(decoded: Decoded): string {
  const before = texts.get(decoded);
  if (before !== undefined) return before;
  const { packet, bytes, summary } = decoded;
  const text = `${summary.name} ${packet.who} ${summary.detail} ${decoder.decode(bytes)}`.toLowerCase();
  texts.set(decoded, text);
  return text;
}
