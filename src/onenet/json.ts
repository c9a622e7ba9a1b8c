/**
 * JSON with text as UTF-8 byte strings. The interpreter's `JSON.stringify` writes each byte of UTF-8 text as `\u00XX`,
 * which every server reads as other characters; here the bytes stay as they are.
 */

import { escapedText, ownValues, textValues } from "virtual:features";

/** A value of a data point. Text is a UTF-8 byte string. */
export type Value = number | string | boolean;

/** A string literal of JSON (RFC 8259, section 7), in UTF-8. */
export function jsonString(bytes: string): string {
  if (!escapedText || !/[\0-\x1f"\\]/.test(bytes)) return '"' + bytes + '"';
  let text = '"';
  for (let i = 0; i < bytes.length; i++) {
    const char = bytes.charAt(i);
    const code = bytes.charCodeAt(i);
    if (code < 32) text += (code < 16 ? "\\u000" : "\\u00") + code.toString(16);
    else text += (char === '"' || char === "\\" ? "\\" : "") + char;
  }
  return text + '"';
}

/** A value as JSON. NaN and infinity become `null`, as in the standard. */
export function jsonValue(value: Value): string {
  if (textValues && typeof value === "string") return jsonString(value);
  if (ownValues && typeof value === "number" && value - value !== 0) return "null";
  return value.toString();
}

/** The inverse of {@link parseJson}: JSON whose text is UTF-8. */
export function jsonText(json: Json | undefined): string {
  if (typeof json !== "object" || !json) return typeof json === "string" ? jsonString(json) : asText(json);
  if (Array.isArray(json)) return "[" + (json as Json[]).map(jsonText).join(",") + "]";
  return (
    "{" +
    Object.keys(json)
      .map((name) => jsonString(name) + ":" + jsonText(member(json, name)))
      .join(",") +
    "}"
  );
}

/** JSON from a server. Text is a UTF-8 byte string. */
export type Json = Value | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Most `{`, `[` and `,` in a text to parse: the result must fit in the chip's memory, beside everything else. */
const PARTS_LIMIT = 64;

/**
 * A number whose exponent has four digits or more, so infinity or 0: the interpreter would multiply by ten that many
 * times, which can take minutes. `\x2f` is `/`, of a comment, `\x5b` is `[`.
 */
const LONG_EXPONENT = /[\s:,\x2f\x5b]-*[\d.]+[eE][-+]*\d\d\d\d/;

/**
 * Parses an object or a list from the network; its text may be UTF-8 or escaped.
 * @returns undefined if it is not JSON, or would take more time or memory than the chip has
 */
export function parseJson(bytes: string): Json | undefined {
  if (count(bytes, "{") + count(bytes, "[") + count(bytes, ",") > PARTS_LIMIT) return undefined;
  if (!/^\s*[{\x5b]/.test(bytes) || LONG_EXPONENT.test(bytes)) return undefined;
  try {
    return JSON.parse(bytes.includes("\\u") ? withBytes(bytes) : bytes) as Json;
  } catch {
    return undefined;
  }
}

/** A member of an object; undefined if there is none, and for anything but an object. */
export function member(json: Json | undefined, name: string): Json | undefined {
  return typeof json === "object" && json && !Array.isArray(json) ? (json as JsonObject)[name] : undefined;
}

/** A value as text for the console. */
export function asText(json: Json | undefined): string {
  // An object from the network may have a member `toString`, which the interpreter would call.
  return typeof json === "object" && json ? "{}" : "" + (json as Value);
}

/** How often a character occurs in a text; stops counting above the limit. */
function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0 && found <= PARTS_LIMIT; at = text.indexOf(char, at + 1)) found++;
  return found;
}

/** Replaces escapes beyond ASCII by their UTF-8 bytes, because the interpreter would keep only the low byte of each. */
function withBytes(text: string): string {
  let result = "";
  let high = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== "\\") {
      result += char;
      continue;
    }
    const code = text.charAt(i + 1) === "u" ? parseInt(text.substring(i + 2, i + 6), 16) : 0;
    if (code > 127) {
      i += 5;
      if (code >= 0xd800 && code < 0xdc00) high = code;
      else {
        result += utf8(code >= 0xdc00 && code < 0xe000 ? pair(high, code) : code);
        high = 0;
      }
    } else result += char + text.charAt(++i);
  }
  return result;
}

/** The code point of a surrogate pair; U+FFFD if the first half is missing. */
function pair(high: number, low: number): number {
  return high ? 0x10000 + ((high - 0xd800) * 1024 + low - 0xdc00) : 0xfffd;
}

function utf8(code: number): string {
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}
