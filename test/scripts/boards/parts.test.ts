/** Parts of a board file: what a checked board has of them. */

import { describe, expect, test } from "vitest";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { loadBoard } from "../../../scripts/boards/index.ts";
import {
  accepts,
  commandsOf,
  PART_KINDS,
  pinsOf,
  takes,
  valuesOf,
  type Part,
} from "../../../scripts/boards/parts.ts";
import { boardOf } from "../../support/equipped.ts";
import { boardFolder, COMPLETE, MQTT, refusal, STUDIO, SUITE } from "./board-folder.ts";

/** One part of each kind, on an ESP32. */
const EVERY = {
  lamp: { kind: "light", pin: 4 },
  spot: { kind: "light", pin: 5, dim: true, activeLow: true },
  strip: { kind: "light", driver: "ws2812", pin: 17, count: 3, on: "#320000" },
  pump: { kind: "switch", pin: 26, activeLow: true, atBoot: "last", longestOn: 600 },
  fan: { kind: "dimmer", pin: 32 },
  lid: { kind: "servo", pin: 27 },
  bell: { kind: "buzzer", pin: 25 },
  key: { kind: "button", pin: 13, press: "lamp toggle", hold: "pump off" },
  door: { kind: "contact", pin: 14, openIs: 1 },
  way: { kind: "motion", pin: 36 },
  soil: { kind: "analog", pin: 34, from: [0.8, 0.3], to: [0, 100], unit: "%" },
  meter: { kind: "counter", pin: 16 },
  dryBelow: { kind: "setting", default: 30, unit: "%" },
  note: { kind: "setting", default: "hello", longest: 12 },
  auto: { kind: "setting", default: false },
  inside: { kind: "dht11", pin: 18 },
  air: { kind: "dht22", pin: 19 },
  water: { kind: "ds18b20", pin: 23, count: 2 },
  room: { kind: "bme280", sda: 21, scl: 22 },
  yard: { kind: "bmp280", sda: 21, scl: 22, address: "0x77" },
  blind: { kind: "own", type: "number", unit: "%" },
  gate: { kind: "own", type: "switch" },
  label: { kind: "own", type: "text" },
  depth: { kind: "own", type: "number", from: -5, to: 400 },
  wet: { kind: "own", type: "switch" },
};

/** The code of the own parts: some can be set, and one has commands. */
const CODE = `import type { BoardCode } from "onenet-espruino";
const set = () => undefined;
export default {
  parts: {
    blind: { read: () => 0, set, commands: { stop() {}, "slow-down": () => undefined } },
    gate: { read: () => false, set(value: boolean) {} },
    label: { read: () => "", set, commands: { clear: set } },
    depth: { read: () => 0 },
    wet: { read: () => false },
  },
} satisfies BoardCode;
`;
const WITHOUT_LED = withoutLed(COMPLETE);

function withoutLed(file: object): object {
  return Object.fromEntries(Object.entries(file).filter(([key]) => key !== "led"));
}

function load(fields: object) {
  return boardOf("attic", fields, "parts" in fields && fields.parts === EVERY ? CODE : undefined);
}

const board = load({ ...WITHOUT_LED, parts: EVERY });
const parts = board.parts ?? [];

test("all kinds load, and are those of the schema", () => {
  expect([...new Set(parts.map(({ kind }) => kind))]).toEqual(PART_KINDS);
  expect(schema.definitions.part.properties.kind.enum).toEqual(PART_KINDS);
});

test("fields have their defaults", () => {
  const named = (name: string) => parts.find((part) => part.name === name);
  expect(named("lamp")).toEqual({
    name: "lamp",
    kind: "light",
    report: 60,
    led: { kind: "gpio", pin: 4, activeLow: false },
  });
  expect(named("spot")).toMatchObject({ led: { kind: "dimmed", pin: 5, activeLow: true } });
  expect(named("strip")).toMatchObject({ led: { kind: "ws2812", order: "grb", on: [50, 0, 0] } });
  expect(named("lid")).toMatchObject({ pulse: [0.5, 2.4] });
  expect(named("key")).toMatchObject({ activeLow: true, press: "lamp toggle", hold: "pump off", double: "" });
  expect(named("dryBelow")).toMatchObject({ holds: "number", default: 30, from: 0, to: 100 });
  expect(named("note")).toEqual({
    ...{ name: "note", kind: "setting", report: 60 },
    ...{ holds: "text", default: "hello", longest: 12 },
  });
  expect(named("auto")).toMatchObject({ holds: "switch", default: false });
  expect(named("blind")).toEqual({
    ...{ name: "blind", kind: "own", report: 60, isSettable: true, commands: ["stop", "slow-down"] },
    ...{ holds: "number", from: 0, to: 100, unit: "%" },
  });
  expect(named("gate")).toMatchObject({ holds: "switch", isSettable: true, commands: [] });
  expect(named("label")).toMatchObject({ holds: "text", longest: 32, commands: ["clear"] });
  expect(named("depth")).toMatchObject({ isSettable: false, commands: [], from: -5, to: 400 });
  expect(named("room")).toMatchObject({ address: 0x76 });
  expect(named("yard")).toMatchObject({ address: 0x77 });
});

