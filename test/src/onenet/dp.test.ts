import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDpFrame } from "../../../scripts/local-onenet/dp.ts";
import { sized } from "../../../src/mqtt/bytes.ts";
import { publish } from "../../../src/mqtt/encode.ts";
import * as dp from "../../../src/onenet/dp.ts";
import type { Encoder, TimeFormat } from "../../../src/onenet/encoder.ts";
import type { Value } from "../../../src/onenet/json.ts";
import { localTime } from "../../../src/onenet/time.ts";
import { anyText } from "../../support/any-text.ts";
import { bytes, hex, utf8 } from "../../support/bytes.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

/** 2015-03-22 22:31:12.345 in Beijing. */
const AT = Date.UTC(2015, 2, 22, 14, 31, 12, 345);
const beijing = localTime(8);

/** An encoder as a bundle has it: one without a time format is in a bundle without the time. */
function built<V>(encode: (values: V, at: number | undefined) => string, time?: TimeFormat): typeof encode {
  return (values, at) => {
    setFeatures({ ...ALL_FEATURES, datedPoints: time !== undefined });
    try {
      return encode(values, at);
    } finally {
      setFeatures(ALL_FEATURES);
    }
  };
}

const type1 = (ids: string[], time?: TimeFormat) =>
  built(
    dp.type1(() => ids, time),
    time,
  );
const type2 = (id: string, description: string, time?: TimeFormat) =>
  built(dp.type2(id, description, time), time);
const type3 = (ids: string[]) => dp.type3(() => ids);
const type4 = (ids: string[], time: TimeFormat) => dp.type4(() => ids, time);
const type5 = (ids: string[], time?: TimeFormat) =>
  built(
    dp.type5(() => ids, time),
    time,
  );
const type6 = (ids: string[], time?: TimeFormat) =>
  built(
    dp.type6(() => ids, time),
    time,
  );
const type7 = (numbers: number[], time?: TimeFormat) => built(dp.type7(numbers, time), time);

describe("a frame, byte for byte", () => {
  const cases: [name: string, frame: string, expected: string][] = [
    [
      "type 1",
      type1(["switch"])([3], undefined),
      `01 00 3c '{"datastreams":[{"id":"switch","datapoints":[{"value":3}]}]}'`,
    ],
    [
      "type 1 of two streams",
      type1(["a", "b"])(["x", true], undefined),
      `01 00 62 '{"datastreams":[{"id":"a","datapoints":[{"value":"x"}]},{"id":"b","datapoints":[{"value":true}]}]}'`,
    ],
    [
      "type 1 with the time",
      type1(["a"], beijing)([36.5], AT),
      `01 00 55 '{"datastreams":[{"id":"a","datapoints":[{"at":"2015-03-22 22:31:12","value":36.5}]}]}'`,
    ],
    [
      "type 2",
      type2("image", "pixels")(["\0\xff,"], undefined),
      `02 00 21 '{"ds_id":"image","desc":"pixels"}' 00 00 00 03 00 ff 2c`,
    ],
    [
      "type 2 with the time",
      type2("image", "pixels", beijing)([7], AT),
      `02 00 3c '{"ds_id":"image","at":"2015-03-22 22:31:12","desc":"pixels"}' 00 00 00 01 '7'`,
    ],
    [
      "type 3",
      type3(["temperature", "humidity"])([22.5, "95.2%"], undefined),
      `03 00 27 '{"temperature":22.5,"humidity":"95.2%"}'`,
    ],
    ["type 3 of a Chinese name", type3([utf8("温度")])([1], AT), `03 00 0c '{"' e6 b8 a9 e5 ba a6 '":1}'`],
    [
      "type 4",
      type4(["temperature"], beijing)([22.5], AT),
      `04 00 2c '{"temperature":{"2015-03-22 22:31:12":22.5}}'`,
    ],
    ["type 5", type5(["pm2.5", "led"])([89, "#ff0000"], AT), `05 00 16 ',;pm2.5,89;led,#ff0000'`],
    [
      "type 5 with the time",
      type5(["temperature"], beijing)([22.5], AT),
      `05 00 26 ',;temperature,2015-03-22 22:31:12,22.5'`,
    ],
    ["type 6", type6(["a", "b"])([1, 2], undefined), `06 00 09 ',;a,1;b,2'`],
    ["type 6 with the time", type6(["a"], beijing)([1], AT), `86 0f 03 16 16 1f 0c 00 05 ',;a,1'`],
    [
      "type 7",
      type7([258, 65535])([34, -20.3], undefined),
      "07 01 02 00 01 00 00 08 42 ff ff 00 01 66 66 a2 c1",
    ],
    [
      "type 7 with the time, as the platform's document shows it",
      type7([1], beijing)([[34, -20.3]], AT),
      "87 0f 03 16 16 1f 0c 00 01 00 02 00 00 08 42 66 66 a2 c1",
    ],
  ];
  it.each(cases)("%s", (_name, frame, expected) => expect(hex(frame)).toBe(hex(bytes(expected))));

  it.each([
    ["type 1", type1(["x", "b", "z"]), `{"datastreams":[{"id":"b","datapoints":[{"value":2}]}]}`],
    ["type 3", type3(["x", "b", "z"]), `{"b":2}`],
    ["type 5", type5(["x", "b", "z"]), ",;b,2"],
    ["type 7", type7([1, 2, 3]), bytes("00 02 00 01 00 00 00 40")],
  ])("%s omits unreported values", (_name, encode, rest) => {
    expect(encode([null, 2, null], undefined).endsWith(rest)).toBe(true);
    expect(encode([null, 2, null], undefined)).not.toMatch(/[xz]/);
  });

  it.each<[name: string, encode: Encoder]>([
    ["type 1", type1(["a"], beijing)],
    ["type 2", type2("a", "b", beijing)],
    ["type 5", type5(["a"], beijing)],
    ["type 6", type6(["a"], beijing)],
    ["type 7", type7([1], beijing)],
  ])("%s carries no time while it is unknown", (_name, encode) => {
    expect(points(encode([1], undefined))).toEqual([
      expect.not.objectContaining({ at: expect.anything() as unknown }),
    ]);
  });
});

