import fc from "fast-check";
import { expect, it } from "vitest";
import { createFraming } from "../../../../scripts/local-onenet/wire/framing.ts";

const HEX = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

it("finds packets, however they are split", () => {
  const long = Uint8Array.from([0x30, 0x80, 0x01, ...new Uint8Array(128).fill(7)]);
  const packets = [Uint8Array.from([0xc0, 0]), long, Uint8Array.from([0x40, 2, 0, 1])];
  const stream = Uint8Array.from(packets.flatMap((packet) => [...packet]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const framing = createFraming(1000);
      const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const found = places.slice(1).flatMap((to, index) => framing.push(stream.subarray(places[index], to)));
      expect(found.map(({ bytes }) => HEX(bytes))).toEqual(packets.map(HEX));
    }),
  );
});

it("counts bytes it does not keep", () => {
  const framing = createFraming(4);
  const frames = framing.push(Uint8Array.from([0x30, 6, 1, 2, 3, 4, 5, 6, 0xd0, 0]));
  expect(frames.map(({ bytes, length }) => [HEX(bytes), length])).toEqual([
    ["30060102", 8],
    ["d000", 2],
  ]);
});

it("is lost at a remaining length of five bytes", () => {
  const framing = createFraming(1000);
  expect(framing.push(Uint8Array.from([0xc0, 0, 0x30, 0xff, 0xff, 0xff, 0xff, 1]))).toHaveLength(1);
  expect(framing.isLost).toBe(true);
  expect(framing.push(Uint8Array.from([0xc0, 0]))).toEqual([]);
});
