import { describe, expect, it } from "vitest";
import type { Files } from "../../../scripts/virtual-board/index.ts";
import { bench, type Bench } from "./lib.ts";

/** A program that runs from flash, after an erased file. */
const PROGRAM = `var n = 0; setInterval(function () { print("tick " + (++n)); }, 1000);
  var S = require("Storage");`;

async function behindTrash(program: string): Promise<Bench & { readonly faults: string[] }> {
  const storage: Files = new Map([["old", "x".repeat(5000)]]);
  const first = await bench(`require("Storage").getFree();`, { storage }); // fixes where they lie
  storage.set(".bootcde", program);
  first.board.type(`require("Storage").erase("old");\n`);
  await first.board.stop();
  const run = await bench("", { storage });
  const faults: string[] = [];
  run.board.on("fault", (text) => faults.push(text));
  return { ...run, faults };
}

const STALE = /^Storage was compacted under the program/;

describe("a compaction under the running program [chip F22]", () => {
  it("ends it: its next code has moved", async () => {
    const { board, lines, faults } = await behindTrash(
      `${PROGRAM} setTimeout(function () { S.compact(); print("never"); }, 1500);`,
    );
    await board.clock.advance(60_000);
    expect(lines).toEqual(["tick 1", "Compacting... ", expect.stringMatching(STALE)]);
    expect(faults).toEqual([expect.stringMatching(STALE)]);
    expect(board.timers()).toBe(0);
  });

  it("ends it if a write compacted for lack of room", async () => {
    const { board, lines } = await behindTrash(
      `${PROGRAM} setTimeout(function () { S.write("new", "x", 0, S.getFree()); }, 1500);`,
    );
    await board.clock.advance(60_000);
    expect(lines).toEqual(["tick 1", "Compacting... ", expect.stringMatching(STALE)]);
  });

  it("ends it at its next callback if the console compacted", async () => {
    const { board, lines } = await behindTrash(PROGRAM);
    board.type(`S.compact(); print("after")\n`);
    expect(lines).toEqual(["Compacting... ", "after"]);
    await board.clock.advance(5000);
    expect(lines.slice(2)).toEqual([expect.stringMatching(STALE)]);
    board.type("reset()\n");
    await expect.poll(() => board.inputs()).toEqual([]);
    board.type(`print("alive")\n`);
    expect(lines.at(-1)).toBe("alive");
  });

  it("does not end a function in memory, which can restart the chip", async () => {
    const { board, lines, faults } = await behindTrash(
      `${PROGRAM} if (S.getStats().trashBytes) setTimeout(function () {
        new Function("s", "s.compact(); E.reboot()")(S); print("never"); }, 1500);`,
    );
    await board.clock.advance(1600);
    await board.clock.advance(3000);
    expect(lines.slice(0, 3)).toEqual(["tick 1", "Compacting... ", "tick 1"]);
    expect(faults).toEqual([]);
  });

  it("does not harm a program before all trash", async () => {
    const { board, lines } = await bench(
      `${PROGRAM} S.write("a", "1"); S.write("a", "2"); setTimeout(function () { S.compact(); print("done"); }, 1500);`,
    );
    await board.clock.advance(5000);
    expect(lines).toContain("done");
    expect(lines.at(-1)).toMatch(/^tick /);
  });

  it("takes time", async () => {
    const { board, lines } =
      await bench(`var S = require("Storage"); S.write("a", "x", 0, 400000); S.erase("a");
      S.write("b", "x", 0, 400000);`);
    board.type(`var t = getTime(); S.compact(); print(getTime() - t > 5)\n`);
    expect(lines.at(-1)).toBe("true");
  });
});

describe("the flash's size [chip F23]", () => {
  it.each([
    ["esp32", 224 * 4096],
    ["esp32c3", 224 * 4096],
    ["esp32s3", 224 * 4096],
    ["esp8266", 48 * 4096],
  ] as const)("of an %s is %d bytes, with the program in it", async (chip, size) => {
    const script = `var s = require("Storage").getStats(); print(s.totalBytes, s.fileCount, s.freeBytes == s.totalBytes - s.fileBytes);`;
    const { lines } = await bench(script, { chip });
    expect(lines).toEqual([`${size} 1 true`]);
  });

  it("is 16 kB in the ESP8266 image for 512 kB", async () => {
    const { lines } = await bench(
      `print(require("Storage").getStats().totalBytes, process.memory().total);`,
      {
        chip: "esp8266",
        image: "ESP8266_BOARD",
      },
    );
    expect(lines).toEqual(["16384 1700"]);
  });
});

it("a board's flash passes to the next, trash included", async () => {
  const storage: Files = new Map();
  const script = `var S = require("Storage"); S.write("a", "" + Math.random()); print(S.getStats().trashCount);`;
  const counts: string[] = [];
  for (let board = 0; board < 3; board++) counts.push(...(await bench(script, { storage })).lines);
  expect(counts).toEqual(["0", "1", "2"]);
});

it("a program that does not fit is not saved, and the old one is gone", async () => {
  const script = `var S = require("Storage"); S.write("big", "x", 0, S.getFree() - 200);
    try { E.setBootCode(new Array(10000).join("x")); } catch (e) { print(e.message); }
    setTimeout(load, 1);`;
  const { lines, board } = await bench(script);
  await expect.poll(() => board.timers()).toBe(0);
  expect(lines).toEqual(["Unable to find or create file"]);
});

it("[chip F24] .bootPowerOn and .boot0 to .boot3 run before the program, the former only when the chip starts", async () => {
  const storage: Files = new Map([
    [".boot1", `print("one");`],
    [".boot0", `print("zero");`],
    [".bootPowerOn", `print("power");`],
  ]);
  const { lines, seen } = await bench(
    `print("program"); if (typeof again == "undefined") setTimeout(load, 1);`,
    {
      storage,
    },
  );
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(7);
  await seen("program");
  expect(lines.slice(0, 7)).toEqual(["power", "zero", "one", "program", "zero", "one", "program"]);
});
