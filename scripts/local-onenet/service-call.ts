/** Parses text commands that call a service of the thing model. */

import { isObject, readJson } from "./json.ts";
import type { JsonValue } from "./json.ts";
import type { Reply } from "./requests.ts";
import { english } from "../cli/language.ts";

export interface ServiceCall {
  readonly identifier: string;
  readonly params: Readonly<Record<string, JsonValue>>;
}

/** Reads `toggle` or `blink {"times":3}`; undefined if it does not name a service. */
export function readServiceCall(text: string, services: readonly string[]): ServiceCall | undefined {
  const [, identifier = "", rest = ""] = /^\s*(\S+)\s*([^]*)$/.exec(text) ?? [];
  if (!services.includes(identifier)) return undefined;
  const params = rest ? readJson(Buffer.from(rest))?.value : {};
  if (!isObject(params)) {
    throw new Error(
      english`the input of the service ${identifier} must be a JSON object, such as {"times":3}`,
    );
  }
  return { identifier, params };
}

/** A service's answer as text: its output or the error. */
export function answerOfService({ code, message, data }: Reply): string {
  if (code !== 200) return `error: ${message}`;
  return data === undefined ? message : JSON.stringify(data);
}
