/** Thing models in files: written for a board, read back, and refused where they are wrong. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Board, Studio } from "../../../scripts/boards/board.ts";
import { BoardError } from "../../../scripts/boards/index.ts";
import { boardModel } from "../../../scripts/local-onenet/board-model.ts";
import { exportModel, readModel } from "../../../scripts/local-onenet/model-file.ts";
import { misfitsOf } from "../../../scripts/local-onenet/model-fit.ts";
import { openRegistry } from "../../../scripts/local-onenet/registry-file.ts";
import { DATA_TYPES, valueFault, type ThingModel } from "../../../scripts/local-onenet/thing-model.ts";
import { RGB, studio } from "../../support/boards.ts";
import { equipped } from "../../support/equipped.ts";
import { ALARM, BLINK, exported, property, TYPES } from "./exported-model.ts";

/** Reads a file with this content; anything but text or bytes is written as JSON. */
function read(content: unknown): ThingModel {
  const folder = mkdtempSync(join(tmpdir(), "model-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "model.json");
  const plain = typeof content === "string" || content instanceof Uint8Array;
  writeFileSync(file, plain ? content : JSON.stringify(content));
  return readModel(file);
}

function refusal(content: unknown): string[] {
  try {
    read(content);
  } catch (error) {
    if (error instanceof BoardError) return error.message.split("\n");
    throw error;
  }
  return [];
}

function settingsOf({ onenet }: Board): Studio {
  if (onenet.generation !== "studio") throw new Error("not studio");
  return onenet;
}

function fileOf(board: Board): string {
  return exportModel(boardModel(board, settingsOf(board)), settingsOf(board).product);
}

const SENSORS = {
  air: { kind: "dht22", pin: 19 },
  inside: { kind: "dht11", pin: 18 },
  water: { kind: "ds18b20", pin: 23, count: 2 },
  room: { kind: "bme280", sda: 21, scl: 22 },
  yard: { kind: "bmp280", sda: 21, scl: 22, address: "0x77" },
};

const BOARDS: readonly (readonly [what: string, board: Board])[] = [
  ["parts", equipped("studio")],
  ["sensors", equipped("studio", { parts: SENSORS, words: {}, onenet: serverWith({ services: [] }) })],
  ["a plain LED", studio()],
  ["a colour LED", studio({ led: RGB, streams: [{ id: "light", source: "led", period: 60, dpType: 3 }] })],
  [
    "an LED beside parts",
    equipped("studio", {
      led: { kind: "gpio", pin: 4 },
      parts: { pump: { kind: "switch", pin: 26 } },
      words: {},
      onenet: serverWith({}),
    }),
  ],
];

function serverWith(fields: object): object {
  const { product, device, key } = settingsOf(equipped("studio"));
  return { generation: "studio", product, device, key, ...fields };
}

describe("the file of a board", () => {
  test.each(BOARDS)("with %s is read back, and fits the board", (_, board) => {
    const file = fileOf(board);
    const model = read(file);
    expect(misfitsOf(board, settingsOf(board), model)).toEqual([]);
    const written = boardModel(board, settingsOf(board));
    const ids = ({ properties }: ThingModel) =>
      properties.map(({ identifier, accessMode, dataType: { type } }) => [identifier, accessMode, type]);
    expect(ids(model)).toEqual(ids(written));
    expect(ids(read(`\ufeff${file}`)), "with a byte order mark").toEqual(ids(written));
  });

  test("has each value once, with type, access, range and unit", () => {
    const rows = BOARDS.slice(0, 2).flatMap(([, board]) =>
      (JSON.parse(fileOf(board)) as { properties: Row[] }).properties.map(rowOf),
    );
    expect(rows).toEqual([
      "switch r int32 0..2147483647",
      "lamp rw bool",
      "spot rw int32 0..100 百分比 / %",
      "strip rw string 7",
      "ring rw string 7",
      "pump rw bool",
      "valve rw bool",
      "fan rw int32 0..100 百分比 / %",
      "lid rw int32 0..180 度 / °",
      "bell rw bool",
      "siren rw bool",
      "key r int32 0..2147483647",
      "boot r int32 0..2147483647",
      "door r bool",
      "way r bool",
      "soil r float 0..100 百分比 / %",
      "meter r int32 0..2147483647",
      "dryBelow rw float 0..100 百分比 / %",
      "note rw string 32",
      "auto rw bool",
      "switch r int32 0..2147483647",
      ...["air", "inside"].flatMap((name) => [
        `${name}_temperature r float -55..125 摄氏度 / °C`,
        `${name}_humidity r float 0..100 百分比 / %`,
      ]),
      "water_1 r float -55..125 摄氏度 / °C",
      "water_2 r float -55..125 摄氏度 / °C",
      "room_temperature r float -55..125 摄氏度 / °C",
      "room_pressure r float 300..1100 百帕 / hPa",
      "room_humidity r float 0..100 百分比 / %",
      "yard_temperature r float -55..125 摄氏度 / °C",
      "yard_pressure r float 300..1100 百帕 / hPa",
    ]);
  });

  test("has all that the console wants of a property, a service and an event", () => {
    const base = settingsOf(studio());
    const board = studio({
      onenet: { ...base, services: ["toggle"], event: "boot" },
      streams: [{ id: "lux", source: "lux", period: 60, dpType: 3 }],
    });
    const { properties, services, events, profile } = JSON.parse(fileOf(board)) as Record<string, object[]>;
    expect(profile).toEqual({ productId: base.product });
    expect(properties?.[0]).toEqual({
      ...{ identifier: "lux", name: "lux", functionType: "u", functionMode: "property" },
      ...{ accessMode: "r", desc: "", required: false },
      dataType: {
        type: "double",
        specs: { min: "-9007199254740991", max: "9007199254740991", step: "", unit: "" },
      },
    });
    expect(services).toEqual([
      {
        ...{ identifier: "toggle", name: "toggle", functionType: "u", functionMode: "service" },
        ...{ callType: "s", desc: "", required: false, input: [] },
        output: [
          { identifier: "answer", name: "answer", dataType: { type: "string", specs: { length: "255" } } },
        ],
      },
    ]);
    expect(events).toEqual([
      {
        ...{ identifier: "boot", name: "boot", functionType: "u", functionMode: "event" },
        ...{ eventType: "info", desc: "", required: false, outputData: [] },
      },
    ]);
  });
});

interface Row {
  readonly identifier: string;
  readonly accessMode: string;
  readonly dataType: { readonly type: string; readonly specs: Readonly<Record<string, string>> };
}

function rowOf({ identifier, accessMode, dataType: { type, specs } }: Row): string {
  const { min, max, unit, length } = specs;
  const range = min === undefined ? (length ?? "") : `${min}..${max ?? ""}`;
  return [identifier, accessMode, type, range, unit ?? ""].join(" ").trim();
}

describe("a file of the console", () => {
  const file = exported(TYPES, { events: [ALARM], services: [BLINK] });

  test("loads, with the platform's own points", () => {
    const { properties, events, services } = read(file);
    expect(properties.map(({ identifier }) => identifier).slice(0, 3)).toEqual([
      "$OneNET_LBS",
      "$OneNET_LBS_WIFI",
      "door",
    ]);
    expect(properties).toHaveLength(2 + TYPES.length);
    expect(events?.[0]?.outputData?.[0]?.identifier).toBe("smoke");
    expect(services?.[0]).toMatchObject({ identifier: "blink", input: [{ identifier: "times" }] });
    expect(read({ code: 0, msg: "succ", data: file }), "as the API's answer").toEqual(read(file));
  });

  test("has one of each type", () => {
    const types = read(file).properties.map(({ dataType }) => dataType.type);
    expect([...new Set(types)].sort()).toEqual([...DATA_TYPES].sort());
  });

  test.each([
    ["$OneNET_LBS", [{ cid: 1, lac: 2, mcc: 460, mnc: 0 }], [{ cid: "1" }]],
    ["$OneNET_LBS", [], [{}, {}, {}, {}]],
    ["$OneNET_LBS_WIFI", { macs: "a,-40|b,-50" }, { macks: "" }],
    ["door", true, 1],
    ["relay", 1, 2],
    ["temperature", -20.5, 51],
    ["mode", 1, 2],
    ["bits", 7, -1],
    ["since", 1700000000000, "today"],
    ["note", "温度温度", "温度温度温"],
    ["macs", ["a", "b"], ["a", "b", "c"]],
    ["macs", [], ["a".repeat(18)]],
    ["old", [1, 6], [7]],
    ["old", [], [1, 2, 3]],
    ["total", 5_000_000_000, 0.5],
    ["level", -1.5, 1.6],
    ["air", { temperature: 21.5 }, { temperature: "21.5" }],
    ["air", {}, { smell: 1 }],
    ["air", { list: [{ on: true }, {}] }, { list: [{ on: 1 }] }],
    ["air", { list: [] }, { list: [[]] }],
  ])("checks values of %s by its type", (identifier, right, wrong) => {
    const known = read(file).properties.find((one) => one.identifier === identifier);
    if (known === undefined) throw new Error("no such property");
    expect(valueFault(known.dataType, right)).toBeUndefined();
    expect(valueFault(known.dataType, wrong)).toMatch(/must|field/);
  });
});

test("both files may be pasted into a registry", () => {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "registry.json");
  for (const model of [exported(TYPES, { events: [ALARM], services: [BLINK] }), fileOf(equipped("studio"))]) {
    const thingModel: unknown = typeof model === "string" ? JSON.parse(model) : model;
    const product = { generation: "studio", product: "469948", thingModel, devices: [] };
    writeFileSync(file, JSON.stringify({ products: [product] }));
    const read = openRegistry(file).products.get("469948")?.thingModel;
    expect(read?.properties.length).toBeGreaterThan(10);
  }
});

test.each([
  ["a member that is no object", { type: "struct", specs: [null] }, "specs[0]: is not an object"],
  ["a struct without members", { type: "struct", specs: {} }, "specs: is not a list"],
  ["an enum without numbers", { type: "enum" }, "specs: does not name the numbers"],
  ["a bound that is no number", { type: "int32", specs: { min: "x" } }, 'specs.min: "x" is not a number'],
])("a registry whose thing model has %s is refused", (_, dataType, problem) => {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "registry.json");
  const thingModel = { properties: [{ identifier: "air", accessMode: "r", dataType }] };
  writeFileSync(
    file,
    JSON.stringify({ products: [{ generation: "studio", product: "469948", thingModel }] }),
  );
  const place = "products[0].thingModel.properties[0].dataType.";
  expect(() => openRegistry(file)).toThrow(`${file}: ${place}${problem}`);
});

