/** JSON from devices, read within bounds. */

import { isUtf8 } from "node:buffer";
import { bracketFault, eachOutsideTexts, MAXIMUM_DEPTH } from "./brackets.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Deviations from JSON sent by common programs. */
export interface Oddities {
  /** Commas before closing brackets. */
  readonly hasTrailingCommas: boolean;
  /** Strings in single quotes. */
  readonly hasSingleQuotes: boolean;
}

export interface ReadJson extends Oddities {
  readonly value: JsonValue;
}

/** Parses a payload as JSON, tolerating oddities; undefined if it is not JSON (`jsonFault` says why). */
export function readJson(payload: Buffer): ReadJson | undefined {
  if (!isUtf8(payload)) return undefined;
  const text = payload.toString("utf8");
  const asItIs = readText(text);
  if (asItIs !== undefined) return { ...asItIs, hasSingleQuotes: false };
  const doubled = text.includes("'") ? withDoubleQuotes(text) : text;
  const lenient = doubled === text ? undefined : readText(doubled);
  return lenient && { ...lenient, hasSingleQuotes: true };
}

/** Parses a payload as strict JSON. */
export function readStrictJson(payload: Buffer): JsonValue | undefined {
  const json = readJson(payload);
  return json === undefined || json.hasTrailingCommas || json.hasSingleQuotes ? undefined : json.value;
}

function readText(
  text: string,
): { readonly value: JsonValue; readonly hasTrailingCommas: boolean } | undefined {
  if (bracketFault(text, MAXIMUM_DEPTH) !== undefined) return undefined;
  const strict = parse(text);
  if (strict !== undefined) return { value: strict, hasTrailingCommas: false };
  const lenient = parse(withoutTrailingCommas(text));
  return lenient === undefined ? undefined : { value: lenient, hasTrailingCommas: true };
}

/** Replaces single-quoted strings with double-quoted ones. */
function withDoubleQuotes(text: string): string {
  const parts: string[] = [];
  let start = 0;
  /** The quotation mark that closes the current string. */
  let end = "";
  const replace = (from: number, to: number, by: string) => {
    parts.push(text.slice(start, from), by);
    start = to;
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (end === "") {
      if (character === "'" || character === '"') end = character;
      if (character === "'") replace(index, index + 1, '"');
    } else if (character === "\\") {
      if (end === "'" && text.charAt(index + 1) === "'") replace(index, index + 2, "'");
      index++;
    } else if (character === end) {
      if (end === "'") replace(index, index + 1, '"');
      end = "";
    } else if (character === '"') {
      replace(index, index + 1, '\\"');
    }
  }
  return parts.join("") + text.slice(start);
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Removes every comma between a value and a closing bracket. */
function withoutTrailingCommas(text: string): string {
  const parts: string[] = [];
  let start = 0;
  let [before, last] = ["", ""];
  let comma = 0;
  eachOutsideTexts(text, (character, index) => {
    if (/\s/.test(character)) return true;
    if ((character === "]" || character === "}") && last === "," && !/[[{,:]|^$/.test(before)) {
      parts.push(text.slice(start, comma));
      start = comma + 1;
    }
    if (character === ",") comma = index;
    [before, last] = [last, character];
    return true;
  });
  return parts.join("") + text.slice(start);
}

export function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