test("their values are streams, with a period", () => {
  expect(board.streams.map(({ id }) => id)).toEqual([
    ...[
      "lamp",
      "spot",
      "strip",
      "pump",
      "fan",
      "lid",
      "bell",
      "key",
      "door",
      "way",
      "soil",
      "meter",
      "dryBelow",
      "note",
      "auto",
    ],
    ...["inside_temperature", "inside_humidity", "air_temperature", "air_humidity", "water_1", "water_2"],
    ...["room_temperature", "room_pressure", "room_humidity", "yard_temperature", "yard_pressure"],
    ...["blind", "gate", "label", "depth", "wet"],
  ]);
  expect(board.streams[3]).toEqual({ id: "pump", source: "pump", period: 60, dpType: 1 });
});

describe("a stream of the file", () => {
  test("replaces that of the value", () => {
    const { streams } = load({
      ...COMPLETE,
      parts: { soil: { kind: "analog", pin: 34 } },
      streams: [{ id: "湿度", source: "soil", period: 5 }],
    });
    expect(streams).toEqual([{ id: "湿度", source: "soil", period: 5, dpType: 3 }]);
  });

  test("is the only one of a value with report 0", () => {
    const { streams } = load({ ...COMPLETE, parts: { soil: { kind: "analog", pin: 34, report: 0 } } });
    expect(streams).toEqual([]);
  });
});

describe("the LED", () => {
  test("is the first light of a file without led", () => {
    expect(board.led).toEqual({ kind: "gpio", pin: 4, activeLow: false });
  });

  test("is led, which then is the first part", () => {
    const { led, parts = [] } = load({ ...COMPLETE, parts: { lamp: { kind: "light", pin: 4 } } });
    expect(led).toEqual({ kind: "gpio", pin: 2, activeLow: false });
    expect(parts.map(({ name }) => name)).toEqual(["led", "lamp"]);
  });

  test("is missing in a file without any light", () => {
    expect(load({ ...WITHOUT_LED, parts: { pump: { kind: "switch", pin: 4 } } }).led).toBeUndefined();
  });
});

test("words are compared without white space around them, ASCII letters in lower case", () => {
  const { words, parts = [] } = load({
    ...COMPLETE,
    words: { " PowerOn": "on", 开灯: "led on", Ｏｎ: "toggle", '{"LED":1}': "on", É: "off" },
  });
  expect(words?.map(({ text }) => text)).toEqual(["poweron", "开灯", "Ｏｎ", '{"led":1}', "É"]);
  expect(parts.map(({ name }) => name)).toEqual(["led"]);
});

test("a board with neither has neither", () => {
  expect(Object.keys(load(COMPLETE))).not.toContain("parts");
  expect(Object.keys(load({ ...COMPLETE, parts: {}, words: {} }))).not.toContain("words");
});

test.each([
  ["suite", SUITE],
  ["studio", STUDIO],
  ["mqtt", MQTT],
])("all of them suit %s", (_, file) => {
  const files = { "kitchen.json": { ...withoutLed(file), parts: EVERY }, "kitchen.ts": CODE };
  expect(refusal("kitchen", boardFolder(files))).toEqual([]);
});

