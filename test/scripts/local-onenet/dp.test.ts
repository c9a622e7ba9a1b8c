import fc from "fast-check";
import { expect, test } from "vitest";
import { readDpFrame } from "../../../scripts/local-onenet/dp.ts";
import { dpFrame, hex } from "./wire.ts";

const streams = (datapoints: string) => `{"datastreams":[{"id":"t","datapoints":${datapoints}}]}`;

test("the platform document's example of type 1", () => {
  const payload = Buffer.concat([
    hex("01 00 3c"),
    Buffer.from('{"datastreams":[{"id":"switch","datapoints":[{"value":3}]}]}'),
  ]);
  expect(readDpFrame(payload)).toEqual({
    kind: "points",
    type: 1,
    points: [{ stream: "switch", value: 3 }],
  });
});

test("type 1 carries times, texts, objects and several streams", () => {
  const json =
    '{"datastreams":[{"id":"温度","datapoints":[{"at":"2013-04-22 22:22:22","value":36.5},{"value":"热"}]},' +
    '{"id":"position","datapoints":[{"value":{"lon":106.5,"lat":null}}]}]}';
  expect(readDpFrame(dpFrame(1, json))).toEqual({
    kind: "points",
    type: 1,
    points: [
      { stream: "温度", value: 36.5, at: "2013-04-22 22:22:22" },
      { stream: "温度", value: "热" },
      { stream: "position", value: { lon: 106.5, lat: null } },
    ],
  });
});

test("type 3 carries names and values", () => {
  expect(readDpFrame(dpFrame(3, '{"temperature":22.5,"humidity":"95.2%","__proto__":1}'))).toEqual({
    kind: "points",
    type: 3,
    points: [
      { stream: "temperature", value: 22.5 },
      { stream: "humidity", value: "95.2%" },
      { stream: "__proto__", value: 1 },
    ],
  });
});

test.each([0x02, 0x04, 0x05, 0x06, 0x07, 0x86, 0x87])("type byte %i is known but not read", (first) => {
  expect(readDpFrame(Buffer.from([first, 0, 0]))).toEqual({ kind: "unsupported", type: first & 0x3f });
});