const gbk = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

const twice = { identifier: "__proto__", dataType: { type: "bool" } };

test.each<[what: string, content: unknown, lines: string[]]>([
  ["empty", "", ["model.json: is empty; export the thing model in OneNET's console"]],
  ["no JSON", "版本", ["model.json:1:1: not valid JSON; write names"]],
  ["a list", [], ["model.json: is not an object; enclose it in { and }"]],
  ["in GBK", gbk("7b 22 6e 22 3a 22 ce c2 b6 c8 22 7d"), ["is not UTF-8 text; save it with UTF-8 encoding"]],
  ["in UTF-16", Buffer.from('\ufeff{"a":1}', "utf16le"), ["is not UTF-8 text"]],
  ["too long", " ".repeat(1_048_577), ["is 1048577 bytes long; a thing model has at most 1048576"]],
  [
    "too deep",
    `{"properties":${"[".repeat(30)}${"]".repeat(30)}}`,
    ["nested too deeply; a thing model has at most 20"],
  ],
  ["far too deep", `{"properties":${"[".repeat(500_000)}`, ["nested too deeply"]],
  ["another file", { extends: "lamp" }, ["properties: is missing; export the thing model of the product"]],
  ["properties of another kind", { properties: "led" }, ["properties: is not a list"]],
  ["null", { properties: [null] }, ["properties[0]: is not an object"]],
  [
    "too many properties",
    { properties: Array.from({ length: 1001 }, () => 1) },
    ["properties: has 1001 entries; keep at most 1000"],
  ],
  [
    "a duplicate key",
    '{"properties":[],"properties":[]}',
    ["model.json:1:18: properties: is a duplicate key; keep one of them"],
  ],
  [
    "a duplicate identifier",
    exported([property("led", "r", { type: "bool" }), property("led", "rw", { type: "bool" })]),
    ['properties[3].identifier: "led" is also properties[2].identifier; remove one of them'],
  ],
  [
    "wrong identifiers",
    { properties: [{ accessMode: "r" }, { identifier: "温度" }, { identifier: 7 }] },
    [
      "properties[0].identifier: is missing; use 1–64 letters",
      'properties[1].identifier: "温度" is not a valid identifier',
      "properties[2].identifier: 7 is not a valid identifier",
    ],
  ],
  [
    "no access and no type",
    {
      properties: [{ identifier: "led" }, { identifier: "fan", accessMode: "w", dataType: { type: "int" } }],
    },
    [
      'properties[0].accessMode: is missing; choose one of "r", "rw"',
      'properties[0].dataType: is missing; choose one of "bool"',
      'properties[1].accessMode: "w" is unknown',
      'properties[1].dataType.type: "int" is unknown; choose one of "bool"',
    ],
  ],
  [
    "wrong specifications",
    {
      properties: [
        property("a", "r", { type: "int32", specs: { min: "ten" } }),
        property("b", "r", { type: "float", specs: { min: "5", max: "4" } }),
        property("c", "r", { type: "enum", specs: { on: "1" } }),
        property("d", "r", { type: "struct", specs: {} }),
        property("e", "r", { type: "array", specs: { length: {}, type: "text" } }),
        property("f", "r", { type: "string", specs: [] }),
        property("g", "r", { type: "array", specs: { length: "-5", type: "int32" } }),
        property("h", "r", { type: "string", specs: { length: "1.5" } }),
      ],
    },
    [
      'properties[0].dataType.specs.min: "ten" is not a number; write a number, for example "100"',
      "properties[1].dataType.specs.max: 4 is less than min, 5; write a larger number",
      "properties[2].dataType.specs: does not name the numbers of the enum",
      "properties[3].dataType.specs: is not a list",
      "properties[4].dataType.specs.length: {} is not a number",
      'properties[4].dataType.specs.type: "text" is unknown',
      "properties[5].dataType.specs: is not an object",
      'properties[6].dataType.specs.length: -5 is not a length; write a whole number, for example "100"',
      "properties[7].dataType.specs.length: 1.5 is not a length",
    ],
  ],
  [
    "two members of one name, deep within",
    {
      properties: [
        property("a", "r", {
          type: "array",
          specs: {
            type: "struct",
            specs: [{ identifier: "b", dataType: { type: "struct", specs: [twice, twice] } }],
          },
        }),
      ],
    },
    [
      'properties[0].dataType.specs.specs[0].dataType.specs[1].identifier: "__proto__" is also properties[0].dataType.specs.specs[0].dataType.specs[0].identifier; remove one of them',
    ],
  ],
  [
    "a member with a dot, a Chinese one",
    {
      properties: [
        property("air.temperature", "r", { type: "float" }),
        property("a", "r", {
          type: "struct",
          specs: [{ identifier: "温度", dataType: { type: "float" } }],
        }),
      ],
    },
    [
      'properties[0].identifier: "air.temperature" is not a valid identifier',
      'properties[1].dataType.specs[0].identifier: "温度" is not a valid identifier',
    ],
  ],
  [
    "control characters",
    { properties: [{ identifier: "\u001b[31m" }] },
    [String.raw`properties[0].identifier: "\u001b[31m" is not a valid identifier`],
  ],
])("a file that is %s is refused, with the place", (_, content, lines) => {
  const found = refusal(content);
  expect(found.map((line, index) => [line, lines[index]])).toEqual(
    lines.map((line) => [expect.stringContaining(line) as string, line]),
  );
});