it("matches the platform's document when published", () => {
  const packet = publish(sized("$dp"), type1(["switch"])([3], undefined), 0, 0);
  expect(hex(packet)).toMatch(/^30 44 00 03 24 64 70 01 00 3c 7b 22 /);
  const floats = publish(sized("$dp"), type7([1], beijing)([[34, -20.3]], AT), 0, 0);
  expect(hex(floats)).toMatch(/^30 18 00 03 24 64 70 87 (.. ){6}00 01 00 02 00 00 08 42 66 66 a2 c1$/);
});

describe("is rejected before a byte is sent", () => {
  const long = "x".repeat(65535);
  it.each<[name: string, make: () => string, reason: string]>([
    ["type 1 over 65535 bytes", () => type1(["a"])([long], AT), "over 65535 bytes"],
    ["a description of type 2 over 65535 bytes", () => type2("a", long)([1], AT), "over 65535 bytes"],
    ["type 3 over 65535 bytes", () => type3(["a"])([long], AT), "over 65535 bytes"],
    ["type 4 over 65535 bytes", () => type4(["a"], beijing)([long], AT), "over 65535 bytes"],
    ["type 5 over 65535 bytes", () => type5(["a"])([long], AT), "over 65535 bytes"],
    ["type 6 over 65535 bytes", () => type6(["a"])([long], AT), "over 65535 bytes"],
    [
      "type 4 without the time",
      () => type4(["a"], beijing)([1], undefined),
      "type 4 needs the time, which is not known",
    ],
    ["a name with a comma", () => type5(["a,b"])([1], AT), "cannot carry , or ; but there is one in a,b"],
    ["a name with a semicolon", () => type6(["a;b"])([1], AT), "cannot carry , or ; but there is one in a;b"],
    ["a value with a comma", () => type6(["a"])(["1,5"], AT), "cannot carry , or ; but there is one in 1,5"],
    [
      "a value with a semicolon",
      () => type5(["a"])(["x;"], AT),
      "cannot carry , or ; but there is one in x;",
    ],
    ["number 0", () => type7([0])([1], AT), "numbers its data streams 1 to 65535, not 0"],
    ["number 65536", () => type7([65536])([1], AT), "1 to 65535, not 65536"],
    ["number 1.5", () => type7([1.5])([1], AT), "1 to 65535, not 1.5"],
    ["no number", () => type7([NaN])([1], AT), "1 to 65535, not NaN"],
    ["a text in type 7", () => type7([1])(["1"], AT), "carries float32 numbers, not 1"],
    ["a truth value in type 7", () => type7([1])([true], AT), "carries float32 numbers, not true"],
    ["NaN in type 7", () => type7([1])([NaN], AT), "carries float32 numbers, not NaN"],
    ["a number beyond float32", () => type7([1])([1e39], AT), "carries float32 numbers, not 1e+39"],
    [
      "501 floats",
      () => type7([1, 2])([Array<number>(500).fill(1), 1], AT),
      "501 values; $dp type 7 takes 500",
    ],
  ])("%s", (_name, make, reason) => expect(make).toThrow(reason));

  it("but not if it just fits", () => {
    expect(points(type3(["a"])(["x".repeat(65527)], AT))).toHaveLength(1);
    expect(points(type7([65535])([Array<number>(500).fill(3.4e38)], AT))).toHaveLength(500);
    expect(points(type2("a", "b")([`${long}x`], AT))).toHaveLength(1);
  });
});

