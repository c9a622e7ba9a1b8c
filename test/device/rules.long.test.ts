/** A greenhouse that follows its rules on the virtual board: without a platform, over a clock that jumps, and a restart. */

import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Board, Rule } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import type { ServerSide } from "../../scripts/stage/server-side.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { equipped } from "../support/equipped.ts";

const GREENHOUSE = shipped("esp32-greenhouse");
const SCRIPT = await buildScript(GREENHOUSE);

/** Sources of own code, of which only `lux` is a number. */
const SOURCES = ["bad", "text", "lux", "none"];

/** What a source and 0 are compared for, and the command if it holds. */
function compared(source: string, operator: ">" | "<=", command: string): Rule {
  return { when: { condition: { kind: "compare", left: source, operator, right: 0 }, hold: 0 }, command };
}

const WITH_CODE: Board = {
  ...equipped("plain", {
    parts: { lamp: { kind: "light", pin: 2 }, pump: { kind: "switch", pin: 26 } },
    words: {},
    streams: [{ id: "uptime", source: "uptime", period: 600 }],
  }),
  name: "ruled-code",
  code: { file: resolve("test/support/ruled-code.ts"), starts: false, sources: SOURCES, commands: [] },
  rules: [
    ...SOURCES.map((source) => compared(source, ">", "pump on")),
    ...SOURCES.map((source) => compared(source, "<=", "pump off")),
  ],
};
const SCRIPT_WITH_CODE = await buildScript(WITH_CODE);

const [PUMP, FAN, AIR, SOIL] = [26, 27, 4, 34];
/** Levels of dry and of wet earth. */
const [DRY, WET] = [0.75, 0.35];
const HOUR = 3_600_000;
/** 2026-01-01 in ms since 1970: 08:00 in the board's zone. */
const START = 1_767_225_600_000;

let stage: Stage | undefined;
let device: VirtualBoard;
/** The console, and each change of the pump, with the time since the board was switched on, in s. */
let lines: string[];
let pumped: string[];

function watch(made: VirtualBoard): void {
  device = made;
  lines = [];
  pumped = [];
  device.on("console", (line) => lines.push(line));
  device.on("pin", ({ pin, value }) => {
    if (pin === PUMP) pumped.push(`${Math.round(device.uptime() / 1000)} ${value}`);
  });
}

async function set(board: Board, script: string): Promise<Stage> {
  const made = (stage = await setStage(board, script));
  watch(made.device);
  return made;
}

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const pass = (seconds: number) => device.clock.advance(seconds * 1000);
const level = (pin: number) => device.pin(pin).value;
const ruled = () => lines.filter((line) => line.startsWith("Rule "));

async function goOnline(): Promise<void> {
  await device.start();
  for (let s = 0; s < 20 && stage?.server.isReady() !== true; s++) await pass(1);
}

describe("a greenhouse", () => {
  let server: ServerSide;
  beforeEach(async () => {
    ({ server } = await set(GREENHOUSE, SCRIPT));
    server.time.isSilent = true; // no time of day comes in between
    device.sensors.disturb(AIR, "away");
  });

  it("waters once its earth has been dry for a minute, for half a minute", async () => {
    device.setAnalog(SOIL, DRY);
    await goOnline();
    await pass(120);
    expect(ruled()).toEqual(["Rule 1: pump on", "Rule 1: pump off"]);
    expect(pumped).toEqual(["0 0", "61 1", "91 0"]);
    await pass(600);
    expect(ruled()).toHaveLength(2); // dry all the time: watered once
    device.setAnalog(SOIL, WET);
    await pass(2);
    device.setAnalog(SOIL, DRY);
    await pass(61);
    expect(level(PUMP)).toBe(1);
  });

  it("waters while the platform is away, and by the setting that it had from it", async () => {
    device.setAnalog(SOIL, 0.5); // 60 %
    await goOnline();
    await server.command("dryBelow 70", 10_000);
    await server.stop();
    await pass(62);
    expect(ruled()).toEqual(["Rule 1: pump on"]);
    await pass(30);
    expect(ruled()).toEqual(["Rule 1: pump on", "Rule 1: pump off"]);
  });

  it("never waters for longer than longestOn, whoever switched it on, though the clock jumps", async () => {
    device.setAnalog(SOIL, WET);
    await goOnline();
    await server.command("pump on", 10_000);
    const [, begun = ""] = pumped;
    await server.stop();
    await pass(60);
    device.moveClock(50 * HOUR);
    await pass(65);
    expect(level(PUMP)).toBe(0);
    const [, , ended = ""] = pumped;
    expect(parseInt(ended, 10) - parseInt(begun, 10)).toBeLessThanOrEqual(121);
    expect(lines).toContain("pump: off after 120 s");
  });

  it("does not lose a rule's time to a clock that jumps", async () => {
    device.setAnalog(SOIL, DRY);
    await goOnline();
    await pass(20);
    device.moveClock(50 * HOUR);
    await pass(45);
    expect(ruled()).toEqual(["Rule 1: pump on"]);
    device.moveClock(-HOUR);
    await server.command("fan", 10_000); // what arrives makes up for a clock that went back
    await pass(31);
    expect(ruled()).toEqual(["Rule 1: pump on", "Rule 1: pump off"]);
  });

  it("is off after a restart in the middle, and waters again since it is still dry", async () => {
    device.setAnalog(SOIL, DRY);
    await goOnline();
    await pass(70);
    expect(level(PUMP)).toBe(1);
    await device.stop();
    device.setAnalog(SOIL, DRY);
    pumped.length = 0;
    await goOnline();
    await pass(100);
    expect(pumped).toEqual(["0 0", "61 1", "91 0"]);
  });

  it("airs with a gap between on and off, and not by a sensor that is gone", async () => {
    device.setAnalog(SOIL, WET);
    await goOnline();
    await pass(70);
    expect(ruled()).toEqual([]);
    device.sensors.disturb(AIR, undefined);
    for (const [temperature, power] of [
      [31, 1],
      [29, 1],
      [27, 0],
      [29, 0],
      [31, 1],
    ] as const) {
      device.sensors.set(AIR, "temperature", temperature);
      await pass(65);
      expect([temperature, level(FAN)]).toEqual([temperature, power]);
    }
    expect(ruled()).toEqual(["Rule 2: fan 100", "Rule 3: fan off", "Rule 2: fan 100"]);
  });
});

