/** `register_de`: the self-registration of multiprotocol devices at their first start. */

import { randomBytes, randomInt } from "node:crypto";
import { english } from "../cli/language.ts";
import type { MultiprotocolDevice, ProductRecord, Registry } from "./devices.ts";
import { isObject, readStrictJson } from "./json.ts";
import { jsonFault } from "./json-fault.ts";
import { isTitle, LONGEST_TITLE } from "./text.ts";

/** A refusal: `parameter` if the body is wrong, `internal` if the device cannot be stored. */
export interface Refused {
  readonly kind: "parameter" | "internal";
  readonly why: string;
}

export interface Registered {
  readonly record: MultiprotocolDevice;
  /** False for a device that registered before; it gets the same answer again. */
  readonly isNew: boolean;
}

/** The product a registration code belongs to. */
export function productOfCode({ products }: Registry, code: string): ProductRecord | undefined {
  return [...products.values()].find(({ registrationCode }) => registrationCode === code);
}

/**
 * Registers the device named by `sn` or `mac` in the body, unless it already is.
 * @param body `{"sn":"…","title":"…"}` or `{"mac":"<12 hexadecimal digits>","title":"…"}`; the title is optional
 * @param maximum most devices on the platform
 */
export function registerDevice(
  registry: Registry,
  product: ProductRecord,
  body: Buffer,
  maximum: number,
): Registered | Refused {
  const request = readRequest(body);
  if (typeof request === "string") return { kind: "parameter", why: request };
  const { sn, title } = request;
  const known = [...registry.devices.values()].find(
    (record): record is MultiprotocolDevice =>
      record.generation === "multiprotocol" && record.product === product.product && record.sn === sn,
  );
  if (known !== undefined) return { record: known, isNew: false };
  if (registry.devices.size >= maximum)
    return { kind: "internal", why: english`the limit of ${maximum} devices is reached` };
  const record = newDevice(registry, product, sn, title);
  try {
    registry.add(record);
  } catch (error) {
    // Details of a broken file are for the user, not for a device.
    const { code = "the registry file is invalid" } = error as NodeJS.ErrnoException;
    return { kind: "internal", why: english`the device could not be saved: ${code}` };
  }
  return { record, isNew: true };
}

/** The serial number and title of a request, or what is wrong with it. */
function readRequest(body: Buffer): { readonly sn: string; readonly title?: string } | string {
  const json = readStrictJson(body);
  if (!isObject(json)) {
    const form = 'the body must be JSON in UTF-8: {"sn":"…","title":"…"} or {"mac":"…","title":"…"}';
    return json === undefined ? `${form}; ${jsonFault(body).replace("payload", "body")}` : form;
  }
  const { sn, mac, title } = json;
  if ((sn === undefined) === (mac === undefined)) return "the body must have either sn or mac";
  if (title !== undefined && !isTitle(title))
    return `title must be a string of 1 to ${LONGEST_TITLE} characters`;
  const named = title === undefined ? {} : { title };
  if (sn !== undefined) {
    return isTitle(sn) ? { sn, ...named } : `sn must be a string of 1 to ${LONGEST_TITLE} characters`;
  }
  return typeof mac === "string" && /^[\da-f]{12}$/i.test(mac)
    ? { sn: mac.toLowerCase(), ...named }
    : "mac must be 12 hexadecimal digits, without colons";
}

function newDevice(
  { devices }: Registry,
  { product }: ProductRecord,
  sn: string,
  title: string | undefined,
): MultiprotocolDevice {
  let device: string;
  do device = String(randomInt(100_000_000, 1_000_000_000));
  while (devices.has(device));
  const authInfo = randomBytes(18).toString("base64url");
  return {
    generation: "multiprotocol",
    product,
    device,
    authInfo,
    sn,
    ...(title === undefined ? {} : { title }),
  };
}