it("uses its time zone's calendar", () => {
  expect(localTime(8)(Date.UTC(2023, 11, 31, 16))).toBe("2024-01-01 00:00:00");
  expect(localTime(-12)(Date.UTC(2024, 2, 1))).toBe("2024-02-29 12:00:00");
  expect(localTime(0)(999.9)).toBe("1970-01-01 00:00:00");
});

describe("a server reads what was measured", () => {
  /** Seconds of the years 2020–2099 in Beijing, in ms. */
  const time = fc.option(
    fc.integer({ min: 1577836800, max: 4102415999 }).map((s) => s * 1000),
    { nil: undefined },
  );
  const text = anyText();
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x));
  const value = fc.oneof(text, fc.integer(), number, fc.boolean());
  /** Excludes values that records cannot hold and numbers written as text, which are tested separately. */
  const field = fc.oneof(
    text.filter((text) => !/[,;]|^-?\d/.test(text)),
    fc.integer(),
    number,
  );
  const id = anyText({ minLength: 1, maxLength: 20 });
  const fieldId = id.filter((id) => !/[,;]/.test(id));
  const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x));
  const streamNumber = fc.integer({ min: 1, max: 65535 });

  /** Streams with different names, at least one of them with a value. */
  function streams<K, V>(name: fc.Arbitrary<K>, value: fc.Arbitrary<V>): fc.Arbitrary<[K, V | null][]> {
    return fc
      .uniqueArray(fc.tuple(name, fc.option(value, { nil: null })), {
        minLength: 1,
        maxLength: 10,
        selector: ([name]) => name,
      })
      .filter((streams) => streams.some(([, value]) => value !== null));
  }

  function textOf(at: number): string {
    return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  }

  function checkText(
    make: (ids: string[]) => Encoder,
    arbitrary: fc.Arbitrary<[string, Value | null][]>,
    carriesTime: boolean,
    times: fc.Arbitrary<number | undefined> = time,
  ): void {
    fc.assert(
      fc.property(arbitrary, times, (streams, at) => {
        // As on the chip: text as bytes.
        const onChip = streams.map(([, value]) => (typeof value === "string" ? utf8(value) : value));
        const frame = make(streams.map(([id]) => utf8(id)))(onChip, at);
        const expected = streams
          .filter(([, value]) => value !== null)
          .map(([stream, value]) => ({ stream, value, ...(carriesTime && at ? { at: textOf(at) } : {}) }));
        const byName = (a: { stream: string }, b: { stream: string }) => (a.stream < b.stream ? -1 : 1);
        expect([...points(frame)].sort(byName)).toEqual(expected.sort(byName)); // numeric names come first in a JSON object
      }),
    );
  }

  it("from type 1", () => checkText((ids) => type1(ids, beijing), streams(id, value), true));
  it("from type 3", () => checkText(type3, streams(id, value), false));
  it("from type 4", () =>
    checkText(
      (ids) => type4(ids, beijing),
      streams(id, value),
      true,
      time.map((at) => at ?? AT),
    ));
  it("from type 5", () => checkText((ids) => type5(ids, beijing), streams(fieldId, field), true));
  it("from type 6", () => checkText((ids) => type6(ids, beijing), streams(fieldId, field), true));

  it("from type 2", () => {
    fc.assert(
      fc.property(id, text, fc.uint8Array(), time, (stream, desc, data, at) => {
        const frame = type2(utf8(stream), utf8(desc), beijing)([Buffer.from(data).toString("latin1")], at);
        const value = { desc, base64: Buffer.from(data).toString("base64") };
        expect(points(frame)).toEqual([{ stream, value, ...(at ? { at: textOf(at) } : {}) }]);
      }),
    );
  });

  it("from type 7", () => {
    const floats = fc.oneof(float, fc.array(float, { minLength: 1, maxLength: 40 }));
    fc.assert(
      fc.property(streams(streamNumber, floats), time, (streams, at) => {
        const frame = type7(
          streams.map(([number]) => number),
          beijing,
        )(
          streams.map(([, value]) => value),
          at,
        );
        const expected = streams.flatMap(([number, value]) =>
          [value ?? []]
            .flat()
            .map((float) => ({ stream: String(number), float, ...(at ? { at: textOf(at) } : {}) })),
        );
        const read = points(frame).map(({ value, ...rest }) => ({
          ...rest,
          float: Math.fround(value as number),
        }));
        expect(read).toEqual(expected);
      }),
    );
  });
});

/** The local OneNET's reading of a frame. */
function points(frame: string): readonly { stream: string; value: unknown; at?: string }[] {
  const read = readDpFrame(Buffer.from(frame, "latin1"));
  if (read.kind === "malformed") throw new Error(`byte ${read.offset}: ${read.reason}`);
  return read.points;
}
