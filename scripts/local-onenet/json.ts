/** JSON from devices, read within bounds. */

import { isUtf8 } from "node:buffer";
import { parse, type ParseError } from "jsonc-parser";
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
  if (nestsTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as JsonValue, hasTrailingCommas: false };
  } catch {
    const errors: ParseError[] = [];
    const value = parse(text, errors, { allowTrailingComma: true, disallowComments: true }) as
      JsonValue | undefined;
    return value === undefined || errors.length > 0 ? undefined : { value, hasTrailingCommas: true };
  }
}

export function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  const outsideTexts = text.replace(/"(?:[^"\\]|\\.)*"/gs, "");
  for (const bracket of outsideTexts.match(/[[\]{}]/g) ?? []) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > MAXIMUM_DEPTH) return true;
  }
  return false;
}
