/**
 * Cuts of the power during an update, with the whole firmware: the board comes back online with the old program or the new
 * one, and in the end the new one is there. Foretells what a cut at every byte leaves (every-cut.ts), and tries one cut of
 * each kind: as it is and, where others leave the same, with nonsense in what nothing may read. `UPDATE_CUTS=150` tries so
 * many bytes written and so many received, whatever they leave.
 * test/src/app/updater.long.test.ts cuts at every byte with a tiny program.
 */

import { expect, it } from "vitest";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import {
  createRecorder,
  foretell,
  isSpoilable,
  keyOf,
  leftOf,
  spoil,
  type Foretold,
  type Kind,
  type Left,
} from "../support/every-cut.ts";
import { installed, NEWER, OLDER, packageOf, programOf, setUpdatable } from "../support/updatable.ts";

const OLD = await programOf(OLDER);
const NEW = packageOf(await programOf(NEWER), 1);
const SAMPLE = Number(process.env["UPDATE_CUTS"]);

/** Runs an update without a cut. @returns by kind, what a cut after so many bytes leaves */
async function record(): Promise<Readonly<Record<Kind, Foretold>>> {
  const files = installed(OLD);
  const { power, pieces } = createRecorder(() => leftOf(files, bench.platform));
  const bench = await setUpdatable(OLD, files, power);
  try {
    bench.platform.offer(NEW, "v1");
    await bench.device.start();
    await bench.until(() => bench.platform.steps.includes(201));
    expect(bench.lines).toContain(NEWER);
    const end = leftOf(files, bench.platform);
    return { written: foretell(pieces, "written", end), received: foretell(pieces, "received", end) };
  } finally {
    await bench.close();
  }
}

/**
 * Runs an update in which the power is cut once.
 * @param spoils whether what nothing may read is spoilt after the cut
 * @returns what the cut left; undefined if the update was over before
 */
async function run(kind: Kind, count: number, spoils = false): Promise<Left | undefined> {
  const bench = await setUpdatable(OLD);
  const { platform, power, device, lines, files } = bench;
  try {
    const cuts: Left[] = [];
    const faults: string[] = [];
    device.on("cut", () => cuts.push(leftOf(files, platform))).on("fault", (text) => faults.push(text));
    platform.offer(NEW, "v1");
    power[kind] = count;
    await device.start();
    await bench.until(() => cuts.length > 0 || platform.steps.includes(201));
    power[kind] = Infinity;
    if (cuts.length > 0) {
      await device.stop();
      if (spoils) spoil(files);
      lines.length = 0;
      await device.start();
      await bench.until(() => lines.includes("OneNET: online"));
      const runs = lines.filter((line) => line === OLDER || line === NEWER);
      expect(runs, `cut after ${count} bytes ${kind}`).toHaveLength(1);
      await bench.until(() => platform.steps.includes(201));
    }
    expect([lines.includes(NEWER), faults]).toEqual([true, []]);
    return cuts[0];
  } finally {
    await bench.close();
  }
}

const foretold = await record();

it.each(["written", "received"] as const)(
  "after any number of bytes %s",
  { timeout: 36_000_000 },
  async (kind) => {
    const { count: all, after } = foretold[kind];
    expect(all).toBeGreaterThan(NEW.length);
    const random = xoroshiro128plus(20261130);
    const oneOf = (count: number) => uniformInt(random, 0, count - 1);
    if (SAMPLE > 0) {
      for (let left = SAMPLE; left > 0; left--) {
        const count = oneOf(all);
        expect(await run(kind, count), `cut after ${count} bytes ${kind}`).toEqual(after(count));
      }
      return;
    }
    const start = performance.now();
    const cases = new Map<string, number[]>();
    for (let count = 0; count < all; count++) {
      const key = keyOf(after(count));
      const same = cases.get(key);
      if (same) same.push(count);
      else cases.set(key, [count]);
    }
    console.log(`${kind}: ${all} cuts leave ${cases.size} different states`);
    for (const same of cases.values()) {
      const count = same[oneOf(same.length)] ?? 0;
      const left = after(count);
      expect(await run(kind, count), `cut after ${count} bytes ${kind}`).toEqual(left);
      // It stands for others, which leave something else there.
      if (same.length > 1 && isSpoilable(left)) await run(kind, count, true);
    }
    console.log(`${kind}: ${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
  },
);