test("names of JavaScript's own are names like any other", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const types = `{"type":"enum","specs":{"__proto__":"a"}}`;
  const list = names.map((name) => `{"identifier":"${name}","accessMode":"r","dataType":{"type":"bool"}}`);
  const model = read(`{"__proto__":{"properties":[]},"properties":[${list.join(",")}]}`);
  expect(model.properties.map(({ identifier }) => identifier)).toEqual(names);
  expect(refusal(`{"properties":[{"identifier":"a","accessMode":"r","dataType":${types}}]}`)).toHaveLength(1);
  expect(refusal('{"__proto__":{"properties":[]}}')).toHaveLength(1);
  const type = `{"__proto__":{"type":"bool"}}`;
  expect(refusal(`{"properties":[{"identifier":"a","accessMode":"r","dataType":${type}}]}`)).toHaveLength(1);
  expect(Object.keys({})).toEqual([]);
  expect(({} as Record<string, unknown>)["properties"]).toBeUndefined();
});

test("a folder and a missing file are refused", () => {
  expect(() => readModel(tmpdir())).toThrow("cannot be read (EISDIR)");
  expect(() => readModel(join(tmpdir(), "no-such-model.json"))).toThrow(
    "no-such-model.json: cannot be read (ENOENT); check that it is a file and that you may read it",
  );
  if (process.platform !== "win32") expect(() => readModel("/dev/zero")).toThrow("cannot be read (ENOTSUP)");
});

