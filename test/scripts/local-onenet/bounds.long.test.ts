/** The local OneNET's bounds under load. */

import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { heapInUse } from "../../../scripts/bench/heap.ts";
import { openLoad } from "../../../scripts/bench/publishers.ts";
import { NOTHING_KEPT } from "../../../scripts/local-onenet/data.ts";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { LIMITS } from "../../../scripts/local-onenet/limits.ts";
import { createRoom } from "../../../scripts/local-onenet/room.ts";
import { createStore } from "../../../scripts/local-onenet/store.ts";
import { connectPacket, dpFrame, hex, LAMP, logIn, next, openWire, startPlatform } from "./wire.ts";

async function ownPlatform(): Promise<LocalOneNet> {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  return platform;
}

test("1000 connections are accepted by default, and all are served", async () => {
  const devices = Array.from({ length: LIMITS.connections }, (_, i) => ({
    ...LAMP,
    device: `${500_000_001 + i}`,
  }));
  const platform = await startLocalOneNet({ devices });
  onTestFinished(() => platform.close());
  const publishers = devices.map(({ device, product, authInfo }) => ({
    clientId: device,
    userName: product,
    password: authInfo,
  }));
  const load = await openLoad(platform.mqttPort, publishers, "$dp", dpFrame(3, '{"t":1}'));
  onTestFinished(() => load.close());
  const extra = await openWire(platform.mqttPort);
  expect(await extra.closed).toBe("");
  load.publishOnce();
  await expect.poll(() => load.acknowledged()).toBe(1000);
  expect(devices.map(({ device }) => platform.datapoints(device, "t").length)).toEqual(devices.map(() => 1));
});

test("data within the devices' own bounds fits in Node's memory", () => {
  const room = createRoom(LIMITS.kept, () => undefined);
  const store = createStore(LIMITS, room, NOTHING_KEPT, []);
  const before = heapInUse();
  const values = [
    "x".repeat(60_000),
    Array<number>(20_000).fill(1),
    Array.from({ length: 5000 }, () => ({})),
  ];
  for (let device = 0; device < 40; device++) {
    for (let turn = 0; turn < 20; turn++) {
      const value = structuredClone(values[turn % 3] ?? 0);
      store.add(`d${device}`, `s${turn % 10}`, { value, at: "" });
    }
  }
  expect(heapInUse() - before).toBeLessThan(3 * LIMITS.kept);
  expect(store).toBeDefined(); // it is in use until here
});

test("no bytes from a device stop the platform", async () => {
  const platform = await ownPlatform();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (packets, loggedIn) => {
        const wire = loggedIn ? await logIn(platform) : await openWire(platform.mqttPort);
        for (const [first, body] of packets) {
          wire.send(Buffer.concat([Buffer.from([first, body.length]), body]));
        }
        wire.socket.end();
        await wire.closed;
      },
    ),
    { numRuns: 150 },
  );
  const wire = await logIn(platform);
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
});

test("the QoS 2 messages of a lost session do not fill the memory", async () => {
  const platform = await ownPlatform();
  const connect = connectPacket({ ...LAMP, password: LAMP.authInfo }, { flags: 0xc0 });
  const payload = "x".repeat(60_000);
  const before = process.memoryUsage().external;
  let id = 0;
  for (let connection = 0; connection < 5; connection++) {
    const wire = await openWire(platform.mqttPort);
    wire.send(connect);
    expect(await wire.read(3)).toMatch(/^2002/);
    await wire.read(1);
    for (let count = 0; count < 90; count++) {
      id++;
      const topic = Buffer.from([0, 1, 0x74, id >> 8, id & 0xff]);
      wire.send(Buffer.concat([hex("34 e5 d4 03"), topic, Buffer.from(payload)]));
      expect(await wire.read(4)).toMatch(/^5002/);
    }
    const gone = next(platform, "offline");
    wire.socket.destroy();
    await gone;
  }
  const kept = () => {
    heapInUse(); // It collects the garbage first.
    return process.memoryUsage().external - before;
  };
  await expect.poll(kept, { timeout: 4000, interval: 200 }).toBeLessThan(50 * payload.length);
});
