import { beforeEach, expect, it } from "vitest";
import { createTelemetry, type DataStream, type Group, type Telemetry } from "../../../src/app/telemetry.ts";
import type { Encoder } from "../../../src/onenet/encoder.ts";
import type { Value } from "../../../src/onenet/json.ts";

/** What the sensors show. */
let values: Record<string, Value | undefined>;
/** The frames published since the test last looked. */
let frames: string[];
/** The lines said. */
let lines: string[];
/** What the next publish returns. */
let nextId: () => number;
let time: number | undefined;
let telemetry: Telemetry;

function stream(id: string, period: number, onChange?: true): DataStream {
  return { period, onChange, read: () => values[id] };
}

/** A frame reads `A 1 - 3`: its group's name, and the values of its streams. */
function group(name: string, ...streams: DataStream[]): Group {
  const encode: Encoder = (values, at) =>
    [name, ...(at === undefined ? [] : [`at ${at}`]), ...values.map((value) => value ?? "-")].join(" ");
  return { encode, streams };
}

function start(...groups: Group[]): void {
  telemetry = createTelemetry(groups, {
    publish(payload) {
      frames.push(payload);
      return nextId();
    },
    timeOfDay: () => time,
    say: (line) => lines.push(line),
  });
}

function after(action: () => void): string[] {
  frames = [];
  action();
  return frames;
}

beforeEach(() => {
  values = { a: 1, b: 2, c: 3 };
  frames = [];
  lines = [];
  time = undefined;
  let id = 0;
  nextId = () => ++id;
});

it("publishes nothing before it is online, then every stream", () => {
  start(group("A", stream("a", 1000)));
  expect(after(() => telemetry.tick(5000))).toEqual([]);
  expect(after(() => telemetry.setOnline(true))).toEqual(["A 1"]);
});

it("puts streams that are due together into one frame, one frame type at a time", () => {
  start(group("A", stream("a", 1000), stream("c", 1000)), group("B", stream("b", 1000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["A 1 3"]);
  expect(after(() => telemetry.tick(1))).toEqual([]);
  expect(after(() => telemetry.published(1, true))).toEqual(["B 2"]);
  expect(after(() => telemetry.published(2, true))).toEqual([]);
});

it("publishes every due frame at once at QoS 0", () => {
  nextId = () => 0;
  start(group("A", stream("a", 1000)), group("B", stream("b", 1000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["A 1", "B 2"]);
});

it("publishes each stream at its own period", () => {
  nextId = () => 0;
  start(group("A", stream("a", 2000), stream("b", 3000)));
  telemetry.setOnline(true);
  const seen = [1000, 2000, 3000, 4000, 5000, 6000].map((now) => after(() => telemetry.tick(now)));
  expect(seen).toEqual([[], ["A 1 -"], ["A - 2"], ["A 1 -"], [], ["A 1 2"]]);
});

it("reports a change at once where a stream wants it", () => {
  nextId = () => 0;
  start(group("A", stream("a", 60_000, true), stream("b", 60_000)));
  telemetry.setOnline(true);
  values = { a: 5, b: 6 };
  expect(after(() => telemetry.changed())).toEqual(["A 5 -"]);
  expect(after(() => telemetry.changed())).toEqual([]);
});

it("leaves out what cannot be measured now, and asks again at its next period", () => {
  nextId = () => 0;
  values = { a: undefined, b: 2 };
  start(group("A", stream("a", 1000), stream("b", 3000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["A - 2"]);
  values["a"] = -60;
  expect(after(() => telemetry.tick(1000))).toEqual(["A -60 -"]);
});

it("publishes no frame without a data point", () => {
  nextId = () => 0;
  values = {};
  start(group("A", stream("a", 1000)), group("B", stream("b", 1000)));
  expect(after(() => telemetry.setOnline(true))).toEqual([]);
});

it("publishes anew what was not acknowledged, with the value of now", () => {
  start(group("A", stream("a", 60_000)), group("B", stream("b", 60_000)));
  telemetry.setOnline(true);
  expect(after(() => telemetry.published(1, false))).toEqual([]);
  telemetry.setOnline(false);
  values = { a: 9, b: 2 };
  expect(after(() => telemetry.setOnline(true))).toEqual(["A 9"]);
  expect(after(() => telemetry.published(2, true))).toEqual(["B 2"]);
});

it("keeps what could not be sent for the next tick", () => {
  nextId = () => -1;
  start(group("A", stream("a", 60_000)));
  telemetry.setOnline(true);
  nextId = () => 0;
  expect(after(() => telemetry.tick(1000))).toEqual(["A 1"]);
  expect(after(() => telemetry.tick(2000))).toEqual([]);
});

it("is not moved by other packets' acknowledgements", () => {
  start(group("A", stream("a", 60_000)), group("B", stream("b", 60_000)));
  telemetry.setOnline(true);
  expect(after(() => telemetry.published(7, true))).toEqual([]);
});

it.each([NaN, Infinity, -Infinity])("leaves out %s, which is no measurement", (value) => {
  values = { a: value, b: 2 };
  start(group("A", stream("a", 1000), stream("b", 1000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["A - 2"]);
});

it("gives a frame the time of its measurement, once it is known", () => {
  nextId = () => 0;
  start(group("A", stream("a", 1000)));
  telemetry.setOnline(true);
  expect(after(() => telemetry.tick(1000))).toEqual(["A 1"]);
  time = 1552289676123;
  expect(after(() => telemetry.tick(2000))).toEqual(["A at 1552289676123 1"]);
});

it("keeps what needs the time until it is known, and nothing else", () => {
  nextId = () => 0;
  start({ ...group("A", stream("a", 60_000)), needsTime: true }, group("B", stream("b", 60_000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["B 2"]);
  expect(after(() => telemetry.tick(1000))).toEqual([]);
  time = 1552289676123;
  expect(after(() => telemetry.tick(2000))).toEqual(["A at 1552289676123 1"]);
});

it("says what a frame cannot carry, and goes on", () => {
  nextId = () => 0;
  const encode: Encoder = () => {
    throw new Error("too long");
  };
  start({ encode, streams: [stream("a", 1000)] }, group("B", stream("b", 1000)));
  expect(after(() => telemetry.setOnline(true))).toEqual(["B 2"]);
  expect(lines).toEqual(["Not reported: too long"]);
  after(() => telemetry.tick(999));
  expect(lines.length).toBe(1);
  after(() => telemetry.tick(1000));
  expect(lines.length).toBe(2);
});
