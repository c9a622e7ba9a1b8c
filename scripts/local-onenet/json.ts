/** JSON from devices, read within bounds. */

import { isUtf8 } from "node:buffer";
import { bracketFault, eachOutsideTexts } from "../wire/brackets.ts";
import type { JsonValue } from "./dp.ts";

/** Deepest nesting of objects and arrays that is read. */
const MAXIMUM_DEPTH = 32;

export interface ReadJson {
  readonly value: JsonValue;
  /** It is JSON but for commas before closing brackets. */
  readonly hasTrailingCommas: boolean;
}

/** The JSON of a payload, trailing commas tolerated; nothing when it is none. */
export function readJson(payload: Buffer): ReadJson | undefined {
  if (!isUtf8(payload)) return undefined;
  const text = payload.toString("utf8");
  if (bracketFault(text, MAXIMUM_DEPTH) !== undefined) return undefined;
  const strict = parse(text);
  if (strict !== undefined) return { value: strict, hasTrailingCommas: false };
  const lenient = parse(withoutTrailingCommas(text));
  return lenient === undefined ? undefined : { value: lenient, hasTrailingCommas: true };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The text without each comma that stands between a value and a closing bracket. */
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