test.each<[name: string, payload: Buffer, offset: number, reason: RegExp]>([
  ["nothing", Buffer.alloc(0), 0, /empty/],
  ["type 0", hex("00 00 00"), 0, /type 0 is unknown/],
  ["type 8", hex("08 00 00"), 0, /type 8 is unknown/],
  ["type 1 with the flag for time bytes", hex("81 00 02 7b 7d"), 0, /takes no flags/],
  ["type 3 with bit 6", hex("43 00 02 7b 7d"), 0, /takes no flags/],
  ["no length", hex("01"), 1, /ends inside the length/],
  ["half a length", hex("01 00"), 2, /ends inside the length/],
  ["a length too long", hex("03 00 03 7b 7d"), 1, /says 3 bytes.*2 follow/],
  ["a length too short", hex("03 00 01 7b 7d"), 1, /says 1 bytes.*2 follow/],
  ["a little-endian length", hex("03 02 00 7b 7d"), 1, /says 512 bytes/],
  ["a Latin-1 byte", dpFrame(3, Buffer.from('{"a":"\xe9"}', "latin1")), 9, /not UTF-8/],
  ["half a character", dpFrame(3, hex("7b 22 e6 b8")), 5, /not UTF-8/],
  [
    "a bad byte after a true U+FFFD",
    dpFrame(3, Buffer.concat([Buffer.from('{"�'), hex("ff 22")])),
    8,
    /not UTF-8/,
  ],
  ["no JSON", dpFrame(3, "on"), 3, /not JSON from here/],
  ["nothing for JSON", dpFrame(3, ""), 3, /not JSON from here/],
  ["a bare word in JSON", dpFrame(3, '{"温":x}'), 10, /not JSON from here/],
  ["a comment in JSON", dpFrame(3, '{"a":1/**/}'), 9, /not JSON from here/],
  ["a bracket that closes nothing", dpFrame(3, '{"a":1]'), 9, /not JSON from here/],
  ["deep JSON", dpFrame(3, `{"a":${"[".repeat(60_000)}`), 39, /nests deeper than 32/],
  ["deep JSON hidden by bad brackets", dpFrame(3, "[}".repeat(30_000)), 4, /not JSON from here/],
  ["type 3 of an array", dpFrame(3, "[1]"), 3, /should be here/],
  ["type 3 of nothing", dpFrame(3, "{}"), 3, /no data stream/],
  ["a null value", dpFrame(3, '{"a":1,"b":null}'), 14, /b: null is not a value/],
  ["a number too large", dpFrame(3, '{"a":1e999}'), 8, /too large/],
  ["a stream without a name", dpFrame(3, '{"":1}'), 7, /1 to 256 characters/],
  ["a name too long", dpFrame(3, `{"${"n".repeat(257)}":1}`), 264, /1 to 256 characters/],
  ["type 1 in the shape of type 3", dpFrame(1, '{"a":1}'), 3, /datastreams should be a filled array/],
  ["type 1 of a number", dpFrame(1, "1"), 3, /an object with "datastreams"/],
  ["no stream", dpFrame(1, '{"datastreams":[]}'), 18, /datastreams should be a filled array/],
  ["a stream that is text", dpFrame(1, '{"datastreams":["t"]}'), 19, /data stream should be an object/],
  ["a stream without id", dpFrame(1, '{"datastreams":[{"datapoints":[]}]}'), 19, /"id" of text/],
  ["a stream with an empty id", dpFrame(1, '{"datastreams":[{"id":""}]}'), 25, /1 to 256 characters/],
  ["no data point", dpFrame(1, streams("[]")), 19, /datapoints should be a filled array/],
  ["a data point without value", dpFrame(1, streams("[{}]")), 43, /should have a "value"/],
  ["a data point that is a number", dpFrame(1, streams("[3]")), 43, /should be an object with a "value"/],
  ["a null data point", dpFrame(1, streams('[{"value":null}]')), 52, /datapoints\.0\.value: null/],
  ["a time with a T", dpFrame(1, streams('[{"at":"2013-04-22T22:22:22","value":1}]')), 49, /YYYY-MM-DD/],
  ["the 30th of February", dpFrame(1, streams('[{"at":"2013-02-30 00:00:00","value":1}]')), 49, /YYYY/],
  ["a time that is a number", dpFrame(1, streams('[{"at":1366640542,"value":1}]')), 49, /YYYY/],
])("%s is malformed", (_name, payload, offset, reason) => {
  expect(readDpFrame(payload)).toEqual({
    kind: "malformed",
    offset,
    reason: expect.stringMatching(reason) as string,
  });
});

test("any bytes give data points or a reason", () => {
  const anyFrame = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 64 })).map(([type, b]) => dpFrame(type, Buffer.from(b))),
    fc.tuple(fc.constantFrom(1, 3), fc.json()).map(([type, json]) => dpFrame(type, json)),
    fc
      .tuple(
        fc.constantFrom(1, 3),
        fc.array(fc.constantFrom('{"a":', "[", "]", "}", '"', "\\", ",", "1", "�")),
      )
      .map(([type, parts]) => dpFrame(type, parts.join(""))),
  );
  fc.assert(
    fc.property(anyFrame, (payload) => {
      const frame = readDpFrame(payload);
      if (frame.kind === "points") expect(frame.points.length).toBeGreaterThan(0);
      if (frame.kind === "malformed") {
        expect(frame.offset).toBeGreaterThanOrEqual(0);
        expect(frame.offset).toBeLessThanOrEqual(payload.length);
        expect(frame.reason).not.toBe("");
      }
    }),
  );
});

test("every object of values comes back as it was sent", () => {
  const values = fc.dictionary(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    ),
    { minKeys: 1, maxKeys: 10 },
  );
  fc.assert(
    fc.property(values, (sent) => {
      const json = JSON.stringify(sent);
      expect(readDpFrame(dpFrame(3, json))).toEqual({
        kind: "points",
        type: 3,
        points: Object.entries(JSON.parse(json) as object).map(([stream, value]) => ({
          stream,
          value: value as unknown,
        })),
      });
    }),
  );
});
