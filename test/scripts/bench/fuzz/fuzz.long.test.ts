/**
 * Hostile input of every kind, generated from seeds: `FUZZ=100000 npm run test:long -- bench/fuzz` for the full proof.
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { KINDS, run, type KindName } from "../../../../scripts/bench/fuzz/run.ts";
import { startTarget, type Target } from "../../../../scripts/bench/fuzz/target.ts";
import { DEVICES, API_KEY, LAMP } from "../../../../scripts/bench/fuzz/world.ts";

/** Inputs of each kind. */
const RUNS = Number(process.env["FUZZ"] ?? 300);
/** The first input's seed; it increases by one for each, so `FUZZ=1 SEED=<seed of the input>` repeats a single one. */
const SEED = Number(process.env["SEED"] ?? 1);

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

it.each(Object.keys(KINDS) as KindName[])(
  `${RUNS} hostile inputs, SEED=${SEED}: %s`,
  async (kind) => {
    const { slow } = await run(kind, target, { seed: SEED, runs: RUNS });
    expect(slow).toEqual([]);
    const { platform } = target;
    const request = `GET /devices/${LAMP.device} HTTP/1.1\r\nhost: x\r\nconnection: close\r\napi-key: ${API_KEY}\r\n\r\n`;
    expect(await target.api(Buffer.from(request))).toMatch(/^HTTP\/1.1 200 [^]*\{"errno":0/);
    expect(platform.devices().length).toBeGreaterThanOrEqual(DEVICES.length);
  },
  3_600_000,
);

it("a board file with one mistake a thousand times is reported quickly, with a bounded number of mistakes", async () => {
  for (const stream of ['{"id":"led","id":"led"}', '{"i":60}']) {
    const streams = Array.from({ length: 5000 }, () => stream).join();
    const text = Buffer.from(`{"extends":"esp32-devkit","streams":[${streams}]}`);
    const refusal = await target.loadBoard(text);
    expect(refusal.split("\n").length).toBeLessThanOrEqual(210);
  }
});
