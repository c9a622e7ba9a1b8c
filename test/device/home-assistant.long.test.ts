/** What a board with parts tells Home Assistant, and the states that the broker keeps for it. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { discoveryOf } from "../../scripts/boards/home-assistant.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { announced } from "../support/equipped.ts";

const BOARD = announced();
const SCRIPT = await buildScript(BOARD);
const DISCOVERY = discoveryOf(BOARD);
if (!DISCOVERY) throw new Error("the board announces nothing");

let broker: PlainBroker;
let device: VirtualBoard;
let console: Console;
/** Messages from the board, as `topic payload`. */
let messages: string[];

beforeEach(async () => {
  broker = await startPlainBroker();
  messages = [];
  broker.on("message", ({ clientId, topic, payload }) => {
    if (clientId !== undefined) messages.push(`${topic} ${payload.toString()}`);
  });
  device = createBoardAt(BOARD, SCRIPT, broker.port);
  device.sensors.connect(4, ["dht22"]);
  console = watchConsole(device);
  await device.start();
  await kept("fan/state", "off");
});
afterEach(async () => {
  await device.stop();
  await broker.close();
});

/** The broker keeps a text, without any more time on the board. */
async function kept(topic: string, text: string): Promise<void> {
  await expect.poll(() => broker.retained.get(`home/lamp/${topic}`)?.toString()).toBe(text);
}

/** A second later the states are those of the pins. */
async function agree(): Promise<void> {
  await device.clock.advance(1000);
  const isOn = (pin: number) => device.pin(pin).value === 1;
  await kept("state", isOn(2) ? "on" : "off");
  await kept("led/state", isOn(2) ? "on" : "off");
  await kept("pump/state", isOn(26) ? "off" : "on");
}

async function send(command: string): Promise<void> {
  await broker.publish("home/lamp/set", command);
  await console.next(/^Command: /);
}

it("is kept whole by the broker, in Chinese, with accents and emoji", async () => {
  await device.clock.advance(1000);
  await expect.poll(() => broker.retained.get(DISCOVERY.topic)?.toString()).toBe(DISCOVERY.payload);
  const { dev } = JSON.parse(DISCOVERY.payload) as { dev: { name: string } };
  expect(dev.name).toBe('温室 "Käfer" 🌱');
});

it("is sent again, and everything measured again, when Home Assistant has started", async () => {
  await device.clock.advance(1000);
  const sent = () => messages.filter((line) => line.startsWith("homeassistant/")).length;
  const reported = () => messages.filter((line) => line.startsWith("home/lamp/data ")).length;
  await expect.poll(sent).toBe(1);
  await device.clock.advance(60_000); // data points wait for the time of day
  await expect.poll(reported).toBe(1);
  await broker.publish("homeassistant/status", "online");
  await expect.poll(() => messages.filter((line) => line === "home/lamp/fan/state off").length).toBe(2);
  await device.clock.advance(2000);
  await expect.poll(sent).toBe(2);
  await expect.poll(reported).toBe(2);
});

it("states are those of the pins a second after a command, own code, a button, a timeout and a power cut", async () => {
  await send("pump on");
  await send("on");
  await agree();
  expect(device.pin(26).value).toBe(0);
  await send("write 0");
  await agree();
  await send("dance");
  await agree();
  device.setLevel(13, 0);
  await device.clock.advance(60);
  device.setLevel(13, 1);
  await agree();
  expect(device.pin(2).value).toBe(1);
  await kept("key/state", "1");
  device.setLevel(14, 0);
  await device.clock.advance(1000);
  await kept("door/state", "closed");
  await send("fan 40");
  await kept("fan/state", "40%");
  await device.clock.advance(31_000);
  expect(device.pin(26).value).toBe(1);
  await agree();
  await send("pump on");
  await agree();
  await device.stop();
  await kept("status", "offline");
  await device.start();
  await kept("status", "online");
  await kept("fan/state", "off");
  await agree();
  await kept("pump/state", "off");
});

it("a sensor with several values has JSON, with null for what cannot be measured", async () => {
  device.sensors.set(4, "temperature", -3.5);
  device.sensors.set(4, "humidity", 40);
  await device.clock.advance(62_000);
  await kept("air/state", '{"temperature":-3.5,"humidity":40}');
  device.sensors.disturb(4, "away");
  await device.clock.advance(62_000);
  await kept("air/state", '{"temperature":null,"humidity":null}');
});

it("a measured value is published once a period, and after a command", async () => {
  device.setAnalog(34, 0.5);
  await device.clock.advance(30_000);
  await kept("soil/state", "0");
  await device.clock.advance(31_000);
  await kept("soil/state", "50");
  device.setAnalog(34, 0.75);
  await send("fan 40");
  await kept("soil/state", "75");
});
