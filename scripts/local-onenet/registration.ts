/** `register_de`: a multiprotocol device that registers itself at its first start. */

import { randomBytes, randomInt } from "node:crypto";
import type { MultiprotocolDevice, ProductRecord, Registry } from "./devices.ts";
import { isObject, readStrictJson } from "./json.ts";
import { jsonFault } from "./json-fault.ts";

/** A refusal: `parameter` where the body is wrong, `internal` where there is no room. */
export interface Refused {
  readonly kind: "parameter" | "internal";
  readonly why: string;
}

export interface Registered {
  readonly record: MultiprotocolDevice;
  /** False for a device that registered before: it is told the same again. */
  readonly isNew: boolean;
}

/** The product whose devices register themselves with the code. */
export function productOfCode({ products }: Registry, code: string): ProductRecord | undefined {
  return [...products.values()].find(({ registrationCode }) => registrationCode === code);
}

/**
 * Registers the device that the body names by `sn` or `mac`, once.
 * @param body `{"sn":"…","title":"…"}` or `{"mac":"<12 hexadecimal digits>","title":"…"}`; the title may be missing
 * @param maximum most devices that are known
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
  if (registry.devices.size >= maximum) return { kind: "internal", why: `${maximum} devices are the most` };
  const record = newDevice(registry, product, sn, title);
  try {
    registry.add(record);
  } catch (error) {
    // What a file lacks is for who reads its messages, not for a device.
    const { code = "its file is not as it should be" } = error as NodeJS.ErrnoException;
    return { kind: "internal", why: `the device could not be kept: ${code}` };
  }
  return { record, isNew: true };
}

const MAXIMUM_LENGTH = 64;

/** The serial number and title of a request, or what is wrong with it. */
function readRequest(body: Buffer): { readonly sn: string; readonly title?: string } | string {
  const json = readStrictJson(body);
  if (!isObject(json)) {
    const form = 'the body should be JSON in UTF-8: {"sn":"…","title":"…"} or {"mac":"…","title":"…"}';
    return json === undefined ? `${form}; ${jsonFault(body).replace("payload", "body")}` : form;
  }
  const { sn, mac, title } = json;
  if ((sn === undefined) === (mac === undefined)) return "the body should have sn or mac, one of them";
  if (title !== undefined && !isText(title))
    return `title should be a text of 1 to ${MAXIMUM_LENGTH} characters`;
  const named = title === undefined ? {} : { title };
  if (sn !== undefined) {
    return isText(sn) ? { sn, ...named } : `sn should be a text of 1 to ${MAXIMUM_LENGTH} characters`;
  }
  return typeof mac === "string" && /^[\da-f]{12}$/i.test(mac)
    ? { sn: mac.toLowerCase(), ...named }
    : "mac should be 12 hexadecimal digits, without colons";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAXIMUM_LENGTH && /^\P{C}+$/u.test(value);
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
