/** Compares how the virtual board prints and rounds random numbers with the interpreter: `SEED=…` repeats a run. */

import { expect, test } from "vitest";
import { formatNumber } from "../../scripts/virtual-board/format.ts";
import { round } from "../../scripts/virtual-board/globals.ts";
import { createRandom } from "../../scripts/bench/fuzz/random.ts";
import { ESPRUINO, runOnEspruino, WITHOUT } from "./espruino.ts";

const SEED = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const COUNT = 400;

test(`${COUNT} quotients, SEED=${SEED}`, async ({ skip }) => {
  if (!ESPRUINO) return skip(WITHOUT);
  const random = createRandom(SEED);
  const pairs = Array.from({ length: COUNT }, () => {
    const dividend = random.int(10 ** random.pick([2, 4, 6, 9])) * (random.chance(0.3) ? -1 : 1);
    return [dividend, random.pick([1, 3, 7, 10, 255, 1000, 4095, 65_535, 1 + random.int(1e6)])] as const;
  });
  const script = `${JSON.stringify(pairs)}.forEach(function (pair) {
    var value = pair[0] / pair[1];
    print(JSON.stringify([value, Math.round(value), Math.floor(value), Math.round(value * 1000) / 1000]));
  });`;
  const expected = pairs.map(([dividend, divisor]) => {
    const value = dividend / divisor;
    const all = [value, round(value), Math.floor(value), round(value * 1000) / 1000];
    return `[${all.map(formatNumber).join(",")}]`;
  });
  expect(await runOnEspruino(ESPRUINO, script)).toEqual(expected);
});
