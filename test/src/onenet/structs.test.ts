import { describe, expect, it } from "vitest";
import type { Json, Value } from "../../../src/onenet/json.ts";
import type { Properties } from "../../../src/onenet/profile.ts";
import { inPieces } from "../../../src/onenet/encoder.ts";
import { propertyOf, structured, withStructs } from "../../../src/onenet/structs.ts";
import { wholeOf } from "./pieces.ts";

const NAMES = ["air.temperature", "air.humidity", "pump", "drive.fan", "drive.colour", "on"];

type Report = readonly [values: readonly (Value | null)[], at: number];

/** The members of `params`: each property's values, with their times. */
function paramsOf(names: readonly string[], ...reports: readonly Report[]): unknown {
  const pieces = inPieces(
    (visit) => reports.forEach(([values, at]) => visit(values, at)),
    () => names,
    propertyOf,
    (stream, values, at) => {
      const value = structured(names, values, stream);
      return value && `[${value},${String(at)}]`;
    },
    "{",
    ":[",
    "]",
    "}",
  );
  return JSON.parse(wholeOf(pieces));
}

describe("structured", () => {
  it("puts the members of a struct into one property", () => {
    expect(paramsOf(NAMES, [[21.5, 40, true, 60, '"灯"\\', 0], 7])).toEqual({
      air: [[{ temperature: 21.5, humidity: 40 }, 7]],
      pump: [[true, 7]],
      drive: [[{ fan: 60, colour: '"灯"\\' }, 7]],
      on: [[0, 7]],
    });
  });

  it.each([
    [[21.5, null, null, null, null, null], { air: { temperature: 21.5 } }],
    [[null, 40, null, null, null, 1], { air: { humidity: 40 }, on: 1 }],
    [[null, null, null, 0, null, null], { drive: { fan: 0 } }],
    [[null, 40, null, 5, null, null], { air: { humidity: 40 }, drive: { fan: 5 } }],
    [[null, null, false, null, null, null], { pump: false }],
  ] as const)("leaves out what is not reported: %j", (values, params) => {
    const expected = Object.entries(params).map(([name, value]) => [name, [[value, 7]]]);
    expect(paramsOf(NAMES, [values, 7])).toEqual(Object.fromEntries(expected));
  });

  it("collects several reports, each with its own members and time", () => {
    expect(
      paramsOf(
        NAMES,
        [[21.5, 40, true, null, null, null], 1],
        [[null, 41, null, null, "红", 1], 2],
        [[22, null, false, null, null, null], 3],
      ),
    ).toEqual({
      air: [
        [{ temperature: 21.5, humidity: 40 }, 1],
        [{ humidity: 41 }, 2],
        [{ temperature: 22 }, 3],
      ],
      pump: [
        [true, 1],
        [false, 3],
      ],
      drive: [[{ colour: "红" }, 2]],
      on: [[1, 2]],
    });
  });

  it("distinguishes a struct from one whose name goes on", () => {
    expect(paramsOf(["air.a", "air2.a", "ai"], [[1, 2, 3], 7])).toEqual({
      air: [[{ a: 1 }, 7]],
      air2: [[{ a: 2 }, 7]],
      ai: [[3, 7]],
    });
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
