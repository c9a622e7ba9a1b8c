import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import {
  BOARDS_DIRECTORY,
  DEFAULT_BOARD,
  listBoards,
  loadBoard,
  placeholders,
  BoardError,
} from "../../../scripts/boards/index.ts";
import { SOURCES } from "../../../scripts/boards/code.ts";
import { boardFolder, COMPLETE, refusal } from "./board-folder.ts";
import { SHIPPED } from "../../support/shipped-boards.ts";

const load = (name: string) => loadBoard(name, { local: false });
/** The shipped boards of the multiprotocol generation. */
const MULTIPROTOCOL = SHIPPED.filter((name) => load(name).onenet.generation === "multiprotocol");

test("a board file may have comments and a comma after the last entry", () => {
  const directory = boardFolder({
    "base.json": COMPLETE,
    "kitchen.json": [
      "// lamp",
      "{ /* in the",
      '   kitchen */ "extends": "base", "title": "// no comment",',
      '  "streams": [{ "id": "a", "source": "uptime", /* s */ }, // the only one',
      "  ], }",
      "// the end",
    ].join("\n"),
    "plain.json": { extends: "base", title: "// no comment", streams: [{ id: "a", source: "uptime" }] },
  });
  expect({ ...loadBoard("kitchen", { directory }), name: "plain" }).toEqual(
    loadBoard("plain", { directory }),
  );
});

test("mistakes have lines, at the field or at the object that lacks it", () => {
  const directory = boardFolder({
    "base.json": COMPLETE,
    "kitchen.json":
      '{\n  "extends": "base",\n  // where\n  "led": { "kind": "gpio",\n    "pin": 36 },\n  "streams": [\n    { "id": "a" }\n  ],\n  "chips": 1\n}',
  });
  const lines = (() => {
    try {
      loadBoard("kitchen", { directory });
    } catch (error) {
      return (error as BoardError).lines;
    }
    return [];
  })();
  expect(lines.map((line) => line.split(": ").slice(0, 2))).toEqual([
    ["boards/kitchen.json:9:3", "chips"],
    ["boards/kitchen.json:7:5", "streams[0].source"],
    ["boards/kitchen.json:5:5", "led.pin"],
  ]);
});

test.each(["x".repeat(60), "\u0001 [0].\\", '"', "a b"])(
  "a mistake at the strange key %j has a line",
  (key) => {
    const directory = boardFolder({
      "base.json": COMPLETE,
      "kitchen.json": { extends: "base", led: { [key]: 1 } },
    });
    expect(() => loadBoard("kitchen", { directory })).toThrow(
      expect.objectContaining({ lines: [expect.stringMatching(/^boards\/kitchen\.json:1:\d+: led\./)] }),
    );
  },
);

describe("the shipped boards", () => {
  test("include the default, and one of each generation and for each chip", () => {
    expect(SHIPPED).toContain(DEFAULT_BOARD);
    const boards = SHIPPED.map(load);
    const generations = new Set(boards.map(({ onenet }) => onenet.generation));
    expect([...generations].sort()).toEqual(["multiprotocol", "plain", "studio", "suite"]);
    expect(new Set(boards.map(({ chip }) => chip))).toEqual(new Set(schema.properties.chip.enum));
  });

  test.each(MULTIPROTOCOL)("%s loads, with placeholders and no secrets", (name) => {
    const board = load(name);
    expect(board.name).toBe(name);
    expect(placeholders(board)).toEqual([
      "wifi.ssid",
      "wifi.password",
      "onenet.product",
      "onenet.device",
      "onenet.authInfo",
    ]);
    if (board.parts === undefined)
      expect(board.streams).toContainEqual({ id: "switch", source: "commands", period: 60, dpType: 1 });
  });

  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  test.each(SHIPPED)("%s is valid for an editor that sees only the file", (name) => {
    validate(JSON.parse(readFileSync(join(BOARDS_DIRECTORY, `${name}.json`), "utf8")));
    expect(validate.errors).toBeNull();
  });

  test("have the LEDs and topics of their tutorials", () => {
    const devkit = load("esp32-devkit");
    expect(devkit.led).toEqual({ kind: "gpio", pin: 2, activeLow: false });
    expect(devkit.onenet).toMatchObject({ topics: ["esp32_mqtt_basic_control"] });
    expect(load("lolin32").led).toEqual({ kind: "gpio", pin: 5, activeLow: true });
    const strip = { kind: "ws2812", count: 1, order: "grb" };
    expect(load("esp32-c3-devkitm")).toMatchObject({ chip: "esp32c3", led: { ...strip, pin: 8 } });
    expect(load("esp32-s3-devkitc")).toMatchObject({ chip: "esp32s3", led: { ...strip, pin: 48 } });
    const mpython = load("mpython");
    expect(mpython.led).toEqual({ kind: "ws2812", pin: 17, count: 3, order: "grb", on: [50, 0, 0] });
    expect(mpython.onenet).toMatchObject({ keepAlive: 10, pingPeriod: 2, topics: [] });
    const tpyboard = load("tpyboard-v202");
    expect(tpyboard).toMatchObject({ chip: "esp8266", led: { kind: "gpio", pin: 4, activeLow: false } });
    expect(tpyboard.onenet).toMatchObject({ topics: ["TurnipRobot"] });
  });
});

