/** The button of boards/esp32-devkit-button.ts on each chip: its code finds the right pin and its level at rest. */

import { expect, it } from "vitest";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { Chip } from "../../src/board.ts";
import { shipped, shippedScript } from "../support/bundles.ts";

const BUTTON = shipped("esp32-devkit-button");
const LAMP = BUTTON.led?.kind === "gpio" ? BUTTON.led.pin : -1;

/** The GPIO of BOOT. One script runs on all of these chips. */
const BOOT = { esp32: 0, esp32c3: 9, esp32s3: 0 } satisfies Partial<Record<Chip, number>>;

type Level = 0 | 1;

/** A button that pulls its pin to ground, and one wired the other way round. */
const WIRINGS: readonly (readonly [what: string, rest: Level, pressed: Level])[] = [
  ["joins its pin to ground", 1, 0],
  ["joins its pin to 3.3 V", 0, 1],
];

const CASES = (Object.keys(BOOT) as (keyof typeof BOOT)[]).flatMap((chip) =>
  WIRINGS.map(([what, rest, pressed]) => ({ chip, what, rest, pressed })),
);

it.each(CASES)("on $chip a button that $what [chip F27]", async ({ chip, rest, pressed }) => {
  const clock = createClock(Date.UTC(2026, 0));
  const board = createVirtualBoard({ script: await shippedScript(BUTTON.name), chip, clock });
  const lit: number[] = [];
  board.on("pin", ({ pin, value }) => {
    if (pin === LAMP) lit.push(value);
  });
  const turn = async (level: Level, ms: number) => {
    board.setLevel(BOOT[chip], level);
    await clock.advance(ms);
  };
  try {
    await turn(rest, 0);
    await board.start();
    await clock.advance(1000);
    const dark = lit.length; // the lamp's initial state
    const presses = () => lit.slice(dark);

    await turn(pressed, 80);
    expect(presses()).toEqual([1]);
    await turn(rest, 80);
    await turn(pressed, 5000);
    expect(presses()).toEqual([1, 0]);
    await turn(rest, 5000);
    for (const level of [pressed, rest, pressed, rest]) await turn(level, 10); // too short
    await clock.advance(1000);
    expect(presses()).toEqual([1, 0]);
  } finally {
    await board.stop();
  }
});

it.each([0, 40, 60, 160, 400, 2000])(
  "every press counts when this computer runs the board %d ms late, turn after turn",
  async (late) => {
    const clock = createClock(Date.UTC(2026, 0));
    const board = createVirtualBoard({ script: await shippedScript(BUTTON.name), chip: "esp32", clock });
    const seen: number[] = [];
    board.on("pin", ({ pin, value }) => {
      if (pin === LAMP) seen.push(value);
    });
    try {
      await board.start();
      await clock.advance(1000);
      seen.length = 0;
      const { id, rest = 1 } = board.inputs().find(({ pin }) => pin === BOOT.esp32) ?? {};
      for (const level of Array.from({ length: 9 }, () => [1 - rest, rest]).flat()) {
        board.turn(id ?? "", level);
        clock.skip(late);
      }
      for (let turn = 0; turn < 300; turn++) {
        clock.skip(late);
        await clock.advance(10);
      }
      expect(seen).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1]);
    } finally {
      await board.stop();
    }
  },
);
