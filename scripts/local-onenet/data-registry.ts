/** The products and devices of a `--data` file, and what a registry file adds to them. */

import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Data } from "./data.ts";
import { createRegistry, nameOf, type Registry } from "./devices.ts";
import { exampleRegistry } from "./example.ts";
import { openRegistry, RegistryError, writeRegistry } from "./registry-file.ts";
import { inLanguage, list, t } from "../cli/language.ts";

/** Creates a registry file with examples if there is none. @throws Error if it cannot be written */
export function createIfMissing(file: string, write: (line: string) => void): void {
  if (existsSync(file)) return;
  const { products, devices } = exampleRegistry();
  writeRegistry(file, products, devices);
  write(t`Created ${file} with an example product of each generation.`);
}

/**
 * The products and devices of a `--data` file. A new one begins with those of the registry file, which is created if it
 * is missing.
 * @param isGiven the command line names the registry file. Its products replace those of the same id, because nothing
 *   else changes them; devices that the `--data` file lacks are added. The registry file is only read.
 * @throws RegistryError if the registry file is broken, does not fit the `--data` file, or is missing and that is not new
 */
export function registryOf(
  data: Data,
  file: string,
  isGiven: boolean,
  write: (line: string) => void,
): Registry {
  const isNew = data.products.length === 0;
  if (isNew) createIfMissing(file, write); // npm run class takes the product and its key from it
  const given = isGiven || isNew ? openRegistry(file) : createRegistry([], []);
  const products = new Map(data.products.map((record) => [record.product, record]));
  const devices = new Map(data.devices.map((record) => [nameOf(record), record]));
  const differing = [...given.products.values()].filter(
    (record) => !isDeepStrictEqual(record, products.get(record.product)),
  );
  const changed = differing.flatMap(({ product }) => (products.has(product) ? [product] : []));
  const added = [...given.devices].flatMap(([name, record]) => (devices.has(name) ? [] : [record]));
  for (const record of differing) products.set(record.product, record);

  let registry: Registry;
  try {
    registry = createRegistry([...products.values()], [...devices.values(), ...added], (change) =>
      data.change(change),
    );
  } catch (error) {
    throw new RegistryError(t`${file} does not fit the --data file: ${inLanguage((error as Error).message)}`);
  }
  if (differing.length + added.length > 0) data.save(differing, added);
  const count = differing.length - changed.length;
  if (count + added.length > 0)
    write(t`New in the file of this class: ${count} products, ${added.length} devices, from ${file}.`);
  if (changed.length > 0)
    write(t`Changed in the file of this class, as in ${file}: product ${list(changed)}.`);
  return registry;
}