describe("a board file", () => {
  test("needs only a few fields: the rest have defaults", () => {
    const directory = boardFolder({
      "attic.json": { ...COMPLETE, streams: [{ id: "温度", source: "uptime" }] },
    });
    expect(loadBoard("attic", { directory })).toEqual({
      name: "attic",
      title: "Complete",
      chip: "esp32",
      led: { kind: "gpio", pin: 2, activeLow: false },
      wifi: { ssid: "attic", password: "under-the-roof" },
      onenet: {
        ...COMPLETE.onenet,
        server: "mqtt.heclouds.com",
        port: 6002,
        tls: false,
        keepAlive: 120,
        pingPeriod: 30,
        topics: [],
        qos: 1,
        cleanSession: true,
      },
      streams: [{ id: "温度", source: "uptime", period: 60, dpType: 3 }],
      outbox: 2048,
      reconnect: { maximum: 60 },
      reboot: { withoutPlatform: 3600 },
      console: { password: "", telnet: false },
    });
  });

  test.each([
    [
      { kind: "ws2812", pin: 4 },
      { kind: "ws2812", pin: 4, count: 1, order: "grb", on: [255, 255, 255] },
    ],
    [
      { kind: "ws2812", pin: 4, on: "#0180fF" },
      { kind: "ws2812", pin: 4, count: 1, order: "grb", on: [1, 128, 255] },
    ],
    [
      { kind: "pwm", pins: { blue: 27, green: 33, red: 32 }, activeLow: true },
      { kind: "pwm", pins: [32, 33, 27], activeLow: true, on: [255, 255, 255] },
    ],
  ])("defines its LED: %j", (led, expected) => {
    const directory = boardFolder({ "attic.json": { ...COMPLETE, led } });
    expect(loadBoard("attic", { directory }).led).toEqual(expected);
  });

  test.each([
    ["none asked for", {}, undefined],
    ["asked for", { time: {} }, { server: "ntp.aliyun.com", zone: 8 }],
    ["another", { time: { server: "10.0.0.1", zone: -3 } }, { server: "10.0.0.1", zone: -3 }],
    [
      "a stream that needs it",
      { streams: [{ id: "a", source: "led", dpType: 4 }] },
      { server: "ntp.aliyun.com", zone: 8 },
    ],
    [
      "a stream that needs another",
      { time: { zone: 0 }, streams: [{ id: "a", source: "led", dpType: 4 }] },
      { server: "ntp.aliyun.com", zone: 0 },
    ],
  ])("defines its time: %s", (_, fields, expected) => {
    expect(
      loadBoard("attic", { directory: boardFolder({ "attic.json": { ...COMPLETE, ...fields } }) }).time,
    ).toEqual(expected);
  });

  test("numbers the streams of dpType 7", () => {
    const streams = [{ id: "a", source: "uptime", dpType: 7, number: 65535 }];
    const board = loadBoard("attic", { directory: boardFolder({ "attic.json": { ...COMPLETE, streams } }) });
    expect(board.streams).toEqual([{ id: "a", source: "uptime", period: 60, dpType: 7, number: 65535 }]);
  });

  test("maps the ESP8266's A0 to pin 0, which is not GPIO 0", () => {
    const led = { kind: "gpio", pin: 0 };
    const streams = [{ id: "light", source: "analog", pin: 0 }];
    const directory = boardFolder({ "attic.json": { ...COMPLETE, chip: "esp8266", led, streams } });
    const board = loadBoard("attic", { directory });
    expect(board.led).toMatchObject({ pin: 0 });
    expect(board.streams).toMatchObject([{ pin: 17 }]);
  });

  test.each([
    ["an open network", { wifi: { password: "" } }],
    ["a Chinese network name of 32 bytes", { wifi: { ssid: "无线网络无线网络无线ab" } }],
    ["keep alive off, pings at leisure", { onenet: { keepAlive: 0, pingPeriod: 300 } }],
    ["the longest keep alive", { onenet: { keepAlive: 65535, pingPeriod: 65534 } }],
    ["an address", { onenet: { server: "183.230.40.39" } }],
    ["a name in the local network", { onenet: { server: "onenet-2.local" } }],
    ["an emoji", { title: "💡" }],
    [
      "one analogue pin in two streams",
      { streams: ["a", "b"].map((id) => ({ id, source: "analog", pin: 34 })) },
    ],
    ["100 topics", { onenet: { topics: Array.from({ length: 100 }, (_, index) => `class/t_${index}`) } }],
    ["the mark that Notepad puts first", "\uFEFF" + JSON.stringify({ extends: "base" })],
  ])("may have %s", (_, fields) => {
    const kitchen = typeof fields === "string" ? fields : { extends: "base", ...fields };
    expect(refusal("kitchen", boardFolder({ "base.json": COMPLETE, "kitchen.json": kitchen }))).toEqual([]);
  });
});

