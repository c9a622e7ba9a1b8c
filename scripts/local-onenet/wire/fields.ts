/** The parts of a dissection, and the cursor that creates them. */

import { shorten as shortenTo } from "../../cli/shorten.ts";
import type { Words } from "./words.ts";

/** A range of a packet's bytes and its meaning. */
export interface Field {
  /** The first byte, counted from the start of the packet. */
  readonly from: number;
  /** The position after the last byte. */
  readonly to: number;
  readonly name: string;
  readonly value: string;
  readonly explanation: string;
  /** The source: a section of MQTT 3.1.1 or a OneNET document. */
  readonly clause: string;
  /** It violates the clause. */
  readonly isFault: boolean;
}

/** The packet ended inside a field, or a bad field makes the rest unreadable. */
export class Broken extends Error {}

export interface Cursor {
  readonly words: Words;
  readonly bytes: Uint8Array;
  /** Where the next field begins. */
  position(): number;
  /** Bytes left until `end`. */
  left(): number;
  /** The end of the packet by its remaining length, or where it was truncated. */
  end(): number;
  setEnd(end: number): void;
  /** Takes bytes. @throws Broken if there are fewer, after adding a field that says so */
  take(count: number, name: string, clause: string): Uint8Array;
  u8(name: string, clause: string): number;
  u16(name: string, clause: string): number;
  /** Adds a field for the last bytes taken, or for the given range. */
  add(name: string, value: string, explanation: string, clause: string, range?: Partial<Range>): void;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly isFault: boolean;
}

/** Longest text shown, in UTF-16 units. */
const LONGEST_TEXT = 160;

/** Most fields per packet: the JSON of a large packet has thousands. */
const MAXIMUM_FIELDS = 400;

/** @param isCut the packet is truncated here, so reaching the end of the bytes is not a fault */
export function createCursor(bytes: Uint8Array, words: Words, fields: Field[], isCut: boolean): Cursor {
  let position = 0;
  let start = 0;
  let end = bytes.length;

  const cursor: Cursor = {
    words,
    bytes,
    position: () => position,
    left: () => end - position,
    end: () => end,
    setEnd: (next) => void (end = Math.min(next, bytes.length)),
    take(count, name, clause) {
      if (count > end - position) {
        const isKept = !isCut || end < bytes.length;
        const text = isKept ? words.ends(count, end - position) : words.notKeptFrom;
        cursor.add(name, "", text, clause, { from: position, to: end, isFault: isKept });
        throw new Broken();
      }
      start = position;
      position += count;
      return bytes.subarray(start, position);
    },
    u8: (name, clause) => cursor.take(1, name, clause)[0] ?? 0,
    u16(name, clause) {
      const [high = 0, low = 0] = cursor.take(2, name, clause);
      return high * 256 + low;
    },
    add(name, value, explanation, clause, { from = start, to = position, isFault = false } = {}) {
      if (fields.length < MAXIMUM_FIELDS)
        fields.push({ from, to, name, value, explanation, clause, isFault });
    },
  };
  return cursor;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8; undefined if it is not valid. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** `0a 1b …`, at most 16 bytes. */
export function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > 16 ? `${shown} …` : shown;
}

/** Text unchanged, other bytes as hexadecimal; shortened. */
export function textOrHex(bytes: Uint8Array): string {
  const text = utf8(bytes);
  return text === undefined ? hex(bytes) : shorten(JSON.stringify(text));
}

export function shorten(text: string): string {
  return shortenTo(text, LONGEST_TEXT);
}
