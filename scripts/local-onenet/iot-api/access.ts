/** Who may make a call of the HTTP API of suite and studio: tokens, and what they give access to. */

import type { FastifyRequest } from "fastify";
import { TokenError, TOKEN_VERSION, readToken, resourceOf, verifyToken } from "../../boards/token.ts";
import type { ProductRecord, Registry, TokenDevice } from "../devices.ts";
import type { JsonValue } from "../json.ts";
import { IotError } from "./answer.ts";

/** Token versions the application side accepts. */
const VERSIONS = [TOKEN_VERSION, "2022-05-01"];

const ACCOUNTS =
  ": the local OneNET has no accounts; make a token for products/<product id> with the product's key";

/** Marks the calls that authenticate with a token and not with the header `api-key`. */
export const TOKEN = { config: { who: "token" } };

/** Rejects a call with an invalid token before its body is read. @throws IotError with the reason */
export function checkToken(registry: Registry, request: FastifyRequest): void {
  const token = tokenOf(request);
  askedBy(() => {
    const { resource } = readToken(token, VERSIONS);
    const [, product = "", device] = /^products\/([^/]+)(?:\/devices\/([^/]+))?$/.exec(resource) ?? [];
    const record = registry.devices.get(`${product}/${device ?? ""}`);
    const ofDevice = record?.generation === "multiprotocol" ? undefined : record?.key;
    const key = device === undefined ? registry.products.get(product)?.key : ofDevice;
    if (key === undefined) {
      const hint = resource.startsWith("userid/") ? ACCOUNTS : "";
      throw new IotError("auth", `the header authorization: unknown resource ${resource}${hint}`);
    }
    verifyToken(token, resource, key, undefined, VERSIONS);
  });
}

/** What the token of a call gives access to; it must have been checked. */
export function resourceOfCall(request: FastifyRequest): string {
  return readToken(tokenOf(request), VERSIONS).resource;
}

/** The device a call names, if the token gives access to it. @throws IotError */
export function deviceOf(
  registry: Registry,
  request: FastifyRequest,
  { product_id: product, device_name: device }: Readonly<Record<string, JsonValue | undefined>>,
): TokenDevice {
  if (typeof product !== "string" || typeof device !== "string") {
    throw new IotError("parameter", "product_id and device_name are missing");
  }
  const record = registry.devices.get(`${product}/${device}`);
  if (record === undefined || record.generation === "multiprotocol") {
    if (registry.products.has(product)) throw new IotError("noDevice", "device not found");
    throw new IotError("noProduct", "product not found");
  }
  const ofProduct = resourceOf(product);
  const ofDevice = resourceOf(product, device);
  const { key = "" } = registry.products.get(product) ?? {};
  const token = tokenOf(request);
  askedBy(() => {
    const isOfProduct = readToken(token, VERSIONS).resource === ofProduct && key !== "";
    const resource = isOfProduct ? ofProduct : ofDevice;
    verifyToken(token, resource, isOfProduct ? key : record.key, undefined, VERSIONS);
  });
  return record;
}

/** The product a call names, if the token is the product's. @throws IotError */
export function productOf(
  registry: Registry,
  request: FastifyRequest,
  { product_id: product }: Readonly<Record<string, JsonValue | undefined>>,
): ProductRecord {
  if (typeof product !== "string") throw new IotError("parameter", "product_id is missing");
  const record = registry.products.get(product);
  if (record === undefined || record.generation === "multiprotocol") {
    throw new IotError("noProduct", "product not found");
  }
  const { key } = record;
  if (key === undefined) throw new IotError("auth", "the product has no key in the registry: give it one");
  askedBy(() => void verifyToken(tokenOf(request), resourceOf(product), key, undefined, VERSIONS));
  return record;
}

function tokenOf(request: FastifyRequest): string {
  return request.headers.authorization ?? "";
}

/** Runs a token check. @throws IotError if the token fails it */
function askedBy(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof TokenError) throw new IotError("auth", `the header authorization: ${error.message}`);
    throw error;
  }
}