describe("extends", () => {
  test("merges objects and replaces lists", () => {
    const topics = { "a.json": ["a", "b"], "b.json": ["c"] };
    const directory = boardFolder({
      "a.json": { ...COMPLETE, onenet: { ...COMPLETE.onenet, port: 1883, topics: topics["a.json"] } },
      "b.json": { extends: "a", title: "B", onenet: { qos: 0, topics: topics["b.json"] } },
      "c.json": { extends: "b", title: "C" },
    });
    const board = loadBoard("c", { directory });
    expect(board).toMatchObject({ name: "c", title: "C", wifi: COMPLETE.wifi });
    expect(board.onenet).toMatchObject({ port: 1883, qos: 0, topics: ["c"], device: "600700800" });
  });

  test("merges an LED of the same kind and replaces one of another", () => {
    const directory = boardFolder({
      "a.json": { ...COMPLETE, led: { kind: "ws2812", pin: 4, count: 5, on: "#000001" } },
      "same.json": { extends: "a", led: { kind: "ws2812", pin: 5 } },
      "implicit.json": { extends: "a", led: { pin: 5 } },
      "other.json": { extends: "a", led: { kind: "gpio", pin: 5 } },
    });
    const strip = { kind: "ws2812", pin: 5, count: 5, order: "grb", on: [0, 0, 1] };
    expect(loadBoard("same", { directory }).led).toEqual(strip);
    expect(loadBoard("implicit", { directory }).led).toEqual(strip);
    expect(loadBoard("other", { directory }).led).toEqual({ kind: "gpio", pin: 5, activeLow: false });
  });

  test("does not report a base's mistake that is overridden", () => {
    const directory = boardFolder({
      "a.json": { ...COMPLETE, chip: "esp31", led: { kind: "gpio", pin: 6 } },
      "b.json": { extends: "a", chip: "esp32", led: { pin: 4 } },
    });
    expect(refusal("b", directory)).toEqual([]);
  });
});

