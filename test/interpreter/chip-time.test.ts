/** The shipped script on a real Espruino whose clock jumps, and whose connections block, as on a chip. */

import { createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { startOnEspruino, type Running } from "../../scripts/bench/interpreter.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { chipTime, WITHOUT_COMPILER, type ChipTime } from "./chip-time.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const DEVKIT = shippedMultiprotocol("esp32-devkit");
/** Pings every 2 s, so that a stopped tick is noticed soon. */
const BOARD = {
  ...DEVKIT,
  name: "devkit-that-pings",
  onenet: { ...DEVKIT.onenet, keepAlive: 10, pingPeriod: 2 },
};
const TOPIC = BOARD.onenet.topics[0] ?? "";

/** In s. */
const HOUR = 3600;
/** Too many for an interval to catch up with. The clock ends in 2037, which 32 bits can hold. */
const YEARS = 18 * 365 * 24 * HOUR;

interface Stage {
  readonly espruino: Running;
  readonly platform: AnsweringPlatform;
  readonly time: ChipTime;
  /** Wi-Fi gets an address: an event from the chip's driver, not from a timer. */
  join(): void;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(context: TestContext, options: { connectDelay?: number } = {}): Promise<Stage> {
  if (!ESPRUINO) return context.skip(WITHOUT);
  const time = await chipTime(ESPRUINO, options);
  if (!time) return context.skip(WITHOUT_COMPILER);
  closing.push(() => time.remove());
  const platform = await startAnsweringPlatform();
  closing.push(() => platform.close());
  // The server returns the board's own time, so that setting the clock is not a jump.
  const clock: TimeServer = await startTimeServer(() => time.now());
  closing.push(() => clock.close());
  let driver: Socket | undefined;
  const control = createServer((socket) => (driver = socket.on("error", () => undefined)));
  control.listen(0, "127.0.0.1");
  await once(control, "listening");
  closing.push(() => {
    driver?.destroy();
    control.close();
  });
  const script =
    standIns(platform.port, clock.port) +
    `(function() {
  var wifi = require("Wifi"), on = wifi.on, connected;
  wifi.on = function(event, listener) { if (event === "connected") connected = listener; on(event, listener); };
  wifi.connect = function() {};
  realNet.connect({ host: "127.0.0.1", port: ${(control.address() as AddressInfo).port} }).on("data", function() {
    connected({ ip: "127.0.0.1" });
  });
})();
` +
    (await buildScript(BOARD));
  const espruino = await startOnEspruino(ESPRUINO, script, time.environment);
  closing.push(() => espruino.stop());
  await espruino.next(/^Wi-Fi: joining/);
  if (!driver) await once(control, "connection");
  return { espruino, platform, time, join: () => driver?.write("x") };
}

/** Commands are obeyed, changes are reported, and pings are sent. */
async function isAlive({ espruino, platform }: Stage, word: "on" | "off"): Promise<void> {
  const { data } = platform;
  const reports = data.length;
  platform.command(TOPIC, word);
  await espruino.next(word === "on" ? /^PIN 2 1$/ : /^PIN 2 0$/);
  await platform.until(() => data.slice(reports).some((text) => text.includes('"switch"')));
  const before = platform.pings();
  await platform.until(() => platform.pings() >= before + 2);
}

/** One log-in, and no error lines. */
function seesNoTrouble({ espruino, platform }: Stage): void {
  expect(platform.logIns()).toBe(1);
  const { lines } = espruino;
  expect(lines.filter((line) => /next try|reboot|full|Uncaught|no answer/.test(line))).toEqual([]);
}

describe.each([
  ["18 years on", YEARS],
  ["an hour on", HOUR],
  ["an hour back", -HOUR],
])("the clock moves %s [chip F1]", (_name, seconds) => {
  it("at boot: the board logs in once, obeys, reports and pings", async (context) => {
    const stage = await start(context);
    await stage.time.move(seconds);
    stage.join();
    await stage.espruino.next(/^OneNET: online/);
    await isAlive(stage, "on");
    seesNoTrouble(stage);
  });

  it("while it logs in", async (context) => {
    const stage = await start(context);
    const { platform } = stage;
    platform.hold();
    stage.join();
    await platform.until(() => platform.logIns() > 0);
    await stage.time.move(seconds);
    platform.accept();
    await stage.espruino.next(/^OneNET: online/);
    await isAlive(stage, "on");
    seesNoTrouble(stage);
  });

  it("while it is online", async (context) => {
    const stage = await start(context);
    stage.join();
    await stage.espruino.next(/^OneNET: online/);
    await isAlive(stage, "on");
    await stage.time.move(seconds);
    await isAlive(stage, "off");
    seesNoTrouble(stage);
  });
});

it("setting the clock back an hour stops every timer; the end of the link restarts them, and nothing is lost [chip F1]", async (context) => {
  const stage = await start(context);
  const { espruino, platform } = stage;
  stage.join();
  await espruino.next(/^OneNET: online/);
  await isAlive(stage, "on");
  await stage.time.move(-HOUR);
  platform.cut(); // as the platform does after one and a half keep alives
  await espruino.next(/^OneNET: link lost/);
  await espruino.next(/^OneNET: online/);
  await isAlive(stage, "off");
  expect(platform.logIns()).toBe(2);
  expect(espruino.lines.filter((line) => /reboot|full|Uncaught/.test(line))).toEqual([]);
});

it("a connection that blocks for 12 s, with CONNACK 0.3 s later, is online at the first try [chip F7]", async (context) => {
  const stage = await start(context, { connectDelay: 12 });
  const { platform } = stage;
  platform.hold();
  stage.join();
  await platform.until(() => platform.logIns() > 0);
  await setTimeout(300);
  platform.accept();
  await stage.espruino.next(/^OneNET: online/);
  await isAlive(stage, "on");
  seesNoTrouble(stage);
});
