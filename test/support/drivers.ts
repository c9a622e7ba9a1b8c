/** The firmware's drivers of sensors, as a script. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rollup } from "rollup";
import { readFirmware } from "../../scripts/compile/firmware.ts";
import { rollupOptions } from "../../scripts/compile/rollup-options.ts";
import { shipped } from "./bundles.ts";

/** Defines globals that make a driver: each returns a function that measures. */
const ALL = `
import { createBme280, createBmp280 } from "../../src/device/bme280";
import { createDht11, createDht22 } from "../../src/device/dht";
import { createDs18b20, createDs18b20Bus } from "../../src/device/ds18b20";
declare const global: Record<string, unknown>;
global["dht11"] = (pin: number) => createDht11({ pin });
global["dht22"] = (pin: number) => createDht22({ pin });
global["ds18b20"] = (pin: number) => createDs18b20({ pin });
global["ds18b20s"] = (pin: number, count: number) => createDs18b20Bus({ pin, count });
global["bme280"] = (sda: number, scl: number, address: number) => createBme280({ sda, scl, address });
global["bmp280"] = (sda: number, scl: number, address: number) => createBmp280({ sda, scl, address });
`;

let all: Promise<string> | undefined;

/** The script of all drivers, with globals `dht11`, `dht22`, `ds18b20`, `ds18b20s`, `bme280` and `bmp280`. */
export function driversScript(): Promise<string> {
  return (all ??= compile(ALL));
}

/** Compiles a program of drivers as the build compiles a firmware. */
export async function compile(source: string): Promise<string> {
  // Rollup's TypeScript plugin accepts only files of the project; git ignores dist.
  await mkdir("dist", { recursive: true });
  const directory = await mkdtemp(join("dist", "drivers-"));
  try {
    const input = join(directory, "main.ts");
    await writeFile(input, source);
    const tsconfig = join(directory, "tsconfig.json");
    await writeFile(
      tsconfig,
      JSON.stringify({ extends: "../../src/tsconfig.json", include: [".", "../../src/espruino.d.ts"] }),
    );
    const options = rollupOptions("", readFirmware(shipped("esp32-devkit"), { input, tsconfig }));
    const bundle = await rollup(options);
    try {
      const { output } = await bundle.generate({ ...options.output, sourcemap: false });
      return output[0].code;
    } finally {
      await bundle.close();
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}
