/** Registry files as if badly edited, truncated or forged. */

import { readFileSync } from "node:fs";
import type { Random } from "./random.ts";
import { nest, spoil, spoilJson, value } from "./hostile.ts";
import { DEVICES, PRODUCTS } from "./world.ts";

const RIGHT = JSON.stringify({
  products: PRODUCTS.map((product) => ({
    ...product,
    devices: DEVICES.filter((device) => device.product === product.product).map((device) => ({
      ...device,
      product: undefined,
      generation: undefined,
    })),
  })),
});

export function registry(random: Random): Buffer {
  const text = random.chance(0.9)
    ? spoilJson(random, RIGHT)
    : random.chance(0.5)
      ? nest(random)
      : wide(random);
  return spoil(random, Buffer.from(text));
}

/** A file with many products or many mistakes. */
function wide(random: Random): string {
  const entry = random.pick([
    () => value(random),
    () => "{}",
    () => `{"generation":"suite","product":"${random.int(9999)}"}`,
  ]);
  return `{"products":[${Array.from({ length: random.int(1000) }, entry)
    .join(",")
    .slice(0, 70_000)}]}`;
}

const BOARD = readFileSync(new URL("../../../boards/esp32-s3-devkitc-studio.json", import.meta.url), "utf8");

/** A board file, used as `boards/forged.json`. */
export function board(random: Random): Buffer {
  return spoil(random, Buffer.from(random.chance(0.95) ? spoilJson(random, BOARD) : nest(random)));
}