describe("what does not fit", () => {
  const board = equipped("studio", {
    parts: { pump: { kind: "switch", pin: 26 }, soil: { kind: "analog", pin: 34, from: [0, 1], to: [0, 9] } },
    words: {},
    streams: [{ id: "up", source: "uptime", period: 60 }],
    onenet: serverWith({ services: ["pump"], event: "online" }),
  });
  const misfits = (model: object, of: Board = board) =>
    misfitsOf(of, settingsOf(of), read(model)).map(
      ({ pointer, problem, remedy }) => `${pointer}: ${problem}; ${remedy}`,
    );
  const answer = [{ identifier: "answer", dataType: { type: "string" } }];

  test("is named with its place and a remedy", () => {
    expect(misfits(exported([]))).toEqual([
      '/streams/0/id: the thing model has no property "up"; add it to the model: int32, read-only (只读)',
      '/parts/pump: the thing model has no property "pump"; add it to the model: bool, read-write (读写)',
      '/parts/soil: the thing model has no property "soil"; add it to the model: float, read-only (只读)',
      '/onenet/services/0: the thing model has no service "pump"; add it to the model, with the output answer: string',
      '/onenet/event: the thing model has no event "online"; add it to the model',
    ]);
    const other = exported(
      [
        property("up", "r", { type: "int64" }),
        property("pump", "r", { type: "bool" }),
        property("soil", "r", { type: "int32" }),
      ],
      { services: [{ identifier: "pump", output: [] }], events: [{ identifier: "onlyne" }] },
    );
    expect(misfits(other)).toEqual([
      '/parts/pump: "pump" is read-only in the thing model, so nothing can set it; make it read-write (读写) in the model',
      '/parts/soil: "soil" is int32 in the thing model, and the board sends float; make it float in the model',
      '/onenet/services/0: the service "pump" has no output answer of type string in the thing model; add it to the model: the board sends it',
      '/onenet/event: the thing model has no event "online"; did you mean "onlyne"?',
    ]);
  });

  test("comes with the identifiers of the model that would fit", () => {
    const model = exported(
      [
        property("up", "r", { type: "int32" }),
        property("soil", "r", { type: "float" }),
        property("PumpSwitch", "rw", { type: "bool" }),
        property("Level", "rw", { type: "int32" }),
      ],
      { services: [{ identifier: "pump", output: answer }], events: [{ identifier: "online" }] },
    );
    expect(misfits(model)).toEqual([
      '/parts/pump: the thing model has no property "pump"; add it to the model: bool, read-write (读写); or write another of its identifiers in onenet.identifiers: PumpSwitch',
    ]);
  });

  test("is a colour that is too long, but not a value of own code, or one that is only asked for", () => {
    const coloured = studio({ led: RGB, streams: [{ id: "lux", source: "lux", period: 60, dpType: 3 }] });
    const base = { services: [{ identifier: "toggle", output: answer }], events: [{ identifier: "boot" }] };
    const model = exported(
      [
        property("lux", "r", { type: "string" }),
        property("led", "rw", { type: "bool" }),
        property("colour", "rw", { type: "string", specs: { length: "6" } }),
      ],
      base,
    );
    expect(misfits(model, coloured)).toEqual([
      '/onenet/properties/colour: "colour" has at most 6 bytes in the thing model, and the board sends 7; allow 7 in the model',
    ]);
    const silent = equipped("studio", {
      parts: { door: { kind: "contact", pin: 14, report: 0 } },
      words: {},
      streams: [],
      onenet: serverWith({}),
    });
    expect(misfits(exported([]), silent)).toEqual([]);
  });
});
