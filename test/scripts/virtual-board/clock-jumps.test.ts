import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { ALL_CHIPS, bench } from "./lib.ts";

/** 56 years, in ms: from 1970 to 2026. */
const YEARS = 56 * 365.25 * 24 * 3_600_000;
const HOUR = 3_600_000;

const at = () => ({ clock: createClock(Date.UTC(2026, 0, 1)) });

describe.each(ALL_CHIPS)("moving the clock of an %s under a program", (chip) => {
  it("makes an interval run thousands of times, without blocking the host [chip F1] [chip F2]", async () => {
    const script = `var n = 0; setInterval(function () { print(++n); }, 1000);`;
    const { board, lines } = await bench(script, { ...at(), chip });
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    board.moveClock(YEARS);
    await board.clock.advance(1000);
    clearInterval(count);
    expect(lines.length).toBeGreaterThan(9000);
    expect(turns).toBeGreaterThan(0);
  });

  it("runs a self-repeating timeout too soon once, then on time", async () => {
    const { board, lines } = await bench(
      `var n = 0; function tick() { print(++n); setTimeout(tick, 1000); } setTimeout(tick, 1000);`,
      { ...at(), chip },
    );
    await board.clock.advance(2500);
    expect(lines).toEqual(["1", "2"]);
    board.moveClock(YEARS);
    await board.clock.advance(1);
    expect(lines).toEqual(["1", "2", "3"]);
    await board.clock.advance(10_000);
    expect(lines).toHaveLength(13);
  });

  it("delays all timers by an hour when set back an hour", async () => {
    const { board, lines } = await bench(
      `setInterval(function () { print("interval"); }, 1000); setTimeout(function () { print("timeout"); }, 5000);`,
      { ...at(), chip },
    );
    board.moveClock(-HOUR);
    await board.clock.advance(HOUR);
    expect(lines).toEqual([]);
    await board.clock.advance(1000);
    expect(lines).toEqual(["interval"]);
    await board.clock.advance(4000);
    expect(lines.filter((line) => line === "timeout")).toHaveLength(1);
  });

  it("shows in the program's time; setTime moves it without affecting timers [chip F3]", async () => {
    const { board, lines } = await bench(
      `setInterval(function () { print(Math.round(getTime())); }, 1000); setTimeout(function () { setTime(1767225600); }, 1500);`,
      { ...at(), chip },
    );
    await board.clock.advance(4000);
    expect(lines).toEqual(["1", "1767225601", "1767225602", "1767225603"]);
    expect(board.uptime()).toBe(4000);
  });
});

it("the clock survives a restart of the board, but not a power cycle [chip F48]", async () => {
  const script = `print(new Date().getFullYear()); setTimeout(function () { E.reboot(); }, 5000);`;
  const { board, lines } = await bench(script, at());
  board.moveClock(YEARS);
  await board.clock.advance(1);
  await board.clock.advance(1);
  expect(lines).toEqual(["1970", "2026"]);
  await board.stop();
  board.moveClock(YEARS); // no power, no clock
  await board.start();
  expect(lines).toEqual(["1970", "2026", "1970"]);
});

it("a watch reports the chip's own time", async () => {
  const { board, lines } = await bench(
    `setWatch(function (e) { print(Math.abs(e.time - getTime()) < 1); }, 4, { repeat: true });`,
    at(),
  );
  board.setLevel(4, 1);
  board.moveClock(YEARS);
  await board.clock.advance(1);
  board.setLevel(4, 0);
  await board.clock.advance(1);
  expect(lines.at(-1)).toBe("true");
});
