/** Why a payload is not JSON: the place, in bytes, and the likely cause. */

import { isUtf8 } from "node:buffer";
import { bracketFault, MAXIMUM_DEPTH } from "./brackets.ts";
import { illFormedAt } from "./dp/malformed.ts";
import { firstError } from "./json-place.ts";
import { english } from "../cli/language.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What is wrong with a payload that is not JSON. Safe to print. */
export function jsonFault(payload: Buffer): string {
  const fault = encodingFault(payload) ?? textFault(payload.toString("utf8"));
  return english`the payload is not JSON: ${fault}`;
}

/** Whether all that is wrong with a payload that is not JSON is that it nests too deep. */
export function nestsTooDeep(payload: Buffer): boolean {
  return encodingFault(payload) === undefined && faultIn(payload.toString("utf8")).isTooDeep;
}

function encodingFault(payload: Buffer): string | undefined {
  if (payload.length === 0) return english`it is empty`;
  if (payload.subarray(0, 3).equals(BYTE_ORDER_MARK)) {
    return english`it begins with a byte order mark (EF BB BF): save the text as UTF-8 without BOM`;
  }
  const nul = payload.indexOf(0);
  if (nul === 1) return english`byte 1 is NUL: is it UTF-16? send UTF-8`;
  if (nul >= 0) {
    const isEnd = payload.subarray(nul).every((byte) => byte === 0);
    return isEnd
      ? english`byte ${nul} is NUL: send the text without C's terminating NUL (use strlen, not sizeof)`
      : english`byte ${nul} is NUL`;
  }
  if (isUtf8(payload)) return undefined;
  const at = illFormedAt(payload);
  return isGbk(payload)
    ? english`byte ${at} is not UTF-8 but may be GBK: save the program's source as UTF-8`
    : english`byte ${at} is not UTF-8`;
}

/** Whether the bytes could be GBK: ASCII and two-byte pairs. */
function isGbk(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++at] ?? 0;
    if (lead === 0x80 || lead === 0xff || trail < 0x40 || trail === 0x7f || trail === 0xff) return false;
  }
  return true;
}

function textFault(text: string): string {
  const { index, isTooDeep } = faultIn(text);
  const place = english`byte ${Buffer.byteLength(text.slice(0, index))}`;
  if (isTooDeep) return english`${place}: it nests deeper than ${MAXIMUM_DEPTH} levels`;
  const cause = causeAt(text, index);
  return cause === undefined ? english`invalid from ${place}` : `${place}: ${cause}`;
}

/** Where a text stops being valid JSON, in characters. */
function faultIn(text: string): { readonly index: number; readonly isTooDeep: boolean } {
  const bracket = bracketFault(text, MAXIMUM_DEPTH);
  if (bracket?.isTooDeep !== true) return { index: firstError(text), isTooDeep: false };
  const before = text.slice(0, bracket.index);
  const index = firstError(before);
  return index < before.trimEnd().length ? { index, isTooDeep: false } : bracket;
}

/** Full-width characters that resemble JSON's. */
const FULL_WIDTH = /[“”‘’：，｛｝［］【】]/u;

/** The likely mistake at a position of a text, if it is recognisable. */
export function causeAt(text: string, index: number): string | undefined {
  const rest = text.slice(index, index + 16);
  const before = text
    .slice(Math.max(0, index - 16), index)
    .trimEnd()
    .at(-1);
  const [sign = ""] = rest;
  if (text.slice(index).trim() === "") return english`it ends too early: is it cut off?`;
  if (sign === "'") return english`single quotes: JSON needs double quotes`;
  if ((sign === "}" || sign === "]") && before === ",") return english`a comma before ${sign}`;
  if (FULL_WIDTH.test(sign)) return english`"${sign}" is a full-width character: use the ASCII one`;
  if (sign === "/") return english`a comment: JSON does not allow comments`;
  if (/^-?nan\b|^-?inf(inity)?\b/iu.test(rest)) return english`JSON does not allow NaN or infinity`;
  if (/^(True|False|None)\b/u.test(rest)) return english`JSON spells them true, false and null`;
  if (sign === '"' && !isClosed(text, index)) return english`a string does not end: is it cut off?`;
  if ((before === "}" || before === "]") && /[[{"\w]/.test(sign))
    return english`extra text after the end of the JSON`;
  if (/^[A-Za-z_]/u.test(sign) && (before === "{" || before === ","))
    return english`a name without double quotes`;
  return undefined;
}

/** Whether the string that begins at a position has a closing quotation mark on the same line. */
function isClosed(text: string, index: number): boolean {
  for (let at = index + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === '"') return true;
    else if (character === "\n") return false;
  }
  return false;
}
