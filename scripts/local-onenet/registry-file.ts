/** Stores the registry in a JSON file, so that a class can continue the next day. */

import { Ajv, type ErrorObject } from "ajv";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { decodeText } from "../boards/decode-text.ts";
import { explainRead } from "../cli/output-file.ts";
import { bracketFault } from "./brackets.ts";
import {
  createRegistry,
  nameOf,
  type Change,
  type DeviceRecord,
  type ProductRecord,
  type Registry,
} from "./devices.ts";
import { draftOf, realFile } from "./file-lock.ts";
import { fieldOf, MOST_REPORTED } from "../boards/mistake.ts";
import { strayIn } from "../boards/stray.ts";
import { firstError } from "./json-place.ts";
import { checkModel } from "./model-file.ts";
import schema from "./registry.schema.json" with { type: "json" };
import { inLanguage, list, t } from "../cli/language.ts";

/** Everything that is wrong with a registry file. */
export class RegistryError extends Error {}

/** A product in the file, with its devices below it. */
type FiledProduct = ProductRecord & {
  readonly devices?: readonly Omit<DeviceRecord, "product" | "generation">[];
};

interface Records {
  readonly products: readonly ProductRecord[];
  readonly devices: readonly DeviceRecord[];
}

/**
 * Reads a registry and saves its changes. Lock the file first: see `lockFile`.
 * @param warn receives a message if another program has changed the file. Its additions are kept and take effect the
 *   next time the file is opened. A broken file is left alone, and nothing is changed.
 * @throws RegistryError if the file is missing, broken or inconsistent
 */
export function openRegistry(file: string, warn: (text: string) => void = () => undefined): Registry {
  let text = readText(file);
  const { products, devices } = parse(file, text);

  /** Makes the change to the records in the file. */
  function save({ removed, added }: Change): void {
    const now = readText(file);
    const filed = parse(file, now);
    const kept = filed.devices.filter((device) => nameOf(device) !== removed);
    const changed = added === undefined ? kept : [...kept, added];
    createIn(file, filed.products, changed); // throws if it conflicts with what is now in the file
    if (now !== text) {
      warn(
        t`${file} was changed by another program: its additions are kept, and take effect when the platform restarts`,
      );
    }
    text = writeRegistry(file, filed.products, changed);
  }

  return createIn(file, products, devices, (change) => {
    try {
      save(change);
    } catch (error) {
      if (error instanceof RegistryError) warn(t`a device could not be saved: ${error.message}`);
      throw error;
    }
  });
}

/** @throws RegistryError if records conflict */
function createIn(
  file: string,
  products: readonly ProductRecord[],
  devices: readonly DeviceRecord[],
  save?: (change: Change) => void,
): Registry {
  try {
    return createRegistry(products, devices, save);
  } catch (error) {
    throw new RegistryError(`${file}: ${inLanguage((error as Error).message)}`);
  }
}

/**
 * Writes a registry atomically: the file is always either the old or the new version.
 * @returns the text of the file
 * @throws Error if it cannot be written; the old file stays
 */
export function writeRegistry(
  file: string,
  products: readonly ProductRecord[],
  devices: readonly DeviceRecord[],
): string {
  const filed = products.map((record) => ({
    ...record,
    devices: devices
      .filter(({ product }) => product === record.product)
      // JSON omits undefined values. Both fields are given by the enclosing product.
      .map((device) => ({ ...device, product: undefined, generation: undefined })),
  }));
  const text = `${JSON.stringify({ products: filed }, undefined, 2)}\n`;
  const real = realFile(file); // follows symbolic links, so that they stay
  const draft = draftOf(real);
  try {
    // The file contains secrets: remove any leftover draft, so that the new one is readable by its owner only.
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, "wx", 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, real);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return text;
}

