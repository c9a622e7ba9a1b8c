/** Who may make a call of the HTTP API of suite and studio: tokens, and what they give access to. */

import type { FastifyRequest } from "fastify";
import {
  TokenError,
  TOKEN_VERSION,
  accountResource,
  readToken,
  resourceOf,
  verifyToken,
} from "../../boards/token.ts";
import type { ProductRecord, Registry, TokenDevice } from "../devices.ts";
import type { JsonValue } from "../json.ts";
import { IotError } from "./answer.ts";

/** Token versions the application side accepts. */
const VERSIONS = [TOKEN_VERSION, "2022-05-01"];

/** Marks the calls that authenticate with a token and not with the header `api-key`. */
export const TOKEN = { config: { who: "token" } };

/** Rejects a call with an invalid token before its body is read. @throws IotError with the reason */
export function checkToken(registry: Registry, request: FastifyRequest): void {
  const token = tokenOf(request);
  askedBy(() => {
    const { resource } = readToken(token, VERSIONS);
    const key = keyOf(registry, resource);
    if (key === undefined) {
      const hint = resource.startsWith("userid/")
        ? ': no product of the registry has this "account"; add it, or make a token for products/<product id>'
        : "";
      throw new IotError("auth", `the header authorization: unknown resource ${resource}${hint}`);
    }
    verifyToken(token, resource, key, undefined, VERSIONS);
  });
}

/** The key for a resource. */
function keyOf({ products, devices }: Registry, resource: string): string | undefined {
  const account = [...products.values()].find(
    (one) => one.account && accountResource(one.account.user) === resource,
  );
  if (account !== undefined) return account.account?.key;
  const [, product = "", device] = /^products\/([^/]+)(?:\/devices\/([^/]+))?$/.exec(resource) ?? [];
  if (device === undefined) return products.get(product)?.key;
  const record = devices.get(`${product}/${device}`);
  return record?.generation === "multiprotocol" ? undefined : record?.key;
}

/** The keys that open a product and, with `record`, one of its devices, by their resources. */
function keysTo({ products }: Registry, product: string, record?: TokenDevice): ReadonlyMap<string, string> {
  const { key, account } = products.get(product) ?? {};
  const keys = new Map<string, string>();
  if (account !== undefined) keys.set(accountResource(account.user), account.key);
  if (key !== undefined) keys.set(resourceOf(product), key);
  if (record !== undefined) keys.set(resourceOf(product, record.device), record.key);
  return keys;
}

/** The devices that the token of a call gives access to; it must have been checked. */
export function devicesOpenTo(registry: Registry, request: FastifyRequest): readonly TokenDevice[] {
  const { resource } = readToken(tokenOf(request), VERSIONS);
  return [...registry.devices.values()].filter(
    (record): record is TokenDevice =>
      record.generation !== "multiprotocol" && keysTo(registry, record.product, record).has(resource),
  );
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
  checkResource(request, keysTo(registry, product, record), resourceOf(product, device));
  return record;
}

/** The product a call names, if the token is the product's or its account's. @throws IotError */
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
  const keys = keysTo(registry, product);
  if (keys.size === 0) throw new IotError("auth", "the product has no key in the registry: give it one");
  checkResource(request, keys, resourceOf(product));
  return record;
}

/** @param usual the resource that an error names if the token is for none of those with keys */
function checkResource(request: FastifyRequest, keys: ReadonlyMap<string, string>, usual: string): void {
  const token = tokenOf(request);
  askedBy(() => {
    const { resource } = readToken(token, VERSIONS);
    const wanted = keys.has(resource) ? resource : usual;
    verifyToken(token, wanted, keys.get(wanted) ?? "", undefined, VERSIONS);
  });
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
