import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publish } from "../../../src/mqtt/encode.ts";
import { type1, type3, type DataPoint } from "../../../src/onenet/dp.ts";
import { bytes, hex, utf8 } from "../../lib/bytes.ts";

describe("a frame, byte for byte", () => {
  const cases: [name: string, frame: string, expected: string][] = [
    [
      "type 1",
      type1([{ id: "switch", value: 3 }]),
      `01 00 3c '{"datastreams":[{"id":"switch","datapoints":[{"value":3}]}]}'`,
    ],
    [
      "type 1 of two streams",
      type1([
        { id: "a", value: "x" },
        { id: "b", value: true },
      ]),
      `01 00 62 '{"datastreams":[{"id":"a","datapoints":[{"value":"x"}]},{"id":"b","datapoints":[{"value":true}]}]}'`,
    ],
    [
      "type 3",
      type3([
        { id: "temperature", value: 22.5 },
        { id: "humidity", value: "95.2%" },
      ]),
      `03 00 27 '{"temperature":22.5,"humidity":"95.2%"}'`,
    ],
    [
      "type 3 of a Chinese name",
      type3([{ id: utf8("温度"), value: 1 }]),
      `03 00 0c '{"' e6 b8 a9 e5 ba a6 '":1}'`,
    ],
  ];
  it.each(cases)("%s", (_name, frame, expected) => expect(hex(frame)).toBe(hex(bytes(expected))));
});

it("is what the platform's document shows, once it is published", () => {
  const packet = publish("$dp", type1([{ id: "switch", value: 3 }]), 0, 0);
  expect(hex(packet)).toMatch(/^30 44 00 03 24 64 70 01 00 3c 7b 22 /);
});

it("is refused over 65535 bytes, before a byte is sent", () => {
  const long = [{ id: "a", value: "x".repeat(65535) }];
  expect(() => type1(long)).toThrow(/MQTT takes 65535/);
  expect(() => type3(long)).toThrow(/MQTT takes 65535/);
});

describe("a server reads what was measured", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  const points = fc.uniqueArray(fc.record({ id: fc.string({ unit: "binary", minLength: 1 }), value }), {
    minLength: 1,
    maxLength: 10,
    selector: (point) => point.id,
  });

  /** As the chip holds it: text as bytes. */
  function onChip({ id, value }: DataPoint): DataPoint {
    return { id: utf8(id), value: typeof value === "string" ? utf8(value) : value };
  }

  function read(frame: string, type: number): unknown {
    const buffer = Buffer.from(frame, "latin1");
    expect(buffer[0]).toBe(type);
    expect(buffer.readUInt16BE(1)).toBe(buffer.length - 3);
    return JSON.parse(buffer.toString("utf8", 3));
  }

  it("from type 1", () => {
    fc.assert(
      fc.property(points, (points) => {
        expect(read(type1(points.map(onChip)), 1)).toEqual({
          datastreams: points.map(({ id, value }) => ({
            id,
            datapoints: [{ value: value === 0 ? 0 : value }],
          })),
        });
      }),
    );
  });

  it("from type 3", () => {
    fc.assert(
      fc.property(points, (points) => {
        const expected = points.map(({ id, value }) => [id, value === 0 ? 0 : value] as const);
        expect(Object.entries(read(type3(points.map(onChip)), 3) as object)).toEqual(
          Object.entries(Object.fromEntries(expected)),
        );
      }),
    );
  });
});
