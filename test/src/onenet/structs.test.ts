import { describe, expect, it } from "vitest";
import type { Json, Value } from "../../../src/onenet/json.ts";
import type { Properties } from "../../../src/onenet/profile.ts";
import { joinedPoints } from "../../../src/onenet/encoder.ts";
import { addStructured, propertyOf, withStructs } from "../../../src/onenet/structs.ts";

const NAMES = ["air.temperature", "air.humidity", "pump", "drive.fan", "drive.colour", "on"];

function paramsOf(values: readonly (Value | null)[], time = ""): unknown {
  const points: string[] = [];
  const length = addStructured(points, NAMES, values, `${time}}`);
  expect(length).toBe(points.join("").length);
  return JSON.parse(`{${joinedPoints(NAMES.map(propertyOf), ":", points, "")}}`);
}

describe("addStructured", () => {
  it("puts the members of a struct into one property", () => {
    expect(paramsOf([21.5, 40, true, 60, '"灯"\\', 0])).toEqual({
      air: { value: { temperature: 21.5, humidity: 40 } },
      pump: { value: true },
      drive: { value: { fan: 60, colour: '"灯"\\' } },
      on: { value: 0 },
    });
  });

  it.each([
    [[21.5, null, null, null, null, null], { air: { value: { temperature: 21.5 } } }],
    [[null, 40, null, null, null, 1], { air: { value: { humidity: 40 } }, on: { value: 1 } }],
    [[null, null, null, 0, null, null], { drive: { value: { fan: 0 } } }],
    [[null, 40, null, 5, null, null], { air: { value: { humidity: 40 } }, drive: { value: { fan: 5 } } }],
    [[null, null, false, null, null, null], { pump: { value: false } }],
  ] as const)("leaves out what is not reported: %j", (values, params) => {
    expect(paramsOf(values)).toEqual(params);
  });

  it("writes the time once a property", () => {
    expect(paramsOf([1, 2, true, null, null, null], ',"time":7')).toEqual({
      air: { value: { temperature: 1, humidity: 2 }, time: 7 },
      pump: { value: true, time: 7 },
    });
  });

  it("collects several reports, each with its own members and time", () => {
    const points: string[] = [];
    addStructured(points, NAMES, [21.5, 40, true, null, null, null], ',"time":1}');
    addStructured(points, NAMES, [null, 41, null, null, "红", 1], ',"time":2}');
    addStructured(points, NAMES, [22, null, false, null, null, null], ',"time":3}');
    expect(JSON.parse(`{${joinedPoints(NAMES.map(propertyOf), ":[", points, "]")}}`)).toEqual({
      air: [
        { value: { temperature: 21.5, humidity: 40 }, time: 1 },
        { value: { humidity: 41 }, time: 2 },
        { value: { temperature: 22 }, time: 3 },
      ],
      pump: [
        { value: true, time: 1 },
        { value: false, time: 3 },
      ],
      drive: [{ value: { colour: "红" }, time: 2 }],
      on: [{ value: 1, time: 2 }],
    });
  });

  it("distinguishes a struct from one whose name goes on", () => {
    const points: string[] = [];
    addStructured(points, ["air.a", "air2.a", "air"], [1, 2, 3], "}");
    expect(points).toEqual(['{"value":{"a":1}}', '{"value":{"a":2}}', '{"value":3}']);
  });
});

describe("withStructs", () => {
  const MEMBERS = ["temperature", "humidity"];
  let set: [string, Json | undefined][] = [];
  const flat: Properties = {
    names: ["air.temperature", "pump", "air.humidity"],
    set(name, value) {
      set.push([name, value]);
      return typeof value === "number" && NAMES.includes(name);
    },
    get: (name) => (name === "pump" ? true : undefined),
  };
  const properties = withStructs(flat, (property) => (property === "air" ? MEMBERS : []));
  const after = (name: string, value: Json | undefined) => {
    set = [];
    return [properties.set(name, value), ...set];
  };

  it("names each property once", () => {
    expect(properties.names).toEqual(["air", "pump"]);
  });

  it("sets the members that are given, and others whole", () => {
    expect(after("air", { humidity: 4 })).toEqual([true, ["air.humidity", 4]]);
    expect(after("air", { humidity: 4, temperature: 1 })).toEqual([
      true,
      ["air.humidity", 4],
      ["air.temperature", 1],
    ]);
    expect(after("pump", 1)).toEqual([true, ["pump", 1]]);
    expect(properties.get("pump")).toBe(true);
  });

  it("says that a struct cannot be set if one of its members cannot", () => {
    expect(after("air", { smell: 1, humidity: 4 })).toEqual([false, ["air.smell", 1], ["air.humidity", 4]]);
    expect(after("air", { humidity: {} })[0]).toBe(false);
    expect(after("pump", { humidity: 4 })).toEqual([false, ["pump", { humidity: 4 }]]);
  });

  it.each([undefined, null, {}, [], "air", 5, true, [1]])("refuses %j for a struct", (value) => {
    expect(after("air", value)[0]).toBe(false);
  });
});