describe("a local file", () => {
  const files = {
    "kitchen.json": COMPLETE,
    "kitchen.local.json": { wifi: { ssid: "cellar" } },
    "class.local.json": { ...COMPLETE, title: "Class" },
    "desk.local.json": { extends: "class.local", onenet: { device: "7" } },
  };

  test("takes precedence over the shipped one, and extends it implicitly", () => {
    const board = loadBoard("kitchen", { directory: boardFolder(files) });
    expect(board).toMatchObject({ name: "kitchen", title: "Complete", wifi: { ssid: "cellar" } });
  });

  test("leaves fewer placeholders", () => {
    const base = loadBoard(DEFAULT_BOARD, { local: false });
    const mine = { ...base, wifi: { ssid: "cellar", password: "" }, onenet: { ...base.onenet, device: "7" } };
    expect(placeholders(mine)).toEqual(["onenet.product", "onenet.authInfo"]);
  });

  test("can be ignored", () => {
    const directory = boardFolder(files);
    expect(loadBoard("kitchen", { directory, local: false }).wifi.ssid).toBe("attic");
    expect(refusal("desk", directory, false)).toEqual([
      'boards: there is no board "desk"; there are kitchen',
    ]);
  });

  test("can stand alone, and be extended by its full name", () => {
    const board = loadBoard("desk", { directory: boardFolder(files) });
    expect(board).toMatchObject({ name: "desk", title: "Class", onenet: { device: "7" } });
  });

  test("is listed separately", () => {
    const local = ["class", "desk", "kitchen"];
    expect(listBoards(boardFolder({ ...files, "board.schema.json": {} }))).toEqual({
      shipped: ["kitchen"],
      local,
    });
  });
});

describe("the name of a board", () => {
  const names = ["kitchen", "kitchen.json", "kitchen.local", "kitchen.local.json", "boards/kitchen.json"];
  test.each([...names, "./boards/kitchen.local.json", "boards\\kitchen.json"])(
    "can be written %s",
    (name) => {
      expect(loadBoard(name, { directory: boardFolder({ "kitchen.json": COMPLETE }) }).name).toBe("kitchen");
    },
  );

  test.each([
    ["kitchn", 'there is no board "kitchn"; did you mean kitchen? there are attic, kitchen'],
    ["cellar", 'there is no board "cellar"; there are attic, kitchen'],
    ["", 'there is no board ""; there are attic, kitchen'],
    ["../../etc/passwd", 'there is no board "passwd"; there are attic, kitchen'],
    ["Kitchen", 'there is no board "Kitchen"; did you mean kitchen? there are attic, kitchen'],
  ])("%j is rejected", (name, line) => {
    const directory = boardFolder({ "kitchen.json": COMPLETE, "attic.local.json": COMPLETE });
    expect(refusal(name, directory)).toEqual([`boards: ${line}`]);
  });

  test("is not looked for in a list of a whole class", () => {
    const ids = Array.from({ length: 60 }, (_, index) => `class-${100 + index}`);
    const files = Object.fromEntries(ids.map((id) => [`${id}.local.json`, COMPLETE]));
    const [line] = refusal("kitchen", boardFolder(files));
    expect(line).toMatch(/there are class-100, .*, class-139 and 20 more$/);
    const directory = boardFolder({ ...files, "desk.json": { extends: "class-107" } });
    expect(refusal("desk", directory)).toEqual([
      'boards/desk.json: extends: there is no file "class-107.json"; did you mean "class-107.local"?',
    ]);
  });

  test("is rejected in an empty folder", () => {
    expect(refusal("a", boardFolder({}))).toEqual([
      'boards: there is no board "a"; write a board file there',
    ]);
  });
});

test.each(SOURCES)("the source %s either needs a pin or takes none", (source) => {
  const mistakes = (stream: object) =>
    refusal(
      "kitchen",
      boardFolder({ "kitchen.json": { ...COMPLETE, streams: [{ id: "a", source, ...stream }] } }),
    );
  expect([mistakes({}), mistakes({ pin: 34 })].filter((found) => found.length === 0)).toHaveLength(1);
});
