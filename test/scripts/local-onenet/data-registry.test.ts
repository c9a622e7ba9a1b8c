/** What a `--data` file takes from a registry file. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openData } from "../../../scripts/local-onenet/database.ts";
import { registryOf } from "../../../scripts/local-onenet/data-registry.ts";
import { openRegistry, writeRegistry } from "../../../scripts/local-onenet/registry-file.ts";
import type { DeviceRecord, ProductRecord, Registry } from "../../../scripts/local-onenet/devices.ts";
import { ACCOUNT, CHIC, HEATER, LAMP, NEIGHBOUR, PRODUCTS } from "./wire.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "data-registry-"));
  file = join(folder, "class.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const [MULTIPROTOCOL, , SUITE, STUDIO] = PRODUCTS as [
  ProductRecord,
  ProductRecord,
  ProductRecord,
  ProductRecord,
];

/** Starts with the `--data` file; returns its registry and the lines it says, and ends. */
async function start(isGiven = true): Promise<{ registry: Registry; said: string[] }> {
  const said: string[] = [];
  const data = await openData(join(folder, "class.db"), {
    keepDays: 1,
    limit: 2 ** 24,
    warn: () => undefined,
  });
  try {
    return { registry: registryOf(data, file, isGiven, (line) => said.push(line)), said };
  } finally {
    data.close();
  }
}

function write(products: readonly ProductRecord[], ...devices: DeviceRecord[]): void {
  writeRegistry(file, products, devices);
}

test.each([true, false])("a new file creates a missing registry file (named: %s)", async (isGiven) => {
  const { registry, said } = await start(isGiven);
  expect(said).toEqual([
    `Created ${file} with an example product of each generation.`,
    `New in the file of this class: 3 products, ${registry.devices.size} devices, from ${file}.`,
  ]);
  expect(openRegistry(file).products).toEqual(registry.products);
});

test("a file that is not new refuses a missing registry file, and creates none", async () => {
  write([SUITE], CHIC);
  await start();
  rmSync(file);
  await expect(start()).rejects.toThrow(`there is no file ${file}`);
  expect(existsSync(file)).toBe(false);
  expect((await start(false)).said).toEqual([]);
});

test("a product changed in the registry file is changed in the file, if the registry file is named", async () => {
  const plain: ProductRecord = { generation: "suite", product: SUITE.product, key: "cHJvZHVjdA==" };
  write([plain, STUDIO], CHIC);
  await start();
  write([{ ...plain, account: ACCOUNT }, STUDIO], CHIC);
  const before = await start(false);
  expect([before.registry.products.get("469948"), before.said]).toEqual([plain, []]);
  const { registry, said } = await start();
  expect(registry.products.get("469948")).toEqual(SUITE);
  expect(said).toEqual([`Changed in the file of this class, as in ${file}: product 469948.`]);
  const after = await start(); // It is kept, and nothing is left to change.
  expect([after.registry.products.get("469948"), after.said]).toEqual([SUITE, []]);
  expect((await start(false)).registry.products.get("469948")).toEqual(SUITE);
});

test("products and devices that are new are added; a device stays as calls of the API left it", async () => {
  write([SUITE], CHIC);
  await start();
  write([SUITE, MULTIPROTOCOL, STUDIO], { ...CHIC, key: HEATER.key }, NEIGHBOUR, LAMP, HEATER);
  const { registry, said } = await start();
  expect([...registry.devices.values()]).toEqual([CHIC, NEIGHBOUR, LAMP, HEATER]);
  expect(said).toEqual([`New in the file of this class: 2 products, 3 devices, from ${file}.`]);
});

test("a registry file that does not fit is refused, and nothing is changed", async () => {
  write([SUITE, STUDIO], CHIC);
  await start();
  write([{ generation: "studio", product: SUITE.product, thingModel: { properties: [] } }]);
  await expect(start()).rejects.toThrow(
    `${file} does not fit the --data file: device 469948/Chic_D is suite, but its product 469948 is studio`,
  );
  expect((await start(false)).registry.products.get("469948")).toEqual(SUITE);
});
