/** Splits a client's bytes into packets [MQTT-2.2]. */

import { BrokenPacket, headFault } from "./well-formed.ts";
import { english } from "../cli/language.ts";

export interface Cut {
  /** The packet, once complete. It may share memory with the chunk. */
  readonly packet?: Buffer;
  /** End of the packet's fixed header. */
  readonly headerLength: number;
  /** Where to continue in the chunk. */
  readonly position: number;
}

export interface Cutter {
  /** Whether the last packet was complete. */
  isBetween(): boolean;
  /**
   * Consumes bytes of a chunk up to the end of a packet. Returns a fault as soon as the packet starts wrong or
   * announces too much.
   */
  cut(chunk: Buffer, position: number): Cut | BrokenPacket;
}

/** Initial buffer for a packet that arrives in pieces. An announced length alone allocates nothing. */
const FIRST_ROOM = 256;

/** Largest remaining length of the first packet, in bytes: anybody can send it. */
const LARGEST_FIRST = 65 * 1024;

/** Longest fixed header: the type and four bytes of remaining length. */
const LONGEST_HEADER = 5;

/** @param maximum largest remaining length */
export function createCutter(maximum: number): Cutter {
  /** The part of the packet received so far. */
  let held: Buffer = Buffer.alloc(0);
  let length = 0;
  let isFirst = true;
  let bound = Math.min(maximum, LARGEST_FIRST);

  function hold(bytes: Buffer): void {
    if (length + bytes.length > held.length) {
      const room = Buffer.allocUnsafe(Math.max(FIRST_ROOM, 2 * (length + bytes.length)));
      held.copy(room, 0, 0, length);
      held = room;
    }
    bytes.copy(held, length);
    length += bytes.length;
  }

  /** Continues a packet that arrives in pieces. */
  function goOn(chunk: Buffer, from: number): Cut | BrokenPacket {
    let position = from;
    let header = readHeader(held, 0, length, bound);
    while (header === undefined && position < chunk.length) {
      hold(chunk.subarray(position, position + 1));
      position++;
      header = readHeader(held, 0, length, bound);
    }
    if (header instanceof BrokenPacket) return header;
    if (header === undefined) return { headerLength: 0, position };
    const end = Math.min(chunk.length, position + header.total - length);
    hold(chunk.subarray(position, end));
    if (length < header.total) return { headerLength: 0, position: end };
    const packet = held.subarray(0, length);
    held = Buffer.alloc(0);
    length = 0;
    bound = maximum;
    return { packet, headerLength: header.length, position: end };
  }

  return {
    isBetween: () => length === 0,
    cut(chunk, position) {
      if (length > 0) return goOn(chunk, position);
      const fault = headFault(chunk[position] ?? 0, isFirst);
      if (fault !== undefined) return fault;
      isFirst = false;
      const header = readHeader(chunk, position, chunk.length, bound);
      if (header instanceof BrokenPacket) return header;
      const end = position + (header?.total ?? Infinity);
      if (header === undefined || end > chunk.length) {
        hold(chunk.subarray(position));
        return { headerLength: 0, position: chunk.length };
      }
      bound = maximum;
      return { packet: chunk.subarray(position, end), headerLength: header.length, position: end };
    },
  };
}

/** The fixed header at `start`, if complete, or what is wrong with its length. */
function readHeader(
  bytes: Buffer,
  start: number,
  end: number,
  maximum: number,
): { readonly length: number; readonly total: number } | BrokenPacket | undefined {
  let remaining = 0;
  for (let length = 2; start + length <= end; length++) {
    const byte = bytes[start + length - 1] ?? 0;
    remaining += (byte & 0x7f) * 128 ** (length - 2);
    if (remaining > maximum) {
      return new BrokenPacket(
        english`a packet announces ${remaining} bytes or more; the maximum is ${maximum}`,
      );
    }
    if (byte < 0x80) return { length, total: length + remaining };
    if (length === LONGEST_HEADER) {
      return new BrokenPacket(english`a packet's remaining length has more than 4 bytes [MQTT-2.2.3]`);
    }
  }
  return undefined;
}