describe("extends", () => {
  test("joins parts by name and field, and replaces one of another kind or driver", () => {
    const directory = boardFolder({
      "a.json": {
        ...COMPLETE,
        parts: {
          pump: { kind: "switch", pin: 26, longestOn: 60 },
          key: { kind: "button", pin: 13 },
          lamp: { kind: "light", pin: 4, activeLow: true },
        },
        words: { 开: "pump on" },
      },
      "b.json": {
        extends: "a",
        parts: {
          pump: { longestOn: 90 },
          key: { kind: "contact", pin: 14 },
          lamp: { driver: "ws2812", kind: "light", pin: 17 },
          fan: { kind: "dimmer", pin: 32 },
        },
        words: { 关: "pump off" },
      },
    });
    const { parts, words } = loadBoard("b", { directory });
    expect(parts).toMatchObject([
      { name: "led" },
      { name: "pump", kind: "switch", pin: 26, longestOn: 90 },
      { name: "key", kind: "contact", pin: 14, openIs: 1 },
      { name: "lamp", led: { kind: "ws2812", pin: 17 } },
      { name: "fan" },
    ]);
    expect(words).toEqual([
      { text: "开", command: "pump on" },
      { text: "关", command: "pump off" },
    ]);
  });
});

describe("the description", () => {
  const named = (name: string): Part => {
    const found = parts.find((part) => part.name === name);
    if (!found) throw new Error(`no part ${name}`);
    return found;
  };

  test("says what each part takes", () => {
    expect(parts.map((part) => `${part.name}: ${takes(part)}`)).toEqual([
      "lamp: on, off or toggle",
      "spot: on, off, toggle or a number from 0 to 100",
      "strip: on, off, toggle or a colour such as #ff8000",
      "pump: on, off or toggle",
      "fan: on, off, toggle or a number from 0 to 100",
      "lid: off or a number from 0 to 180",
      "bell: on, off, short or long",
      "key: press, hold or double",
      "door: nothing",
      "way: nothing",
      "soil: nothing",
      "meter: a number from 0 to 999999999",
      "dryBelow: a number from 0 to 100",
      "note: a text of at most 12 bytes",
      "auto: on, off or toggle",
      ...["inside", "air", "water", "room", "yard"].map((name) => `${name}: nothing`),
      "blind: stop, slow-down or a number from 0 to 100",
      "gate: on, off or toggle",
      "label: clear or a text of at most 32 bytes",
      "depth: nothing",
      "wet: nothing",
    ]);
  });

  test.each([
    ["pump", "ON", true],
    ["pump", "", true],
    ["pump", "1", false],
    ["fan", "40", true],
    ["fan", "40%", true],
    ["fan", "101", false],
    ["fan", "-1", false],
    ["strip", "#00FF00", true],
    ["strip", "#00FF0", false],
    ["lamp", "#00FF00", false],
    ["lid", "90.5", true],
    ["dryBelow", "1e1", false],
    ["door", "open", false],
    ["note", "温室温度", true],
    ["note", "温室温度!", false],
    ["note", "a\u0007", false],
    ["auto", "Off", true],
    ["auto", "1", false],
    ["blind", "STOP", true],
    ["blind", "up", false],
    ["depth", "5", false],
    ["label", "Clear", true],
  ])("%s %s", (name, argument, fits) => {
    expect(accepts(named(name), argument)).toBe(fits);
  });

  test("has a value of each type, with its unit, quantity and range", () => {
    expect(valuesOf(named("pump"))).toEqual([
      { id: "pump", type: "bool", unit: "", isWritable: true, isState: true },
    ]);
    expect(valuesOf(named("blind"))).toEqual([
      { id: "blind", type: "float", unit: "%", least: 0, most: 100, isWritable: true, isState: true },
    ]);
    expect(valuesOf(named("depth"))).toMatchObject([
      { least: -5, most: 400, isWritable: false, isState: false },
    ]);
    expect(valuesOf(named("wet"))).toMatchObject([{ type: "bool", isWritable: false, isState: true }]);
    expect(valuesOf(named("label"))).toMatchObject([{ type: "text", most: 32, isWritable: true }]);
    expect(valuesOf(named("soil"))).toEqual([
      {
        id: "soil",
        type: "float",
        unit: "%",
        least: 0,
        most: 100,
        step: 0.1,
        isWritable: false,
        isState: false,
      },
    ]);
    expect(valuesOf(named("room")).map(({ quantity, unit }) => `${quantity ?? ""} ${unit}`)).toEqual([
      "temperature °C",
      "pressure hPa",
      "humidity %",
    ]);
  });

  test("has commands and pins for every part", () => {
    for (const part of parts) {
      expect(commandsOf(part).words).toBeDefined();
      expect(pinsOf(part).length > 0 || ["setting", "own"].includes(part.kind)).toBe(true);
    }
  });
});
