import { describe, expect, it } from "vitest";
import { Mark } from "../../../../src/app/slot.ts";
import { makePackage } from "../../../../scripts/boards/update/package.ts";
import { firstSlot, loaderOf, slotOf } from "../../../../scripts/boards/update/slots.ts";
import type { Files } from "../../../../scripts/virtual-board/index.ts";
import { studio } from "../../../support/boards.ts";
import { bench } from "../../virtual-board/lib.ts";

const KEY = "sixteen bytes and more";
const BOARD = studio({ update: { key: KEY, server: "localhost", port: 80 } });
const made = (program: string, time: number) =>
  makePackage({ version: String(time), time, program: `${program}\n` }, KEY);
/** A slot of task 7. */
const slot = (set: readonly Mark[], program: string, time: number) => slotOf("7", set, made(program, time));
/** A slot whose program was checked and not started yet. */
const onTrial = (program: string, time: number) => slot([Mark.Whole], program, time);
const STARTS = [Mark.FirstStart, Mark.SecondStart, Mark.ThirdStart];
const OLD = firstSlot(made('print("old", app)', 1000));

const files = (app1?: string): Files =>
  new Map([
    [".bootcde", loaderOf(BOARD)],
    ["app0", OLD],
    ...(app1 === undefined ? [] : [["app1", app1] as const]),
  ]);

/** What the boots print, after which the board restarts itself or is restarted. */
async function boots(storage: Files, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let boot = 0; boot < count; boot++) {
    const { board, lines } = await bench("", { storage });
    await board.clock.advance(100);
    all.push(lines.filter((line) => /^(old|new|No)/.test(line)).join());
    await board.stop();
  }
  return all;
}

describe("the loader starts", () => {
  it("the only program", async () => {
    expect(await boots(files(), 1)).toEqual(["old 0"]);
  });

  it("a new program three times on trial, then the old one", async () => {
    expect(await boots(files(onTrial('print("new", app)', 2000)), 5)).toEqual([
      "new 1",
      "new 1",
      "new 1",
      "old 0",
      "old 0",
    ]);
  });

  it("a good one from then on", async () => {
    const storage = files(onTrial('print("new", app); require("Storage").write("app1", ".", 29);', 2000));
    const again = 'print("new", app);';
    expect(await boots(storage, 1)).toEqual(["new 1"]);
    expect(storage.get("app1")?.slice(25, 31)).toBe(".\xff\xff..\xff");
    storage.set("app1", slot([Mark.Whole, Mark.FirstStart, Mark.Good], again, 2000));
    expect(await boots(storage, 4)).toEqual(["new 1", "new 1", "new 1", "new 1"]);
  });

  it("no program that is not whole", async () => {
    expect(await boots(files(`/${"\xff".repeat(300)}`), 1)).toEqual(["old 0"]);
    expect(await boots(files(slot([], 'print("new")', 2000)), 1)).toEqual(["old 0"]);
  });

  it("the newest without any that is good", async () => {
    const storage = files(slot([Mark.Whole, ...STARTS], 'print("new", app)', 2000));
    storage.set("app0", "");
    storage.delete("app0");
    expect(await boots(storage, 2)).toEqual(["new 1", "new 1"]);
  });

  it("nothing without a program, and says so", async () => {
    expect(await boots(new Map([[".bootcde", loaderOf(BOARD)]]), 1)).toEqual(["No program: flash it"]);
  });
});

it("a program on trial that hangs is ended by the watchdog, until the old one runs", async () => {
  const hanging = 'print("new"); for (;;);';
  const { board, lines } = await bench("", { storage: files(onTrial(hanging, 2000)), patience: 500 });
  const faults: string[] = [];
  board.on("fault", (text) => faults.push(text));
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe("old 0");
  expect(lines.filter((line) => /^(old|new)/.test(line))).toEqual(["new", "new", "new", "old 0"]);
  // The first may have fired before anyone listened.
  expect(faults.slice(-2)).toEqual(Array(2).fill("E task_wdt: Task watchdog got triggered"));
});

it("a program on trial that throws, or does not become good, restarts the board until the old one runs", async () => {
  for (const [program, wait] of [
    ['print("new"); boom();', 3500],
    ['print("new");', 1_801_000],
  ] as const) {
    const { board, lines } = await bench("", { storage: files(onTrial(program, 2000)) });
    for (let boot = 0; boot < 3; boot++) await board.clock.advance(wait / 3 + 100);
    await expect
      .poll(() => lines.filter((line) => /^(old|new)/.test(line)))
      .toEqual(["new", "new", "new", "old 0"]);
    await board.clock.advance(3_600_000);
    expect(lines.at(-1)).toBe("old 0");
    await board.stop();
  }
});
