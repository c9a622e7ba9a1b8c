/** The firmware with a clock that jumps, and with a time server that answers or does not. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";

/** The same as in src/device/time.ts, in ms; that module needs an interpreter. */
const ANSWER_TIME = 10_000;
const QUESTIONS = 3;
const AGAIN = 900_000;

const HOUR = 3_600_000;
const YEARS = 56 * 365 * 24 * HOUR;
const BOARD = shipped("esp32-devkit");
const TOPIC = BOARD.onenet.generation === "multiprotocol" ? (BOARD.onenet.topics[0] ?? "") : "";
/** 2026-01-01 in ms since 1970. */
const START = 1_767_225_600_000;

let platform: AnsweringPlatform;
let timeServer: TimeServer;
let device: VirtualBoard;
let console: Console;

beforeEach(async () => {
  const clock = createClock(START);
  platform = await startAnsweringPlatform();
  timeServer = await startTimeServer(clock.now);
  device = createVirtualBoard({
    script: await buildScript(BOARD),
    chip: BOARD.chip,
    clock,
    air: [{ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password }],
    network: {
      [`${BOARD.onenet.server}:${BOARD.onenet.port}`]: platform.port,
      [`${BOARD.time?.server}:123/udp`]: timeServer.port,
    },
  });
  console = watchConsole(device);
});
afterEach(async () => {
  await device.stop();
  await timeServer.close();
  await platform.close();
});

/** Commands are obeyed, changes are reported, and pings are sent. */
async function isAlive(word: "on" | "off"): Promise<void> {
  const reports = platform.data.length;
  const pings = platform.pings();
  platform.command(TOPIC, word);
  await console.next(new RegExp(`^Command: ${word}$`));
  await device.clock.advance(65_000);
  expect(device.pin(2).value).toBe(word === "on" ? 1 : 0);
  expect(platform.data.slice(reports).some((text) => text.includes('"switch"'))).toBe(true);
  expect(platform.pings()).toBeGreaterThan(pings);
}

function seesNoTrouble(): void {
  expect(platform.logIns()).toBe(1);
  expect(console.lines.filter((line) => /next try|reboot|full|Uncaught|no answer/.test(line))).toEqual([]);
}

describe.each([
  ["56 years on", YEARS],
  ["an hour on", HOUR],
  ["an hour back", -HOUR],
])("the clock moves %s [chip F1]", (_name, ms) => {
  it("at boot: the board logs in once, obeys, reports and pings", async () => {
    await device.start();
    device.moveClock(ms);
    await console.next(/^OneNET: online/, 10_000);
    await isAlive("on");
    seesNoTrouble();
  });

  it("while it logs in", async () => {
    platform.hold();
    await device.start();
    await console.next(/^OneNET: connecting/, 10_000);
    await platform.until(() => platform.logIns() > 0);
    device.moveClock(ms);
    platform.accept();
    await console.next(/^OneNET: online/, 10_000);
    await isAlive("on");
    seesNoTrouble();
  });

  it("while it is online", async () => {
    await device.start();
    await console.next(/^OneNET: online/, 10_000);
    await isAlive("on");
    device.moveClock(ms);
    await isAlive("off");
    seesNoTrouble();
  });
});

describe("the time of day", () => {
  it("comes from the server, and is requested again long before a day is over [chip F3] [chip F6]", async () => {
    await device.start();
    await console.next(/^OneNET: online/, 10_000);
    await device.clock.advance(2000);
    expect(platform.data.join()).toContain('"at":"2026-01-01 08:00:0');
    expect(timeServer.asked).toBe(1);
    await device.clock.advance(AGAIN * 4);
    expect(timeServer.asked).toBe(5);
    seesNoTrouble();
  });

  it("corrects a wrong clock this way", async () => {
    await device.start();
    await console.next(/^OneNET: online/, 10_000);
    device.moveClock(YEARS);
    await device.clock.advance(AGAIN + 65_000);
    expect(platform.data.at(-1)).toContain('"at":"2026-01-01 08:1');
    seesNoTrouble();
  });

  it("is reported missing without an answer: data points go without a time until it arrives", async () => {
    timeServer.isSilent = true;
    await device.start();
    await console.next(/^OneNET: online/, 10_000);
    await device.clock.advance(ANSWER_TIME * QUESTIONS - 2000);
    expect(platform.data).toEqual([]);
    await console.next(/^Time: no answer from ntp\.aliyun\.com: check time\.server in the board file$/, 5000);
    await device.clock.advance(2000);
    expect(platform.data.length).toBeGreaterThan(0);
    expect(platform.data.join()).not.toContain('"at"');
    timeServer.isSilent = false;
    await device.clock.advance(AGAIN + 65_000);
    expect(platform.data.at(-1)).toContain('"at":"2026-01-01 08:1');
  });

  it("cannot be set by anyone who has not seen the question", async () => {
    timeServer.change = (answer) => {
      answer.write("notnonce", 24, "latin1");
      return answer;
    };
    await device.start();
    await console.next(/^Time: no answer/, ANSWER_TIME * (QUESTIONS + 1));
  });
});
