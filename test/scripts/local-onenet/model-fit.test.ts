/** A board compared with a thing model that is given: structs, ranges and every data type. */

import { describe, expect, test } from "vitest";
import { boardModel, type Needed } from "../../../scripts/local-onenet/board-model.ts";
import { doubtsOf, misfitsOf } from "../../../scripts/local-onenet/model-fit.ts";
import {
  DATA_TYPES,
  type DataType,
  type Field,
  type Property,
  type ThingModel,
} from "../../../scripts/local-onenet/thing-model.ts";
import type { Board, Studio } from "../../../scripts/boards/board.ts";
import type { Finding } from "../../../scripts/boards/mistake.ts";
import { equipped, structured } from "../../support/equipped.ts";

const FIELDS = { product: "469948", device: "Chic_D", key: "b3VyLWxhbXAtYWNjZXNzLWtleS0x" };

function boardWith(parts: object, streams: readonly object[] = [], onenet: object = {}): Board {
  return equipped("studio", {
    parts,
    words: {},
    streams,
    onenet: { generation: "studio", ...FIELDS, ...onenet },
  });
}

function settingsOf({ onenet }: Board): Studio {
  if (onenet.generation !== "studio") throw new Error("not studio");
  return onenet;
}

const line = ({ pointer, problem, remedy }: Finding) => `${pointer}: ${problem}; ${remedy}`;

/** The model of a board, with some of its properties changed. */
function changed(
  board: Board,
  change: (property: Property) => Partial<Needed> | undefined,
): { readonly misfits: string[]; readonly doubts: string[] } {
  const settings = settingsOf(board);
  const own = boardModel(board, settings);
  const model: ThingModel = {
    ...own,
    properties: own.properties.flatMap((one) => {
      const other = change(one);
      return other === undefined ? [] : [{ ...one, ...other }];
    }),
  };
  return {
    misfits: misfitsOf(board, settings, model).map(line),
    doubts: doubtsOf(board, settings, model).map(line),
  };
}

const NOTHING = { misfits: [], doubts: [] };

/** A property that has this type in the model. */
const as =
  (identifier: string, type: DataType["type"], specs?: object) =>
  (one: Property): Partial<Property> =>
    one.identifier === identifier
      ? { dataType: { type, ...(specs && { specs: specs as Record<string, unknown> }) } }
      : {};

describe("structs", () => {
  const board = structured();
  const field = (identifier: string, type: DataType["type"]) => ({ identifier, dataType: { type } });

  test("of the board's own model fit", () => {
    expect(changed(board, () => ({}))).toEqual(NOTHING);
  });

  test("that are missing are named once", () => {
    expect(changed(board, ({ identifier }) => (identifier === "air" ? undefined : {})).misfits).toEqual([
      '/parts/air: the thing model has no property "air"; add it to the model: struct, read-only (只读)',
    ]);
  });

  test("with other members are refused by the member", () => {
    const specs = [field("temp", "float"), field("humidity", "string"), field("battery", "int32")];
    expect(changed(board, as("air", "struct", specs)).misfits).toEqual([
      '/parts/air: the struct "air" has no member "temperature" in the thing model; add it to the model: float; or write another of its identifiers in onenet.identifiers: air.temp',
      '/parts/air: "air.humidity" is string in the thing model, and the board sends float; make it float in the model',
    ]);
  });

  test("may not be something else, or read-only if a member is set", () => {
    expect(changed(board, as("air", "float")).misfits).toEqual([
      '/parts/air: "air" is float in the thing model, and the board sends a struct; make it a struct in the model, or write "air" alone',
    ]);
    expect(
      changed(board, ({ identifier }) => (identifier === "drive" ? { accessMode: "r" } : {})).misfits,
    ).toEqual([
      '/parts/fan: "drive" is read-only in the thing model, so nothing can set it; make it read-write (读写) in the model',
    ]);
  });

  test("of the model are offered for values of their own", () => {
    const own = boardWith({ air: { kind: "dht22", pin: 4 } }, [{ id: "level", source: "uptime" }]);
    const specs = [field("temperature", "float"), field("humidity", "double"), field("on", "bool")];
    const model: ThingModel = {
      properties: [
        { identifier: "air", accessMode: "r", dataType: { type: "struct", specs } },
        { identifier: "level", accessMode: "r", dataType: { type: "struct", specs: [field("up", "int64")] } },
      ],
    };
    expect(misfitsOf(own, settingsOf(own), model).map(line)).toEqual([
      '/streams/0/id: "level" is struct in the thing model, and the board sends int32; make it int32 in the model; or write one of its members here: level.up',
      '/parts/air: the thing model has no property "air_temperature"; add it to the model: float, read-only (只读); or write another of its identifiers in onenet.identifiers: air.temperature, air.humidity',
      '/parts/air: the thing model has no property "air_humidity"; add it to the model: float, read-only (只读); or write another of its identifiers in onenet.identifiers: air.temperature, air.humidity',
    ]);
  });
});

