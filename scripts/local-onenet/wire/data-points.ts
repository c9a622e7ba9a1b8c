/** The `$dp` frames, types 1 to 7, used by multiprotocol devices to report data points. */

import { Broken, hex, shorten, textOrHex, utf8, type Cursor } from "./fields.ts";
import { readJson } from "./json.ts";

/** Flag in the type byte: six bytes of time follow. */
const HAS_TIME = 0x80;

export function readDataPoints(cursor: Cursor): void {
  const { words } = cursor;
  const first = cursor.u8(words.dpType, clauseOf(0));
  const type = first & 0x3f;
  const clause = clauseOf(type);
  const known = words.dpTypes[type];
  cursor.add(words.dpType, String(type), known ?? words.dpTypeUnknown, clause, {
    isFault: known === undefined,
  });
  if (known === undefined) {
    takeRest(cursor, clause);
    return;
  }
  const flags = first & 0xc0;
  const flagsFault = (flags & 0x40) !== 0 || (type < 6 && flags !== 0);
  const flagsText = flagsFault ? words.dpFlagsWrong : words.dpFlags[flags ? 1 : 0];
  cursor.add(words.flags, `0b${(flags >> 6).toString(2).padStart(2, "0")}`, flagsText, clause, {
    isFault: flagsFault,
  });
  if (type >= 6 && flags & HAS_TIME) readTime(cursor, clause);
  if (type === 7) readFloats(cursor, clause);
  else readText(cursor, type, clause);
  if (type === 2) readBinary(cursor, clause);
}

function clauseOf(type: number): string {
  return type > 0 && type < 8 ? `OneNET $dp type ${type}` : "OneNET $dp";
}

function takeRest(cursor: Cursor, clause: string): void {
  const { words } = cursor;
  if (cursor.left() === 0) return;
  const bytes = cursor.take(cursor.left(), words.payload, clause);
  cursor.add(words.payload, hex(bytes), words.dpTypeUnknown, clause, { isFault: true });
}

function readTime(cursor: Cursor, clause: string): void {
  const { words } = cursor;
  const [year = 0, month = 0, day = 0, ...clock] = cursor.take(6, words.dpTime, clause);
  const two = (number: number) => String(number).padStart(2, "0");
  const value = `20${two(year)}-${two(month)}-${two(day)} ${clock.map(two).join(":")}`;
  const isFault = Number.isNaN(Date.parse(`${value.replace(" ", "T")}Z`));
  cursor.add(words.dpTime, value, words.dpTimeIs, clause, { isFault });
}

/** Types 1 to 6: a text after its big-endian u16 length. */
function readText(cursor: Cursor, type: number, clause: string): void {
  const { words } = cursor;
  const name = words.dpText;
  const length = cursor.u16(words.lengthOf(name), clause);
  const isWrong = type === 2 ? length > cursor.left() : length !== cursor.left();
  const lengthText = isWrong ? words.dpLengthWrong(cursor.left()) : words.lengthIs(length);
  cursor.add(words.lengthOf(name), String(length), lengthText, clause, { isFault: isWrong });
  const from = cursor.position();
  const bytes = cursor.take(length, name, clause);
  cursor.add(name, textOrHex(bytes), words.dpTexts[type] ?? "", clause);
  const text = utf8(bytes);
  if (text === undefined) cursor.add(name, "", words.notUtf8, clause, { from, isFault: true });
  else if (type < 5) readJson(cursor, text, from, clause, type < 3 ? words.dpKeys : {});
  else readRecords(cursor, text, from, clause);
}

/** `,;name,time,value;name,value;value`: the first two characters separate the rest. */
function readRecords(cursor: Cursor, text: string, from: number, clause: string): void {
  const { words } = cursor;
  const [fieldSeparator = "", recordSeparator = ""] = text;
  const isFault = !/^[\0-\x7f]{2}/.test(text) || fieldSeparator === recordSeparator;
  const separator = (name: string, character: string, at: number) =>
    cursor.add(name, JSON.stringify(character), words.separatorIs, clause, {
      from: at,
      to: Math.min(at + 1, cursor.position()),
      isFault,
    });
  separator(words.fieldSeparator, fieldSeparator, from);
  separator(words.recordSeparator, recordSeparator, from + 1);
  if (isFault) return;
  const encoder = new TextEncoder();
  let at = from + 2;
  for (const record of text.slice(2).split(recordSeparator)) {
    const to = at + encoder.encode(record).length;
    const parts = record.split(fieldSeparator);
    const isRecord = record !== "" && parts.length <= 3;
    const explanation = words.records[isRecord ? parts.length : 0] ?? "";
    cursor.add(words.record, shorten(record), explanation, clause, { from: at, to, isFault: !isRecord });
    at = to + 1;
  }
}

/** Type 2, after its description: bytes after their u32 length. */
function readBinary(cursor: Cursor, clause: string): void {
  const { words } = cursor;
  const name = words.dpBytes;
  const length = cursor.take(4, words.lengthOf(name), clause).reduce((sum, byte) => sum * 256 + byte, 0);
  const isWrong = length !== cursor.left();
  const text = isWrong ? words.dpLengthWrong(cursor.left()) : words.lengthIs(length);
  cursor.add(words.lengthOf(name), String(length), text, clause, { isFault: isWrong });
  const bytes = cursor.take(Math.min(length, cursor.left()), name, clause);
  cursor.add(name, hex(bytes), words.dpBytesIs, clause);
}

/** Type 7: groups of a data stream number, a count and that many floats, little-endian. */
function readFloats(cursor: Cursor, clause: string): void {
  const { words } = cursor;
  do {
    const stream = cursor.u16(words.streamNumber, clause);
    cursor.add(words.streamNumber, String(stream), words.streamNumberIs, clause, { isFault: stream === 0 });
    const count = cursor.u16(words.floatCount, clause);
    const isFault = count === 0 || count > 500;
    cursor.add(words.floatCount, String(count), words.floatCountIs, clause, { isFault });
    if (isFault) throw new Broken();
    for (let index = 0; index < count; index++) {
      const bytes = cursor.take(4, words.float, clause);
      const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
      cursor.add(words.float, String(Number(value.toPrecision(7))), words.floatIs, clause, {
        isFault: !Number.isFinite(value),
      });
    }
  } while (cursor.left() > 0);
}