describe("a time of day", () => {
  let platform: AnsweringPlatform;
  let time: TimeServer;
  /** How far the chip's clock is ahead of the time server's, in ms. */
  let ahead: number;

  beforeEach(async () => {
    const clock = createClock(START);
    platform = await startAnsweringPlatform();
    time = await startTimeServer(clock.now);
    const device = createVirtualBoard({
      script: SCRIPT,
      chip: GREENHOUSE.chip,
      clock,
      air: [{ ssid: GREENHOUSE.wifi.ssid, password: GREENHOUSE.wifi.password }],
      network: {
        [`${GREENHOUSE.onenet.server}:${GREENHOUSE.onenet.port}`]: platform.port,
        [`${GREENHOUSE.time?.server}:123/udp`]: time.port,
      },
    });
    device.setAnalog(SOIL, WET);
    device.sensors.disturb(AIR, "away");
    watch(device);
    ahead = 0;
  });
  afterEach(async () => {
    await device.stop();
    await time.close();
    await platform.close();
  });

  /** Turns the clock on to a time in the board's zone. */
  function turnTo(local: string): void {
    const ms = Date.parse(`${local}+08:00`) - device.clock.now() - ahead;
    device.moveClock(ms);
    ahead += ms;
  }

  /** The board has the time, and asks for it no more; it is so old that all that follows may act. */
  async function grow(minutes: number): Promise<void> {
    await device.start();
    await pass(5);
    expect(time.answered).toBe(1);
    time.isSilent = true;
    for (let minute = 0; minute < minutes; minute++) await pass(60);
    expect(ruled()).toEqual([]);
  }

  it("comes at its minute, and each day", async () => {
    await grow(5);
    turnTo("2026-01-02T07:29:55");
    await pass(3);
    expect(ruled()).toEqual([]);
    await pass(3);
    expect(ruled()).toEqual(["Rule 4: fan 50"]);
    expect(level(FAN)).toBe(0.5);
    turnTo("2026-01-02T18:59:55");
    await pass(10);
    expect(ruled()).toEqual(["Rule 4: fan 50", "Rule 5: fan off"]);
  });

  it("comes once, though the clock was wrong and the time comes again", async () => {
    await grow(5);
    turnTo("2026-01-02T07:29:55");
    await pass(10);
    time.isSilent = false;
    for (let minute = 0; minute < 20; minute++) await pass(60); // the clock is set back
    ahead = 0;
    turnTo("2026-01-02T07:29:55");
    for (let minute = 0; minute < 14; minute++) await pass(60);
    expect(ruled()).toEqual(["Rule 4: fan 50"]);
  });

  it("comes late if the clock jumps over it by up to an hour, and not at all if by more", async () => {
    await grow(80);
    turnTo("2026-01-02T07:00:00");
    await pass(10);
    turnTo("2026-01-02T08:15:00");
    await pass(10);
    expect(ruled()).toEqual(["Rule 4: fan 50"]);
    turnTo("2026-01-02T18:30:00");
    await pass(10);
    turnTo("2026-01-02T20:05:00");
    await pass(10);
    expect(ruled()).toEqual(["Rule 4: fan 50"]);
  });

  it.each([
    ["since the boot: then it acts", "2026-01-02T07:31:00", ["Rule 4: fan 50"]],
    ["before the boot: then it does not", "2026-01-02T07:35:00", []],
  ])("waits for the time, and may have passed %s", async (_name, local, expected) => {
    time.isSilent = true;
    await device.start();
    await pass(120);
    expect(ruled()).toEqual([]);
    ahead = device.uptime() - device.clock.now(); // unknown, the time counts from the start
    turnTo(local);
    await pass(70);
    expect(ruled()).toEqual(expected);
  });
});

it("sources of own code are compared as far as they are numbers", async () => {
  await set(WITH_CODE, SCRIPT_WITH_CODE);
  await goOnline();
  await pass(5);
  expect(ruled()).toEqual(["Rule 3: pump on"]);
  expect(lines.filter((line) => /Own code|Uncaught/.test(line))).toEqual([]);
});