describe("a narrower range", () => {
  const whole = (min: string, max: string, step = "1") => ({ min, max, step, unit: "" });

  test.each<[what: string, part: object, specs: object, problem: string]>([
    ["a dimmer", { kind: "dimmer", pin: 32 }, whole("0", "50"), "0 to 50"],
    ["a dimmer from 1", { kind: "dimmer", pin: 32 }, whole("1", "100"), "1 to 100"],
    ["a dimmed light", { kind: "light", pin: 5, dim: true }, whole("0", "99"), "0 to 99"],
  ])("of %s is refused: the board sends what is outside", (_, part, specs, problem) => {
    const found = changed(boardWith({ fan: part }), as("fan", "int32", specs));
    expect(found).toEqual({
      misfits: [
        `/parts/fan: "fan" is ${problem} in the thing model, and the board sends 0 to 100; allow 0 to 100 in the model`,
      ],
      doubts: [],
    });
  });

  test("of a servo, a setting, an analogue part and a count is refused, too", () => {
    const board = boardWith({
      lid: { kind: "servo", pin: 27 },
      dry: { kind: "setting", default: 5, from: -5.5, to: 30 },
      soil: { kind: "analog", pin: 34, to: [100, 0] },
      meter: { kind: "counter", pin: 16 },
    });
    const narrow: Record<string, DataType> = {
      lid: { type: "int32", specs: whole("0", "90") },
      dry: { type: "float", specs: { min: "0", max: "30" } },
      soil: { type: "double", specs: { max: "99.9" } },
      meter: { type: "int64", specs: { min: "1" } },
    };
    const found = changed(board, ({ identifier, dataType }) => ({
      dataType: narrow[identifier] ?? dataType,
    }));
    expect(found.misfits).toEqual([
      '/parts/lid: "lid" is 0 to 90 in the thing model, and the board sends 0 to 180; allow 0 to 180 in the model',
      '/parts/dry: "dry" is 0 to 30 in the thing model, and the board sends -5.5 to 30; allow -5.5 to 30 in the model',
      '/parts/soil: "soil" is 99.9 or less in the thing model, and the board sends 0 to 100; allow 0 to 100 in the model',
      '/parts/meter: "meter" is 1 or more in the thing model, and the board sends 0 or more; allow 0 or more in the model',
    ]);
  });

  test("of a measured value, or a count's end, is only warned of", () => {
    const board = boardWith({ air: { kind: "dht22", pin: 4 }, meter: { kind: "counter", pin: 16 } }, [
      { id: "rssi", source: "rssi" },
    ]);
    const narrow: Record<string, DataType> = {
      air_temperature: { type: "float", specs: { min: "-20", max: "50" } },
      air_humidity: { type: "float", specs: { min: "0", max: "100" } },
      meter: { type: "int32", specs: whole("0", "9999") },
      rssi: { type: "int32", specs: whole("-100", "0") },
    };
    const found = changed(board, ({ identifier, dataType }) => ({
      dataType: narrow[identifier] ?? dataType,
    }));
    const end = "OneNET refuses a report with a number outside";
    expect(found).toEqual({
      misfits: [],
      doubts: [
        `/streams/0/id: "rssi" is -100 to 0 in the thing model, and the board may send -128 to 0: ${end}; allow -128 to 0 in the model`,
        `/parts/air: "air_temperature" is -20 to 50 in the thing model, and the board may send -55 to 125: ${end}; allow -55 to 125 in the model`,
        `/parts/meter: "meter" is 0 to 9999 in the thing model, and the board may send 0 or more: ${end}; allow 0 or more in the model`,
      ],
    });
  });

  test("of a member of a struct is compared as well", () => {
    const board = structured();
    const fields: Field[] = [
      { identifier: "fan", dataType: { type: "int32", specs: whole("0", "10") } },
      { identifier: "pump", dataType: { type: "bool" } },
      { identifier: "dry_below", dataType: { type: "float" } },
    ];
    const found = changed(board, as("drive", "struct", fields));
    expect(found.misfits).toEqual([
      '/parts/fan: "drive.fan" is 0 to 10 in the thing model, and the board sends 0 to 100; allow 0 to 100 in the model',
    ]);
  });

  test("is that of an enum without some of the numbers", () => {
    const fan = boardWith({ fan: { kind: "dimmer", pin: 32 } });
    const all = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [String(index), "x"]));
    expect(changed(fan, as("fan", "enum", all))).toEqual(NOTHING);
    expect(changed(fan, as("fan", "enum", { "0": "off", "50": "half", "100": "full" })).misfits).toEqual([
      '/parts/fan: "fan" is an enum of 0, 50, 100 in the thing model, and the board sends 0 to 100; make it int32 in the model, or add the numbers that it lacks',
    ]);
    const meter = boardWith({ meter: { kind: "counter", pin: 16 } });
    expect(changed(meter, as("meter", "enum", all)).misfits).toEqual([
      '/parts/meter: "meter" is an enum of 0, 1, 2, 3, 4, 5, 6, 7, … in the thing model, and the board sends 0 or more; make it int32 in the model, or add the numbers that it lacks',
    ]);
  });

  test("is not that of a wider model, or of one without bounds", () => {
    const board = boardWith({ fan: { kind: "dimmer", pin: 32 }, air: { kind: "dht22", pin: 4 } });
    for (const specs of [{}, { min: "", max: "" }, { min: "-1000", max: "1000" }, { min: 0, max: 100 }])
      expect(changed(board, as("fan", "int32", specs))).toEqual(NOTHING);
    expect(changed(board, as("air_humidity", "double", { step: "" }))).toEqual(NOTHING);
  });
});

