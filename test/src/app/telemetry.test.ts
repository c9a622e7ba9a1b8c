import { beforeEach, expect, it, onTestFinished } from "vitest";
import { createTelemetry, MEASURING_TIME, type Telemetry } from "../../../src/app/telemetry.ts";
import type { Value } from "../../../src/onenet/json.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

/** What the sensors show. */
let values: Record<string, Value | undefined>;
/** What was measured since the last look: the number of a group, and its values. */
let seen: string[];
let telemetry: Telemetry;

interface Stream {
  readonly id: string;
  /** In s. */
  readonly period: number;
  readonly isWatched: boolean;
  /** Number of its struct, for a member of one. */
  readonly struct?: number;
}

function stream(id: string, period: number, isWatched = false): Stream {
  return { id, period, isWatched };
}

function inStruct(id: string, period: number, isWatched = false): Stream {
  return { id, period, isWatched, struct: 100 };
}

function start(...groups: Stream[][]): void {
  const all = groups.flat();
  telemetry = createTelemetry(
    {
      sizes: () => groups.map(({ length }) => length),
      periods: () => all.map(({ period }) => period),
      struct: (stream) => all[stream]?.struct ?? stream,
      isWatched: (at) => all[at]?.isWatched ?? false,
      read: (at) => values[all[at]?.id ?? ""],
      encode: () => "",
      batch: () => () => "",
    },
    (at, measured) => seen.push([at, ...measured.map((value) => value ?? "-")].join(" ")),
  );
}

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

beforeEach(() => {
  values = { a: 1, b: 2, c: 3 };
});

it("measures every stream at the first tick, those in a group together", () => {
  start([stream("a", 1), stream("c", 1)], [stream("b", 1)]);
  expect(after(() => telemetry.tick(1000))).toEqual(["0 1 3", "1 2"]);
  expect(after(() => telemetry.tick(1001))).toEqual([]);
});

it("measures each stream at its own period", () => {
  start([stream("a", 2), stream("b", 3)]);
  telemetry.tick(0);
  const ticks = [1000, 2000, 3000, 4000, 5000, 6000].map((now) => after(() => telemetry.tick(now)));
  expect(ticks).toEqual([[], ["0 1 -"], ["0 - 2"], ["0 1 -"], [], ["0 1 2"]]);
});

it("measures a watched stream's change at the next tick, and restarts its period", () => {
  start([stream("a", 60, true), stream("b", 60)]);
  telemetry.tick(1000);
  values = { a: 5, b: 6 };
  expect(after(() => telemetry.tick(2000))).toEqual(["0 5 -"]);
  expect(after(() => telemetry.tick(3000))).toEqual([]);
  expect(after(() => telemetry.tick(61_000))).toEqual(["0 - 6"]);
  expect(after(() => telemetry.tick(62_000))).toEqual(["0 5 -"]);
});

it("retries until there is a value", () => {
  values = { a: undefined, b: 2 };
  start([stream("a", 5), stream("b", 60)]);
  expect(after(() => telemetry.tick(1000))).toEqual(["0 - 2"]);
  expect(after(() => telemetry.tick(2000))).toEqual([]);
  values["a"] = -60;
  expect(after(() => telemetry.tick(3000))).toEqual(["0 -60 -"]);
  expect(after(() => telemetry.tick(7000))).toEqual([]);
  expect(after(() => telemetry.tick(8000))).toEqual(["0 -60 -"]);
});

it("returns the last value, if there was one", () => {
  values = { a: 5, b: undefined, c: NaN };
  start([stream("a", 1), stream("b", 1)], [stream("c", 1)]);
  const last = () => [-1, 0, 1, 2].map((at) => telemetry.last(at));
  expect(last()).toEqual([undefined, undefined, undefined, undefined]);
  telemetry.tick(0);
  expect(last()).toEqual([undefined, 5, undefined, undefined]);
  values = { a: 6, b: "x", c: 0 };
  expect(last()).toEqual([undefined, 5, undefined, undefined]); // it does not measure
  telemetry.tick(1000);
  expect(last()).toEqual([undefined, 6, "x", 0]);
});

it("measures every stream again when asked", () => {
  start([stream("a", 60), stream("b", 60)]);
  telemetry.tick(0);
  telemetry.again();
  expect(after(() => telemetry.tick(1000))).toEqual(["0 1 2"]);
  expect(after(() => telemetry.tick(2000))).toEqual([]);
});

it.each([NaN, Infinity, -Infinity])("skips %s, a failed measurement, until the next period", (value) => {
  values = { a: value, b: 2 };
  start([stream("a", 1), stream("b", 1)]);
  expect(after(() => telemetry.tick(0))).toEqual(["0 - 2"]);
  values = { a: 1, b: 2 };
  expect(after(() => telemetry.tick(500))).toEqual([]);
  expect(after(() => telemetry.tick(1000))).toEqual(["0 1 2"]);
});

it("reports the last values of a struct's other members, too, but none that failed", () => {
  start([inStruct("a", 10), stream("b", 10), inStruct("c", 1, true), inStruct("d", 10)]);
  values = { a: 1, b: 2, c: 3, d: NaN };
  expect(after(() => telemetry.tick(0))).toEqual(["0 1 2 3 -"]);
  values = { a: 5, b: 6, c: 4, d: 7 };
  expect(
    after(() => telemetry.tick(500)),
    "c has changed",
  ).toEqual(["0 1 - 4 -"]);
  expect(
    after(() => telemetry.tick(1500)),
    "c is due",
  ).toEqual(["0 1 - 4 -"]);
  expect(after(() => telemetry.tick(10_000))).toEqual(["0 5 6 4 7"]);
  values = { a: NaN, b: 6, c: NaN, d: undefined };
  expect(
    after(() => telemetry.tick(11_000)),
    "nothing of it to report",
  ).toEqual([]);
  expect(after(() => telemetry.tick(20_000))).toEqual(["0 - 6 - -"]);
  values = { a: 1, b: 6, c: 9, d: undefined };
  expect(after(() => telemetry.tick(20_500))).toEqual(["0 - - 9 7"]);
});

it("of a board that sleeps: waits for all streams, and reports them together", () => {
  setFeatures({ ...ALL_FEATURES, sleeps: true });
  onTestFinished(() => setFeatures(ALL_FEATURES));
  start([stream("a", 60), stream("b", 60)], [stream("c", 60, true)]);
  values = { a: 1, c: 3 };
  expect(after(() => telemetry.tick(0))).toEqual([]);
  expect(telemetry.isMeasured()).toBe(false);
  values = { a: 9, b: 2, c: 3 };
  expect(after(() => telemetry.tick(100))).toEqual(["0 1 2", "1 3"]);
  expect(telemetry.isMeasured()).toBe(true);
  expect(after(() => telemetry.tick(200))).toEqual([]);
  values = { c: 4 };
  expect(after(() => telemetry.tick(300))).toEqual(["1 4"]);
});

it("of a board that sleeps: does not wait for ever", () => {
  setFeatures({ ...ALL_FEATURES, sleeps: true });
  onTestFinished(() => setFeatures(ALL_FEATURES));
  start([stream("a", 60), stream("b", 60)]);
  values = { a: 1 };
  expect(after(() => telemetry.tick(0))).toEqual([]);
  expect(after(() => telemetry.tick(MEASURING_TIME))).toEqual(["0 1 -"]);
  expect(telemetry.isMeasured()).toBe(true);
});
