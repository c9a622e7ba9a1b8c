/** Calls a service of a thing model by a text command. */

import { isObject, readJson } from "./json.ts";
import type { JsonValue } from "./json.ts";
import type { Reply } from "./requests.ts";

export interface ServiceCall {
  readonly identifier: string;
  readonly params: Readonly<Record<string, JsonValue>>;
}

/** `toggle`, or `blink {"times":3}`; undefined for what names none of the services. */
export function readServiceCall(text: string, services: readonly string[]): ServiceCall | undefined {
  const [, identifier = "", rest = ""] = /^\s*(\S+)\s*([^]*)$/.exec(text) ?? [];
  if (!services.includes(identifier)) return undefined;
  const params = rest ? readJson(Buffer.from(rest))?.value : {};
  if (!isObject(params)) {
    throw new Error(`the service ${identifier} takes its input as a JSON object, such as {"times":3}`);
  }
  return { identifier, params };
}

/** A service's answer as text: its output, or what went wrong. */
export function answerOfService({ code, message, data }: Reply): string {
  if (code !== 200) return `error: ${message}`;
  return data === undefined ? message : JSON.stringify(data);
}
