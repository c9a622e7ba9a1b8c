/**
 * JSON on an interpreter whose strings are bytes: its own `JSON.stringify` writes each byte of UTF-8 text as
 * `\u00XX`, which every server reads as other characters. Here the bytes stay as they are.
 */

import { escapedText, ownValues, textValues } from "virtual:features";

/** What a data point may hold. Text is a UTF-8 byte string. */
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

/** A value of JSON; a number that JSON has no word for (NaN, infinity) is `null`, as the standard writes it. */
export function jsonValue(value: Value): string {
  if (textValues && typeof value === "string") return jsonString(value);
  if (ownValues && typeof value === "number" && value - value !== 0) return "null";
  return value.toString();
}

/** What {@link parseJson} made of a text, as JSON again, whose text is UTF-8. */
export function jsonText(json: Json | undefined): string {
  if (typeof json !== "object" || !json) return typeof json === "string" ? jsonString(json) : shown(json);
  if (Array.isArray(json)) return "[" + (json as Json[]).map(jsonText).join(",") + "]";
  return (
    "{" +
    Object.keys(json)
      .map((name) => jsonString(name) + ":" + jsonText(member(json, name)))
      .join(",") +
    "}"
  );
}

/** What a server's JSON may hold, as far as the firmware looks into it. Text is UTF-8 byte strings. */
export type Json = Value | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Most `{`, `[` and `,` in a text that is parsed: what it becomes must fit into a chip that others live in, too. */
const PARTS_LIMIT = 64;

/**
 * A number whose exponent has four digits or more, which means infinity or 0: the interpreter would multiply by ten that
 * often, for minutes if it has to. `\x2f` is `/`, of a comment, `\x5b` is `[`.
 */
const LONG_EXPONENT = /[\s:,\x2f\x5b]-*[\d.]+[eE][-+]*\d\d\d\d/;

/**
 * Parses JSON of the network, an object or a list, whose text may be UTF-8 or escaped.
 * @returns undefined when it is none, or would take more time or room than the chip has
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

/** The member of an object; undefined for anything that is no object or has none of that name. */
export function member(json: Json | undefined, name: string): Json | undefined {
  return typeof json === "object" && json && !Array.isArray(json) ? (json as JsonObject)[name] : undefined;
}

/** A value for the console: text as it is, anything else in a word. */
export function shown(json: Json | undefined): string {
  return "" + (json as Value);
}

/** How often a character stands in a text; counts no further than the limit. */
function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0 && found <= PARTS_LIMIT; at = text.indexOf(char, at + 1)) found++;
  return found;
}

/** Escapes of characters beyond ASCII as the bytes of their UTF-8; the interpreter would keep their low byte only. */
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

/** The character of a surrogate pair; U+FFFD when the first half is missing. */
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
