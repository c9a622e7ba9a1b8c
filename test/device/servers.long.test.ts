/** A board with two servers: which one it goes to, and that no report is lost on the way. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { SEVERAL_SERVERS as BOARD } from "../exchanges/servers.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

const SCRIPT = await buildScript(BOARD);
const USER = { user: { name: "teacher", password: "a password for tests" } };
const HOUR = 3_600_000;
const TO_FIRST = /^OneNET: connecting to broker\.example:1883$/;
const TO_SECOND = /^OneNET: connecting to second\.example:1884$/;
const ONLINE = /^OneNET: online$/;

let first: PlainBroker;
let second: PlainBroker;
let device: VirtualBoard;
let console: Console;
/** The counts of commands that arrived at either broker. */
let arrived: number[];
/** How often the board was ready for commands. */
let ready: number;

beforeEach(async () => {
  first = await startPlainBroker(USER);
  second = await startPlainBroker(USER);
  arrived = [];
  ready = 0;
  for (const broker of [first, second])
    broker.on("message", ({ topic, payload }) => {
      if (topic === "home/lamp/status" && String(payload) === "online") ready++;
      const { switch: count } = topic === "home/lamp/data" ? read(payload) : {};
      if (count !== undefined) arrived.push(count);
    });
  device = createVirtualBoard({
    script: SCRIPT,
    chip: BOARD.chip,
    air: [{ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password }],
    network: { "broker.example:1883": first.port, "second.example:1884": second.port },
  });
  console = watchConsole(device);
});
afterEach(async () => {
  await device.stop();
  await first.close();
  await second.close();
});

function read(payload: Buffer): { switch?: number } {
  return JSON.parse(payload.toString()) as { switch?: number };
}

async function isReady(times: number): Promise<void> {
  await console.next(ONLINE);
  await expect.poll(() => ready).toBe(times);
}

/** Lets time pass until a count has arrived: the board waits between reports. */
async function arrives(count: number): Promise<void> {
  for (let s = 0; s < 60 && !arrived.includes(count); s++) await device.clock.advance(1000);
  expect(arrived).toContain(count);
}

async function command(broker: PlainBroker): Promise<void> {
  await broker.publish("home/lamp/set", "toggle");
  await console.next(/^Command: /);
}

it("goes to the second in seconds when the first is gone, loses no report, and comes back after an hour", async () => {
  await device.start();
  await console.next(TO_FIRST);
  await isReady(1);
  await command(first);
  await arrives(1);
  await device.clock.advance(60_000);
  const before = device.clock.now();
  await first.stop();
  await console.next(/^OneNET: link lost: closed by the server; next try in 1 s$/);
  await console.next(TO_FIRST, 2000); // it worked
  await console.next(/^OneNET: no connection: refused or unreachable; next try in [12] s$/);
  await console.next(TO_SECOND, 3000);
  await isReady(2);
  expect(device.clock.now() - before).toBeLessThan(BOARD.reconnect.maximum * 1000);
  for (const count of [2, 3]) {
    await command(second);
    await arrives(count);
  }
  await first.start();
  await device.clock.advance(60_000);
  device.air.drop();
  await console.next(TO_SECOND, 10_000); // remembered
  await isReady(3);
  await device.clock.advance(HOUR);
  device.air.drop();
  await console.next(TO_FIRST, 10_000);
  await isReady(4);
  await command(first);
  await arrives(4);
  expect(new Set(arrived)).toEqual(new Set([1, 2, 3, 4]));
});
