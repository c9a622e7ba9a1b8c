/**
 * Cuts of the power during an update, with the whole firmware: the board comes back online with the old program or the new
 * one, and in the end the new one is there. A small seeded sample; `UPDATE_CUTS=150` tries so many bytes written and so
 * many received, and `UPDATE_CUTS=all` every byte. test/src/app/updater.long.test.ts tries every byte with a tiny program.
 */

import { expect, it } from "vitest";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { NEWER, OLDER, packageOf, programOf, setUpdatable } from "../support/updatable.ts";

const OLD = await programOf(OLDER);
const NEW = packageOf(await programOf(NEWER), 1);
const SAMPLE = Number(process.env["UPDATE_CUTS"] ?? 15);

type Kind = "written" | "received";

/** Runs an update in which the power is cut once. @returns how many bytes were left until then */
async function run(kind: Kind, count: number): Promise<number> {
  const bench = await setUpdatable(OLD);
  const { platform, power, device, lines } = bench;
  try {
    const cuts: number[] = [];
    const faults: string[] = [];
    device.on("cut", () => cuts.push(count)).on("fault", (text) => faults.push(text));
    platform.offer(NEW, "v1");
    power[kind] = count;
    await device.start();
    await bench.until(() => cuts.length > 0 || platform.steps.includes(201));
    const left = power[kind];
    power[kind] = Infinity;
    if (cuts.length > 0) {
      await device.stop();
      lines.length = 0;
      await device.start();
      await bench.until(() => lines.includes("OneNET: online"));
      const runs = lines.filter((line) => line === OLDER || line === NEWER);
      expect(runs, `cut after ${count} bytes ${kind}`).toHaveLength(1);
      await bench.until(() => platform.steps.includes(201));
    }
    expect([lines.includes(NEWER), faults]).toEqual([true, []]);
    return left;
  } finally {
    await bench.close();
  }
}

it.each(["written", "received"] as const)(
  "after any number of bytes %s",
  { timeout: 36_000_000 },
  async (kind) => {
    const most = 1_000_000;
    const all = most - (await run(kind, most));
    expect(all).toBeGreaterThan(NEW.length);
    const random = xoroshiro128plus(20261130);
    const counts =
      process.env["UPDATE_CUTS"] === "all"
        ? Array.from({ length: all }, (_, count) => count)
        : Array.from({ length: SAMPLE }, () => uniformInt(random, 0, all - 1));
    for (const count of counts) await run(kind, count);
  },
);
