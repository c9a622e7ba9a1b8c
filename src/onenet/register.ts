/** Registration of a device at its first boot (`register_de`), in the multiprotocol generation: request and answer. */

import type { Registration } from "../board";
import { asText, jsonString, member, parseJson } from "./json";

/** What the platform gives a device to log in with. */
export interface Credentials {
  readonly device: string;
  readonly authInfo: string;
}

/** Path of the request; its body is {@link registerBody}. */
export function registerPath(registration: Registration): string {
  return "/register_de?register_code=" + registration.code;
}

/**
 * `{"sn":"…","title":"…"}`, or `{"mac":"…","title":"…"}` if the board file gives no sn.
 * @param mac of the chip, without colons
 */
export function registerBody(registration: Registration, mac: string): string {
  return (
    (registration.sn ? '{"sn":' + jsonString(registration.sn) : '{"mac":' + jsonString(mac)) +
    (registration.title ? ',"title":' + jsonString(registration.title) : "") +
    "}"
  );
}

/**
 * Reads `{"errno":0,"error":"succ","data":{"device_id":"35270468","key":"…"}}`.
 * @returns the credentials, or a readable reason why there are none
 */
export function readRegistration(answer: string): Credentials | string {
  const json = parseJson(answer);
  const data = member(json, "data");
  const device = member(data, "device_id");
  const key = member(data, "key");
  if (member(json, "errno") === 0 && isCredential(device) && isCredential(key))
    return { device, authInfo: key };
  if (json === undefined) return "the answer is not JSON";
  return "errno " + asText(member(json, "errno")) + ": " + asText(member(json, "error"));
}

/**
 * ASCII that does not fill the flash. Servers cut a log-in with a NUL or invalid UTF-8 without refusing it, so the
 * board would never ask for others.
 */
function isCredential(json: unknown): json is string {
  return typeof json === "string" && json.length > 0 && json.length <= 256 && !/[^ -~]/.test(json);
}