const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  discriminator: true,
  verbose: true,
  code: { optimize: false }, // which would take longer than all checks of a command
});
/** Compiled when the first file is read, because that takes a while. */
const compile = () => ajv.compile<{ products: readonly FiledProduct[] }>(schema); // Ajv keeps the result

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new RegistryError(explainRead(file, (error as NodeJS.ErrnoException).code ?? ""));
  }
  const text = decodeText(bytes);
  if (text === undefined) throw new RegistryError(t`${file}: is not UTF-8 text: save it with UTF-8 encoding`);
  return text;
}

function parse(file: string, text: string): Records {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // V8's message quotes some of the text, which may be a key.
    throw new RegistryError(t`${file}: is not JSON: ${placeOfError(text)}`);
  }
  const isRegistry = isRecord(json) && Array.isArray(json["products"]);
  if (!isRegistry)
    throw new RegistryError(
      t`${file}: is not a registry: it has no list "products"; give the file that npm run platform wrote`,
    );
  unwrapThingModels(json);
  const validate = compile();
  if (!validate(json)) {
    throw new RegistryError((validate.errors ?? []).map((error) => `${file}: ${describe(error)}`).join("\n"));
  }
  const faults = json.products.flatMap((product, index) => modelFaults(product, index));
  if (faults.length > 0) throw new RegistryError(faults.map((fault) => `${file}: ${fault}`).join("\n"));
  const products: ProductRecord[] = [];
  const devices: DeviceRecord[] = [];
  for (const { devices: own = [], ...record } of json.products) {
    const { product, generation } = record;
    products.push(record);
    devices.push(...own.map((device) => ({ product, generation, ...device }) as DeviceRecord));
  }
  return { products, devices };
}

/** What the schema does not say of a thing model: the specifications of each type. */
function modelFaults(product: FiledProduct, index: number): string[] {
  if (!("thingModel" in product)) return [];
  const pointer = `/products/${index}/thingModel`;
  return checkModel({ ...product.thingModel })
    .slice(0, MOST_REPORTED)
    .map((finding) => `${fieldOf(`${pointer}${finding.pointer}`)}: ${finding.problem}; ${finding.remedy}`);
}

/** Unwraps thing models pasted as the platform's answer: `{"code":0,"data":{…}}`. */
function unwrapThingModels(json: unknown): void {
  const { products } = (json ?? {}) as { products?: unknown };
  if (!Array.isArray(products)) return;
  for (const product of products as unknown[]) {
    if (!isRecord(product) || !isRecord(product["thingModel"])) continue;
    const { data, properties } = product["thingModel"];
    if (properties === undefined && isRecord(data)) product["thingModel"] = data;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deepest nesting parsed to locate a mistake. */
const MAXIMUM_DEPTH = 200;

/** Where a text stops being valid JSON. */
function placeOfError(text: string): string {
  const error = firstError(text.slice(0, bracketFault(text, MAXIMUM_DEPTH)?.index));
  const before = text.slice(0, error).split("\n");
  return t`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The message of a mistake. */
function messageOf({ keyword, message = "", params }: ErrorObject): string {
  switch (keyword) {
    case "required":
      return t`must have required property '${String(params["missingProperty"])}'`;
    case "type":
      return t`must be ${String(params["type"])}`;
    case "enum":
      return t`must be equal to one of the allowed values`;
    case "pattern":
      return t`must match pattern "${String(params["pattern"])}"`;
    case "additionalProperties":
      return t`must NOT have additional properties`;
    default:
      return message === "" ? t`is wrong` : message;
  }
}

/** Describes a mistake with its place but without its value, which may be a key. */
function describe(error: ErrorObject): string {
  const { instancePath, keyword, params, data } = error;
  const place = instancePath.slice(1).replaceAll("/", ".");
  const what = keyword === "additionalProperties" ? ` (${String(params["additionalProperty"])})` : "";
  const known = keyword === "enum" ? `: ${list(params["allowedValues"] as string[])}` : "";
  const stray = keyword === "pattern" && typeof data === "string" ? strayIn(data) : undefined;
  const hint = stray === undefined ? "" : t` (it has ${inLanguage(stray)})`;
  return `${place === "" ? t`the file` : place}: ${messageOf(error)}${what}${known}${hint}`;
}
