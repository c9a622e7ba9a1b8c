/** OneNET's access tokens: the password of a suite or studio device, and the credential of the application side. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { strayIn } from "./stray.ts";
import { BOARD, english } from "../cli/language.ts";

/** The hash of the signature. */
export const TOKEN_METHODS = ["md5", "sha1", "sha256"] as const;
export type TokenMethod = (typeof TOKEN_METHODS)[number];

/** The version devices use. */
export const TOKEN_VERSION = "2018-10-31";

export interface Token {
  /** The resource it grants access to: `products/<product>`, `products/<product>/devices/<device>` or `userid/<user>`. */
  readonly resource: string;
  /** When it expires, in s since 1970. */
  readonly expires: number;
  readonly method: TokenMethod;
}

/** What is wrong with a token or with the parts to create one. The message contains no key or signature. */
export class TokenError extends Error {
  readonly fault: "format" | "version" | "method" | "resource" | "expired" | "key" | "sign";

  constructor(fault: TokenError["fault"], message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The resource of a device, or of a product and all its devices. */
export function resourceOf(product: string, device?: string): string {
  return device === undefined ? `products/${product}` : `products/${product}/devices/${device}`;
}

/** The resource of an account, with all its products. */
export function accountResource(user: string): string {
  return `userid/${user}`;
}

/**
 * Creates a token.
 * @param key base64, as on the platform's page
 * @throws TokenError if the key is not base64
 */
export function mintToken(token: Token, key: string): string {
  const { resource, expires, method } = token;
  const fields = [
    ["version", TOKEN_VERSION],
    ["res", resource],
    ["et", String(expires)],
    ["method", method],
    ["sign", signatureOf(token, TOKEN_VERSION, key).toString("base64")],
  ];
  return fields.map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`).join("&");
}

/**
 * Reads a token without checking its signature.
 * @param versions the accepted versions
 * @throws TokenError if a field is missing or not valid
 */
export function readToken(text: string, versions: readonly string[] = [TOKEN_VERSION]): Token {
  return parse(text, versions);
}

/**
 * Reads a token and checks that it grants access to `resource` now.
 * @param key base64; the key of the token's resource
 * @param now in s since 1970
 * @throws TokenError if it does not, with the reason
 */
export function verifyToken(
  text: string,
  resource: string,
  key: string,
  now: number = Date.now() / 1000,
  versions: readonly string[] = [TOKEN_VERSION],
): Token {
  const token = parse(text, versions);
  if (token.resource !== resource) {
    throw new TokenError("resource", english`the token's res is ${token.resource}; it should be ${resource}`);
  }
  if (token.expires <= now) {
    throw new TokenError("expired", english`the token expired at ${timeOf(token.expires)}: make a new one`);
  }
  const expected = signatureOf(token, token.version, key);
  if (token.sign.length !== expected.length || !timingSafeEqual(token.sign, expected)) {
    throw new TokenError("sign", english`the token's sign does not match the key of ${resource}`);
  }
  return token;
}

/** A readable time, from s since 1970. */
export function timeOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

interface ParsedToken extends Token {
  readonly version: string;
  readonly sign: Buffer;
}

/** Longest token accepted; real ones have about 150 characters. */
const MAXIMUM_LENGTH = 512;
/** The latest time accepted: the year 9999. */
const LATEST = 253_402_300_799;

function parse(text: string, versions: readonly string[]): ParsedToken {
  if (text.length > MAXIMUM_LENGTH) {
    throw new TokenError("format", english`a token has at most ${MAXIMUM_LENGTH} characters`);
  }
  const stray = strayIn(text);
  if (stray !== undefined) throw new TokenError("format", english`the token has ${stray}: remove it`);
  const fields = new Map<string, string>();
  for (const part of text.split("&")) {
    const [name = "", ...values] = part.split("=");
    fields.set(name, values.join("="));
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined || value === "") {
      throw new TokenError(
        "format",
        english`the token has no ${name}; its fields are version, res, et, method, sign`,
      );
    }
    if (!/^(?:[\w.~!'()*-]|%[\da-f]{2})+$/i.test(value)) {
      throw new TokenError(
        "format",
        english`the token's ${name} is not percent-encoded: / is %2F, + is %2B, = is %3D`,
      );
    }
    return value.replace(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  };

  const version = field("version");
  if (!versions.includes(version)) {
    throw new TokenError("version", english`the token's version is not ${BOARD.listOr(versions)}`);
  }
  const resource = field("res");
  if (!/^[\w/-]+$/.test(resource))
    throw new TokenError("resource", english`the token's res is not a valid resource`);
  const et = field("et");
  if (!/^\d{1,12}$/.test(et) || Number(et) > LATEST) {
    throw new TokenError("format", english`the token's et is not a time in seconds since 1970`);
  }
  const name = field("method");
  const method = TOKEN_METHODS.find((known) => known === name);
  if (method === undefined) {
    throw new TokenError("method", english`the token's method is not one of ${TOKEN_METHODS.join(", ")}`);
  }
  return { version, resource, expires: Number(et), method, sign: Buffer.from(field("sign"), "base64") };
}

function signatureOf({ resource, expires, method }: Token, version: string, key: string): Buffer {
  return createHmac(method, decodeKey(key)).update(`${expires}\n${method}\n${resource}\n${version}`).digest();
}

/** The bytes of a key. @throws TokenError if it is not base64 */
function decodeKey(key: string): Buffer {
  const stray = strayIn(key);
  if (stray !== undefined) {
    throw new TokenError("key", english`the key has ${stray}, which is not base64: remove it`);
  }
  const bytes = Buffer.from(key, "base64");
  if (key === "" || bytes.toString("base64") !== key) {
    throw new TokenError(
      "key",
      english`the key is not base64: copy the whole access key, including the = at the end`,
    );
  }
  return bytes;
}
