import { expect, it, onTestFinished } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import { connectParts, disturbSensor } from "../../../scripts/stage/connect-parts.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { watchBoard } from "../../../scripts/web-console/board-watch.ts";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import type { BoardChange } from "../../../scripts/web-console/protocol.ts";
import { plain } from "../../support/boards.ts";
import { boardOf, equipped } from "../../support/equipped.ts";

/** What a program for these parts reads, without one. */
const READS = `
  pinMode(13, "input_pullup"); setWatch(print, 13, { edge: "both", repeat: true });
  digitalRead(36); analogRead(34); digitalRead(21); digitalRead(4);
  var wire = new OneWire(15); wire.reset(); wire.skip(); wire.write(0x44);
  I2C1.setup({ sda: 21, scl: 22 });
  for (var address = 0x76; address < 0x78; address++) { I2C1.writeTo(address, 0xf4, 0x25); I2C1.writeTo(address, 0xf7); I2C1.readFrom(address, 8); }
`;

const SENSORS = {
  pump: { kind: "switch", pin: 26, activeLow: true },
  key: { kind: "button", pin: 13, activeLow: false },
  way: { kind: "motion", pin: 36, activeLow: true },
  soil: { kind: "analog", pin: 34, from: [0.8, 0.3], to: [0, 100], unit: "%" },
  water: { kind: "ds18b20", pin: 15, count: 2 },
  room: { kind: "bme280", sda: 21, scl: 22, address: "0x76" },
  roof: { kind: "bmp280", sda: 21, scl: 22, address: "0x77", report: 0 },
  dryBelow: { kind: "setting", default: 30, unit: "%" },
};

async function watch(board: Board, script: string) {
  const clock = createClock(Date.UTC(2026, 0));
  const device: VirtualBoard = createVirtualBoard({ script, chip: "esp32", clock });
  connectParts(board, device);
  const feed = createFeed();
  watchBoard(feed, "b", board, device);
  onTestFinished(async () => {
    feed.close();
    await device.stop();
  });
  await device.start();
  await clock.advance(1000);
  const view = () => {
    const found = feed.board("b");
    if (!found) throw new Error("no board");
    return found;
  };
  return { device, feed, view };
}

it("shows whether a board sleeps, and what it has used", async () => {
  const board = plain({ sleep: { every: 60 } });
  const { device, view } = await watch(board, "setTimeout(() => ESP32.deepSleep(60e6), 400);");
  const { clock } = device;
  expect(view()).toMatchObject({ isOnline: false, sleep: { isAsleep: true, sleeps: 1, awake: 400 } });
  await clock.advance(59_600);
  expect(view().sleep).toMatchObject({ isAsleep: false, sleeps: 1, asleep: 60_000, flashWrites: 0 });
  await clock.advance(1000);
  expect(view().sleep).toMatchObject({ isAsleep: true, sleeps: 2, awake: 800, asleep: 60_000 });
});

it("shows each input as that of its part, at rest whatever its polarity", async () => {
  const board = equipped("multiprotocol", { led: { kind: "gpio", pin: 2 }, parts: SENSORS, words: {} });
  const { view } = await watch(board, READS);
  const { inputs, parts } = view();
  expect(parts.map(({ name, kind, pins, preset }) => [name, kind, pins, preset])).toEqual([
    ["pump", "switch", "26", ""],
    ["key", "button", "13", ""],
    ["way", "motion", "36", ""],
    ["soil", "analog", "34", ""],
    ["water", "ds18b20", "15", ""],
    ["room", "bme280", "21, 22", ""],
    ["roof", "bmp280", "21, 22", ""],
    ["dryBelow", "setting", "", "30"],
  ]);
  expect(
    inputs.map(({ part, index, quantity, rest, value, stream }) =>
      [part, index, quantity, rest, value, stream].join(" "),
    ),
  ).toEqual([
    "key 0 level 0 0 key",
    "way 0 level 1 1 way",
    "soil 0 analog 0 0 soil",
    " 0 level 0 0 ", // pin 4 belongs to no part; the levels of the buses are not shown
    "water 0 temperature 21 21 water_1",
    "water 1 temperature 21 21 water_2",
    "room 0 temperature 21 21 room_temperature",
    "room 0 pressure 1013.2 1013.2 room_pressure",
    "room 0 humidity 50 50 room_humidity",
    "roof 0 temperature 21 21 ",
    "roof 0 pressure 1013.2 1013.2 ",
  ]);
});

it("sends what a part does, and what is wrong with a sensor, when it changes", async () => {
  const board = equipped("multiprotocol", { parts: SENSORS, words: {} });
  const { device, feed, view } = await watch(board, `${READS} digitalWrite(26, 1);`);
  expect(view().states).toEqual([
    { does: "switch", isOn: false },
    null,
    null,
    null,
    { does: "measure", faults: ["none", "none"] },
    { does: "measure", faults: ["none"] },
    { does: "measure", faults: ["none"] },
    null,
  ]);
  const changes: BoardChange[] = [];
  const next = () =>
    new Promise<void>((resolve) => {
      const end = feed.listen(({ boards }) => {
        changes.push(...boards);
        end();
        resolve();
      });
    });
  let news = next();
  device.type("digitalWrite(26, 0)\n");
  await device.clock.advance(100);
  await news;
  expect(changes.map(({ states }) => states?.[0])).toEqual([{ does: "switch", isOn: true }]);
  changes.length = 0;
  news = next();
  device.type("digitalWrite(26, 0)\n"); // as before: no news
  await device.clock.advance(100);
  disturbSensor(board, device, "water", 1, "away");
  disturbSensor(board, device, "roof", 0, "damaged");
  await news;
  expect(changes).toHaveLength(1);
  expect(Object.keys(changes[0] ?? {}).toSorted()).toEqual(["id", "states"]);
  expect(changes[0]?.states?.slice(4, 7)).toEqual([
    { does: "measure", faults: ["none", "away"] },
    { does: "measure", faults: ["none"] },
    { does: "measure", faults: ["damaged"] },
  ]);
  disturbSensor(board, device, "water", 1, undefined);
  expect(view().states[4]).toEqual({ does: "measure", faults: ["none", "none"] });
  for (const [part, sensor] of [
    ["water", 2],
    ["water", -1],
    ["pump", 0],
    ["constructor", 0],
  ] as const)
    expect(() => disturbSensor(board, device, part, sensor, "away")).toThrow("no such sensor");
});

it("offers in a thing model only commands that a property can carry", () => {
  const feed = createFeed();
  onTestFinished(() => feed.close());
  const board = equipped("studio");
  watchBoard(feed, "b", board, createVirtualBoard({ script: "", chip: "esp32" }));
  const words = Object.fromEntries(
    (feed.board("b")?.parts ?? []).map(({ name, commands }) => [name, commands.words.join()]),
  );
  expect(words).toMatchObject({ pump: "on,off,toggle", bell: "on,off", lid: "", key: "", meter: "" });
});

it("names the analogue input of an ESP8266", () => {
  const feed = createFeed();
  onTestFinished(() => feed.close());
  const board = boardOf("small", {
    title: "small",
    chip: "esp8266",
    wifi: { ssid: "attic", password: "" },
    parts: { soil: { kind: "analog", pin: 0 } },
    mqtt: { server: "broker.example", topic: "attic" },
    streams: [],
  });
  watchBoard(feed, "b", board, createVirtualBoard({ script: "", chip: "esp8266" }));
  expect(feed.board("b")?.parts[0]?.pins).toBe("A0");
});
