/** The registry in a JSON file: what a class keeps from one day to the next. */

import { Ajv, type ErrorObject } from "ajv";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { createRegistry, type DeviceRecord, type ProductRecord, type Registry } from "./devices.ts";
import schema from "./registry.schema.json" with { type: "json" };

/** What is wrong with a registry file, all of it at once. */
export class RegistryError extends Error {}

/** A product in the file, with its devices below it. */
type FiledProduct = ProductRecord & {
  readonly devices?: readonly Omit<DeviceRecord, "product" | "generation">[];
};

/**
 * Reads a registry, which is written to its file whenever a device is added.
 * @throws RegistryError when the file is missing, broken, or contradicts itself
 */
export function openRegistry(file: string): Registry {
  const products: ProductRecord[] = [];
  const devices: DeviceRecord[] = [];
  for (const { devices: own = [], ...record } of read(file)) {
    const { product, generation } = record;
    products.push(record);
    devices.push(...own.map((device) => ({ product, generation, ...device }) as DeviceRecord));
  }
  try {
    return createRegistry(products, devices, (...records) => writeRegistry(file, ...records));
  } catch (error) {
    throw new RegistryError(`${file}: ${(error as Error).message}`);
  }
}

/**
 * Writes a registry: the file is the old one or the new one, never a part of it.
 * @throws Error when it cannot be written; the old file stays
 */
export function writeRegistry(
  file: string,
  products: readonly ProductRecord[],
  devices: readonly DeviceRecord[],
): void {
  const filed = products.map((record) => ({
    ...record,
    devices: devices
      .filter(({ product }) => product === record.product)
      // JSON leaves out what is undefined: both are said by the product.
      .map((device) => ({ ...device, product: undefined, generation: undefined })),
  }));
  const text = `${JSON.stringify({ products: filed }, undefined, 2)}\n`;
  const draft = `${file}.${process.pid}.tmp`;
  try {
    // Secrets: for its owner's eyes.
    const descriptor = openSync(draft, "w", 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, discriminator: true });
const validate = ajv.compile<{ products: readonly FiledProduct[] }>(schema);

function read(file: string): readonly FiledProduct[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON: ${error.message}` : (error as Error).message;
    throw new RegistryError(`${file}: ${reason}`);
  }
  if (!validate(json)) {
    throw new RegistryError((validate.errors ?? []).map((error) => `${file}: ${tell(error)}`).join("\n"));
  }
  return json.products;
}

/** A mistake in words, with its place; the value, which may be a key, is not shown. */
function tell({ instancePath, keyword, message = "is wrong", params }: ErrorObject): string {
  const place = instancePath.slice(1).replaceAll("/", ".");
  const what = keyword === "additionalProperties" ? ` (${String(params["additionalProperty"])})` : "";
  const known = keyword === "enum" ? `: ${(params["allowedValues"] as string[]).join(", ")}` : "";
  return `${place === "" ? "the file" : place}: ${message}${what}${known}`;
}
