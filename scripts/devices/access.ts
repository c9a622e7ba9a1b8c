/** What the commands that call OneNET's HTTP API share: the server's address, the key, and the platform's refusals. */

import { existsSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import { mintToken, resourceOf, TokenError } from "../boards/token.ts";
import { EXIT, UserError } from "../cli/command.ts";
import type { ProductRecord } from "../local-onenet/index.ts";
import { openRegistry, RegistryError } from "../local-onenet/registry-file.ts";
import { OneNetError } from "./onenet-api.ts";
import { inLanguage, t } from "../cli/language.ts";

/** Where `npm run platform` has its HTTP API, unless told otherwise. */
export const LOCAL_SERVER = "http://127.0.0.1:8080";

/** What to do about each of the platform's codes. */
const REMEDIES: Readonly<Record<number, string>> = {
  500: t`try again later`,
  10001: t`check the names and values of the call`,
  10403: t`check that the key is the access key of this product, and that this computer's clock is right`,
  10404: t`this server does not know the call: check --server`,
  10406: t`choose another name, or use the device that is there`,
  10408: t`check --product`,
  10409: t`check --product and the device's name: npm run onenet -- list`,
  10410: t`check the device's name: npm run onenet -- list`,
  10411: t`the device must be online and answer, and the values must fit its thing model`,
  10421: t`connect the device, then try again`,
  12012: t`the task is over, or there was none`,
  10500: t`the device must subscribe to commands; a device with a thing model gets set, not command`,
};

/** How long the token of a call is valid, in s. */
const LIFETIME = 3600;

/** Makes an error of the API one for the user, with a remedy. */
export function explain(error: unknown): never {
  if (!(error instanceof OneNetError)) throw error;
  throw new UserError(reasonOf(error));
}

/** An error of the API in a sentence, with a remedy. */
export function reasonOf({ code, message }: OneNetError): string {
  if (code === undefined) return message;
  const remedy = REMEDIES[code];
  return remedy === undefined
    ? t`OneNET refused with code ${code}: ${message}`
    : t`OneNET refused with code ${code}: ${message}; ${remedy}`;
}

/** A token of a product. @throws UserError for an invalid key or product id */
export function mint(product: string, key: string): string {
  if (!/^[\w-]+$/.test(product))
    throw new UserError(t`--product may contain letters, digits, _ and - only`, EXIT.usage);
  const expires = Math.floor(Date.now() / 1000) + LIFETIME;
  try {
    return mintToken({ resource: resourceOf(product), expires, method: "sha256" }, key);
  } catch (error) {
    if (error instanceof TokenError) throw new UserError(inLanguage(error.message));
    throw error;
  }
}

/** Parses an option. @throws InvalidArgumentError if it is not the address of a server */
export function serverAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol) || address.username || address.search) {
    throw new InvalidArgumentError(t`Must be an address such as http://127.0.0.1:8080.`);
  }
  return address.href.replace(/\/+$/, "");
}

/**
 * A secret from its environment variable, else from standard input.
 * @param what names it in messages
 * @throws UserError if it is neither here nor there
 */
export async function secretFrom(variable: string, what: string): Promise<string> {
  const secret = process.env[variable] ?? (process.stdin.isTTY ? "" : (await readAll(process.stdin)).trim());
  if (secret !== "") return secret;
  throw new UserError(t`${what} is missing: set ${variable}, or pipe it in`, EXIT.usage);
}

/** The products of a local OneNET. @throws UserError if its registry cannot be read */
export function productsIn(file: string): ReadonlyMap<string, ProductRecord> {
  try {
    return openRegistry(file).products;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new UserError(existsSync(file) ? error.message : t`${error.message}; npm run platform creates one`);
  }
}
