/** Packets as the list shows them: decoded once, found by a filter. */

import { summarise, type Summary } from "../../scripts/wire/summary.ts";
import type { Packet, Way } from "../../scripts/web-console/protocol.ts";

export interface Decoded {
  readonly packet: Packet;
  readonly bytes: Uint8Array;
  readonly summary: Summary;
}

const known = new WeakMap<Packet, Decoded>();

export function decode(packet: Packet): Decoded {
  const before = known.get(packet);
  if (before) return before;
  const bytes = Uint8Array.from(atob(packet.bytes), (character) => character.charCodeAt(0));
  const decoded = { packet, bytes, summary: summarise(bytes) };
  known.set(packet, decoded);
  return decoded;
}

/**
 * Whether a packet has every word of the filter in its type, device, topic or payload.
 * @param board the only board whose packets match, if there is one
 */
export function matches(
  decoded: Decoded,
  filter: string,
  way: Way | "all",
  board: string | undefined,
): boolean {
  const { packet } = decoded;
  if (way !== "all" && packet.way !== way) return false;
  if (board !== undefined && packet.board !== board) return false;
  if (filter === "") return true;
  const text = textOf(decoded);
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const texts = new WeakMap<Decoded, string>();
const decoder = new TextDecoder();

/** What a filter looks through: the whole packet, however little of it the list shows. */
function textOf(decoded: Decoded): string {
  const before = texts.get(decoded);
  if (before !== undefined) return before;
  const { packet, bytes, summary } = decoded;
  const text = `${summary.name} ${packet.who} ${summary.detail} ${decoder.decode(bytes)}`.toLowerCase();
  texts.set(decoded, text);
  return text;
}
