import { beforeEach, expect, it } from "vitest";
import { createTelemetry, type DataStream, type Telemetry } from "../../../src/app/telemetry.ts";
import type { Encoder } from "../../../src/onenet/dp.ts";
import type { Value } from "../../../src/onenet/json.ts";

const typeA: Encoder = (points) => `A ${points.map(({ id, value }) => `${id}=${value}`).join(" ")}`;
const typeB: Encoder = (points) => `B ${points.map(({ id, value }) => `${id}=${value}`).join(" ")}`;

/** What the sensors show. */
let values: Record<string, Value | undefined>;
/** The frames published since the test last looked. */
let frames: string[];
/** What the next publish returns. */
let nextId: () => number;
let telemetry: Telemetry;

function stream(id: string, period: number, encode: Encoder, onChange = false): DataStream {
  return { id, period, encode, onChange, read: () => values[id] };
}

function start(streams: DataStream[]): void {
  telemetry = createTelemetry(streams, (payload) => {
    frames.push(payload);
    return nextId();
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
  let id = 0;
  nextId = () => ++id;
});

it("publishes nothing before it is online, then every stream", () => {
  start([stream("a", 1000, typeA)]);
  expect(after(() => telemetry.tick(5000))).toEqual([]);
  expect(after(() => telemetry.setOnline(true))).toEqual(["A a=1"]);
});

it("puts streams that are due together into one frame, one frame type at a time", () => {
  start([stream("a", 1000, typeA), stream("b", 1000, typeB), stream("c", 1000, typeA)]);
  expect(after(() => telemetry.setOnline(true))).toEqual(["A a=1 c=3"]);
  expect(after(() => telemetry.tick(1))).toEqual([]);
  expect(after(() => telemetry.published(1, true))).toEqual(["B b=2"]);
  expect(after(() => telemetry.published(2, true))).toEqual([]);
});

it("publishes every due frame at once at QoS 0", () => {
  nextId = () => 0;
  start([stream("a", 1000, typeA), stream("b", 1000, typeB)]);
  expect(after(() => telemetry.setOnline(true))).toEqual(["A a=1", "B b=2"]);
});

it("publishes each stream at its own period", () => {
  nextId = () => 0;
  start([stream("a", 2000, typeA), stream("b", 3000, typeA)]);
  telemetry.setOnline(true);
  const seen = [1000, 2000, 3000, 4000, 5000, 6000].map((now) => after(() => telemetry.tick(now)));
  expect(seen).toEqual([[], ["A a=1"], ["A b=2"], ["A a=1"], [], ["A a=1 b=2"]]);
});

it("reports a change at once where a stream wants it", () => {
  nextId = () => 0;
  start([stream("a", 60_000, typeA, true), stream("b", 60_000, typeA)]);
  telemetry.setOnline(true);
  values = { a: 5, b: 6 };
  expect(after(() => telemetry.changed())).toEqual(["A a=5"]);
  expect(after(() => telemetry.changed())).toEqual([]);
});

it("leaves out what cannot be measured now, and asks again at its next period", () => {
  nextId = () => 0;
  values = { a: undefined, b: 2 };
  start([stream("a", 1000, typeA), stream("b", 3000, typeA)]);
  expect(after(() => telemetry.setOnline(true))).toEqual(["A b=2"]);
  values["a"] = -60;
  expect(after(() => telemetry.tick(1000))).toEqual(["A a=-60"]);
});

it("publishes no frame without a data point", () => {
  nextId = () => 0;
  values = {};
  start([stream("a", 1000, typeA), stream("b", 1000, typeB)]);
  expect(after(() => telemetry.setOnline(true))).toEqual([]);
});

it("publishes anew what was not acknowledged, with the value of now", () => {
  start([stream("a", 60_000, typeA), stream("b", 60_000, typeB)]);
  telemetry.setOnline(true);
  expect(after(() => telemetry.published(1, false))).toEqual([]);
  telemetry.setOnline(false);
  values = { a: 9, b: 2 };
  expect(after(() => telemetry.setOnline(true))).toEqual(["A a=9"]);
  expect(after(() => telemetry.published(2, true))).toEqual(["B b=2"]);
});

it("keeps what could not be sent for the next tick", () => {
  nextId = () => -1;
  start([stream("a", 60_000, typeA)]);
  telemetry.setOnline(true);
  nextId = () => 0;
  expect(after(() => telemetry.tick(1000))).toEqual(["A a=1"]);
  expect(after(() => telemetry.tick(2000))).toEqual([]);
});

it("is not moved by other packets' acknowledgements", () => {
  start([stream("a", 60_000, typeA), stream("b", 60_000, typeB)]);
  telemetry.setOnline(true);
  expect(after(() => telemetry.published(7, true))).toEqual([]);
});