test("coarser steps are one warning", () => {
  const board = boardWith({
    fan: { kind: "dimmer", pin: 32 },
    air: { kind: "dht22", pin: 4 },
    soil: { kind: "analog", pin: 34, to: [0, 100] },
    dry: { kind: "setting", default: 5 },
    pump: { kind: "switch", pin: 26 },
  });
  const steps: Record<string, string> = {
    ...{ fan: "5", air_temperature: "0.01", air_humidity: "0.1", soil: "0.1", dry: "0.5", pump: "2" },
  };
  const found = changed(board, ({ identifier, dataType }) => ({
    dataType: {
      ...dataType,
      specs: { ...(dataType.specs as Record<string, unknown>), step: steps[identifier] },
    },
  }));
  expect(found).toEqual({
    misfits: [],
    doubts: [
      "/parts/fan: the thing model has coarser steps than the board sends: fan 5, air_humidity 0.1, dry 0.5; OneNET is not known to refuse what lies between; if it does, make the steps finer in the model",
    ],
  });
});

describe("every data type of the console", () => {
  /** A type with what it needs. */
  const specsOf: Partial<Record<DataType["type"], object>> = {
    enum: { "0": "a", "1": "b" },
    struct: [],
    array: { length: 3, type: "int32" },
    string: { length: "10" },
  };
  const FIT: Readonly<Record<string, readonly DataType["type"][]>> = {
    pump: ["bool"],
    fan: ["int32", "int64", "float", "double"],
    lit: ["int32", "int64", "float", "double", "enum"],
    dry: ["float", "double"],
    strip: ["string"],
  };
  const board = boardWith(
    {
      lamp: { kind: "light", pin: 2 },
      pump: { kind: "switch", pin: 26 },
      fan: { kind: "dimmer", pin: 32 },
      dry: { kind: "setting", default: 5 },
      strip: { kind: "light", driver: "ws2812", pin: 17, count: 1, on: "#320000" },
    },
    [{ id: "lit", source: "led" }],
    { properties: { led: "on" } },
  );

  test.each(DATA_TYPES)("%s fits, or is refused by name", (type) => {
    for (const [identifier, fitting] of Object.entries(FIT)) {
      const { misfits } = changed(board, as(identifier, type, specsOf[type]));
      if (fitting.includes(type)) expect([identifier, misfits]).toEqual([identifier, []]);
      else
        expect([identifier, misfits]).toEqual([
          identifier,
          [
            expect.stringMatching(
              new RegExp(`"${identifier}" is (${type}|an enum of 0, 1) in the thing model`),
            ),
          ],
        ]);
    }
  });
});
