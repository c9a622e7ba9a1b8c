/** Deep sleep, and what a board uses. */
import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { bench, output } from "./lib.ts";

/** 2026-01-01 in ms since 1970. */
const START = 1_767_225_600_000;

const WAKES = `
  print("cause " + ESP32.getWakeupCause() + ", RAM " + typeof kept + ", clock " + Math.round(Date.now() / 1000));
  global.kept = 1;`;

describe("ESP32.deepSleep", () => {
  it("ends the program, and starts it anew when the time is up; the clock goes on", async () => {
    const clock = createClock(START);
    const { board, lines } = await bench(
      `${WAKES} setTimeout(function () { print("late"); }, 5000);
       setTimeout(function () { ESP32.deepSleep(60e6); print("never"); }, 1000);`,
      { clock },
    );
    expect(lines).toEqual(["cause 0, RAM undefined, clock 0"]);
    await clock.advance(1_000);
    expect(board.isAsleep()).toBe(true);
    await clock.advance(59_999);
    expect(lines).toHaveLength(1);
    await clock.advance(1);
    expect(board.isAsleep()).toBe(false);
    expect(lines.slice(1)).toEqual(["cause 4, RAM undefined, clock 61"]);
    await clock.advance(61_000);
    expect(lines.slice(2)).toEqual(["cause 4, RAM undefined, clock 122"]);
  });

  it("keeps the time that was set", async () => {
    const clock = createClock(START);
    const { lines } = await bench(
      `print("at " + Math.round(Date.now() / 1000));
       if (!ESP32.getWakeupCause()) { setTime(1800000000); ESP32.deepSleep(10e6); }`,
      { clock },
    );
    await clock.advance(10_000);
    expect(lines).toEqual(["at 0", "at 1800000010"]);
  });

  it("never wakes from more than 31 bits of microseconds [chip F44]", async () => {
    const clock = createClock(START);
    const faults: string[] = [];
    const { board } = await bench(`setTimeout(function () { ESP32.deepSleep(2147483648); }, 1);`, { clock });
    board.on("fault", (text) => faults.push(text));
    await clock.advance(1);
    expect(faults).toEqual([expect.stringContaining("31 bits")]);
    await clock.advance(100_000_000);
    expect(board.isAsleep()).toBe(true);
  });

  it("sleeps in real time, too", async () => {
    const { seen } = await bench(`${WAKES} if (!ESP32.getWakeupCause()) ESP32.deepSleep(20000);`);
    expect(await seen("cause 4")).toBeTruthy();
  });

  it("is over when the power is off", async () => {
    const clock = createClock(START);
    const { board, lines } = await bench(`${WAKES} ESP32.deepSleep(10e6);`, { clock });
    await board.stop();
    await board.start();
    expect(lines).toEqual(["cause 0, RAM undefined, clock 0", "cause 0, RAM undefined, clock 0"]);
  });
});

describe("ESP32.deepSleepExt0", () => {
  const BY_PIN = `${WAKES} if (!ESP32.getWakeupCause()) ESP32.deepSleepExt0(D33, 1);`;

  it("wakes the chip at a level, and not by time", async () => {
    const clock = createClock(START);
    const { board, lines } = await bench(BY_PIN, { clock });
    await clock.advance(1_000_000);
    board.setLevel(33, 0);
    await clock.advance(1_000);
    expect(board.isAsleep()).toBe(true);
    board.setLevel(33, 1);
    await clock.advance(0);
    expect(lines.slice(1)).toEqual(["cause 2, RAM undefined, clock 1001"]);
  });

  it("wakes it at once if the level is there already", async () => {
    const clock = createClock(START);
    const { board, lines } = await bench(BY_PIN, { clock });
    board.setLevel(33, 1);
    await clock.advance(0);
    expect(lines).toHaveLength(2);
  });

  it.each(["esp32", "esp32c3"] as const)("refuses a pin that cannot wake %s [chip F45]", async (chip) => {
    const lines = await output(
      `try { ESP32.deepSleepExt0(D5, 1); } catch (e) { print(e.message); } print("done");`,
      { chip },
    );
    expect(lines).toEqual(["Invalid pin"]);
  });
});

describe("ESP8266.deepSleep", () => {
  it("wakes by its reset pin, and its clock begins anew", async () => {
    const clock = createClock(START);
    const { lines } = await bench(
      `var reason = ESP8266.getResetInfo().reason; print(reason + ", clock " + Math.round(Date.now()));
       if (reason == "power on") { setTime(1800000000); ESP8266.deepSleep(60000000, 0); }`,
      { clock, chip: "esp8266" },
    );
    await clock.advance(60_000);
    expect(lines).toEqual(["power on, clock 0", "deep sleep, clock 0"]);
  });

  it("takes integers only", async () => {
    const lines = await output(
      `try { ESP8266.deepSleep(3e9); } catch (e) { print(e.message); } print("done");`,
      { chip: "esp8266" },
    );
    expect(lines).toEqual(["Invalid microseconds"]);
  });
});

it("counts what it uses", async () => {
  const clock = createClock(START);
  const { board } = await bench(
    `require("Wifi").connect("home", {});
     require("Storage").write("a", "12345678");
     setTimeout(function () { require("Storage").erase("a"); ESP32.deepSleep(10e6); }, ESP32.getWakeupCause() ? 500 : 2000);`,
    { clock, air: [{ ssid: "home" }] },
  );
  await clock.advance(2_000 + 10_000 + 500 + 10_000);
  const { awake, asleep, radio, sleeps, longestAwake, flashWrites, flashBytes, flashErases } = board.usage();
  expect({ awake, asleep, radio, sleeps, longestAwake }).toEqual({
    awake: 2_500,
    asleep: 20_000,
    radio: 2_500,
    sleeps: 2,
    longestAwake: 2_000,
  });
  // A third start wrote once more.
  expect({ flashWrites, flashBytes, flashErases }).toEqual({
    flashWrites: 5,
    flashBytes: 3 * (32 + 8) + 2 * 4,
    flashErases: 0,
  });
});
