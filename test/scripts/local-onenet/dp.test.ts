import fc from "fast-check";
import { expect, test } from "vitest";
import { readDpFrame } from "../../../scripts/local-onenet/dp.ts";
import { anyText } from "../../support/any-text.ts";
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

test("type 2 carries a description and any bytes", () => {
  const json = '{"ds_id":"图","at":"2014-10-25 12:23:23","desc":"a \u56fe"}';
  expect(readDpFrame(Buffer.concat([dpFrame(2, json), hex("00 00 00 03 00 ff 7b")]))).toEqual({
    kind: "points",
    type: 2,
    points: [{ stream: "图", at: "2014-10-25 12:23:23", value: { desc: "a 图", base64: "AP97" } }],
  });
  expect(readDpFrame(Buffer.concat([dpFrame(2, '{"ds_id":"image"}'), hex("00 00 00 00")]))).toEqual({
    kind: "points",
    type: 2,
    points: [{ stream: "image", value: { base64: "" } }],
  });
});

test("type 4 carries a time for each value", () => {
  const json =
    '{"温度":{"2015-03-22 22:31:12":22.5,"2015-03-22 22:31:13.250":"热"},"b":{"2016-02-29 00:00:00":0}}';
  expect(readDpFrame(dpFrame(4, json))).toEqual({
    kind: "points",
    type: 4,
    points: [
      { stream: "温度", value: 22.5, at: "2015-03-22 22:31:12" },
      { stream: "温度", value: "热", at: "2015-03-22 22:31:13.250" },
      { stream: "b", value: 0, at: "2016-02-29 00:00:00" },
    ],
  });
});

/** The example in the platform's document, and its content. */
const RECORDS = ",;temperature,2015-03-22 22:31:12,22.5;102;pm2.5,89;10";
const RECORD_POINTS = [
  { stream: "temperature", at: "2015-03-22 22:31:12", value: 22.5 },
  { stream: "1", value: 102 },
  { stream: "pm2.5", value: 89 },
  { stream: "3", value: 10 },
];
/** 2015-03-22 22:31:12 in six bytes. */
const TIME = "0f 03 16 16 1f 0c";
const AT = "2015-03-22 22:31:12";

test("types 5 and 6 carry records", () => {
  expect(readDpFrame(dpFrame(5, RECORDS))).toEqual({ kind: "points", type: 5, points: RECORD_POINTS });
  expect(readDpFrame(dpFrame(6, RECORDS))).toEqual({ kind: "points", type: 6, points: RECORD_POINTS });
});

test("records without a time get the frame's", () => {
  const payload = Buffer.concat([
    hex("86"),
    hex(TIME),
    dpFrame(0, ",;a,2020-01-01 00:00:00,1;b,2").subarray(1),
  ]);
  expect(readDpFrame(payload)).toEqual({
    kind: "points",
    type: 6,
    points: [
      { stream: "a", at: "2020-01-01 00:00:00", value: 1 },
      { stream: "b", at: AT, value: 2 },
    ],
  });
});

test.each([
  ["#@a#1@b#2,5;c", ["1", "2,5;c"]],
  ["\0\x01a\0x\x01b\0", ["x", ""]],
])("the device chooses the separators: %j", (text, [first, second]) => {
  expect(readDpFrame(dpFrame(5, text))).toMatchObject({
    points: [
      { stream: "a", value: first === "1" ? 1 : first },
      { stream: "b", value: second },
    ],
  });
});

test.each([
  ["0", 0],
  ["-20.3", -20.3],
  ["1e3", 1000],
  ["10e+20", 1e21],
  ["", ""],
  ["1e999", "1e999"],
  ["01", "01"],
  ["+1", "+1"],
  ["0x10", "0x10"],
  [" 1", " 1"],
  ["95.2%", "95.2%"],
  ["true", "true"],
  ["热", "热"],
])("%j in a record is %j", (text, value) => {
  expect(readDpFrame(dpFrame(5, `,;a,${text}`))).toMatchObject({ points: [{ stream: "a", value }] });
});

test("the platform document's example of type 7, and several data streams", () => {
  const floats = "00 01 00 02 00 00 08 42 66 66 a2 c1";
  const expected = [
    { stream: "1", value: 34 },
    { stream: "1", value: -20.3 },
  ];
  expect(readDpFrame(hex(`07 ${floats}`))).toEqual({ kind: "points", type: 7, points: expected });
  expect(readDpFrame(hex(`87 ${TIME} ff ff 00 01 00 00 80 3f ${floats}`))).toEqual({
    kind: "points",
    type: 7,
    points: [{ stream: "65535", value: 1 }, ...expected].map((point) => ({ ...point, at: AT })),
  });
});

/** A frame of type 7 with `count` ones for data stream 1. */
function ones(count: number): Buffer {
  const floats = Buffer.alloc(5 + 4 * count, hex("00 00 80 3f"));
  floats.set([7, 0, 1, count >> 8, count & 0xff]);
  for (let i = 0; i < count; i++) floats.writeFloatLE(1, 5 + 4 * i);
  return floats;
}

test("500 floats are not too many", () => {
  const frame = readDpFrame(ones(500));
  expect(frame.kind === "points" && frame.points.length).toBe(500);
});

test.each<[name: string, payload: Buffer, offset: number, reason: RegExp]>([
  ["nothing", Buffer.alloc(0), 0, /empty/],
  ["type 0", hex("00 00 00"), 0, /type 0 is unknown/],
  ["type 8", hex("08 00 00"), 0, /type 8 is unknown/],
  ["type 1 with the flag for time bytes", hex("81 00 02 7b 7d"), 0, /has no flags/],
  ["type 3 with bit 6", hex("43 00 02 7b 7d"), 0, /has no flags/],
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
  ["no JSON", dpFrame(3, "on"), 3, /not valid JSON from here on/],
  ["nothing for JSON", dpFrame(3, ""), 3, /not valid JSON from here on/],
  ["a bare word in JSON", dpFrame(3, '{"温":x}'), 10, /not valid JSON from here on/],
  ["a comment in JSON", dpFrame(3, '{"a":1/**/}'), 9, /not valid JSON from here on: a comment/],
  ["single quotes in JSON", dpFrame(3, "{'a':1}"), 4, /not valid JSON from here on: single quotes/],
  ["a bracket that closes nothing", dpFrame(3, '{"a":1]'), 9, /not valid JSON from here on/],
  ["deep JSON", dpFrame(3, `{"a":${"[".repeat(60_000)}`), 39, /nests deeper than 32/],
  ["deep JSON hidden by bad brackets", dpFrame(3, "[}".repeat(30_000)), 4, /not valid JSON from here on/],
  ["type 3 of an array", dpFrame(3, "[1]"), 3, /expected an object/],
  ["type 3 of nothing", dpFrame(3, "{}"), 3, /no data stream/],
  ["a null value", dpFrame(3, '{"a":1,"b":null}'), 14, /b: null is not a value/],
  ["a number too large", dpFrame(3, '{"a":1e999}'), 8, /too large/],
  ["a stream without a name", dpFrame(3, '{"":1}'), 7, /1 to 256 characters/],
  ["a name too long", dpFrame(3, `{"${"n".repeat(257)}":1}`), 264, /1 to 256 characters/],
  ["type 1 in the shape of type 3", dpFrame(1, '{"a":1}'), 3, /datastreams must be a non-empty array/],
  ["type 1 of a number", dpFrame(1, "1"), 3, /an object with "datastreams"/],
  ["no stream", dpFrame(1, '{"datastreams":[]}'), 18, /datastreams must be a non-empty array/],
  ["a stream that is text", dpFrame(1, '{"datastreams":["t"]}'), 19, /data stream must be an object/],
  ["a stream without id", dpFrame(1, '{"datastreams":[{"datapoints":[]}]}'), 19, /"id", a string/],
  ["a stream with an empty id", dpFrame(1, '{"datastreams":[{"id":""}]}'), 25, /1 to 256 characters/],
  ["no data point", dpFrame(1, streams("[]")), 19, /datapoints must be a non-empty array/],
  ["a data point without value", dpFrame(1, streams("[{}]")), 43, /must have a "value"/],
  ["a data point that is a number", dpFrame(1, streams("[3]")), 43, /must be an object with a "value"/],
  ["a null data point", dpFrame(1, streams('[{"value":null}]')), 52, /datapoints\.0\.value: null/],
  ["a time with a T", dpFrame(1, streams('[{"at":"2013-04-22T22:22:22","value":1}]')), 49, /YYYY-MM-DD/],
  ["the 30th of February", dpFrame(1, streams('[{"at":"2013-02-30 00:00:00","value":1}]')), 49, /YYYY/],
  [
    "a time with half of its milliseconds",
    dpFrame(1, streams('[{"at":"2013-02-03 00:00:00.5","value":1}]')),
    49,
    /YYYY/,
  ],
  ["a time that is a number", dpFrame(1, streams('[{"at":1366640542,"value":1}]')), 49, /YYYY/],
  ["type 2 with the flag for time bytes", hex("82 00 02 7b 7d"), 0, /has no flags/],
  ["type 2 of an array", dpFrame(2, "[]"), 3, /expected an object with "ds_id"/],
  ["type 2 without ds_id", dpFrame(2, '{"desc":"a"}'), 3, /"ds_id" must be a string/],
  ["type 2 with an empty name", dpFrame(2, '{"ds_id":""}'), 12, /ds_id: .*1 to 256/],
  ["type 2 with a wrong time", dpFrame(2, '{"ds_id":"a","at":"now"}'), 21, /at: .*YYYY/],
  ["type 2 with an invalid description", dpFrame(2, '{"ds_id":"a","desc":1}'), 23, /desc: .*string/],
  ["type 2 that ends before the bytes", dpFrame(2, '{"ds_id":"a"}'), 16, /inside the length of the bytes/],
  ["type 2 with half a length", Buffer.concat([dpFrame(2, '{"ds_id":"a"}'), hex("00 00 00")]), 19, /inside/],
  [
    "type 2 with a byte missing",
    Buffer.concat([dpFrame(2, '{"ds_id":"a"}'), hex("00 00 00 02 61")]),
    16,
    /2 .*1 follow/,
  ],
  [
    "type 2 with a byte over",
    Buffer.concat([dpFrame(2, '{"ds_id":"a"}'), hex("00 00 00 00 61")]),
    16,
    /0 .*1 follow/,
  ],
  ["type 2 that ends inside its JSON", hex("02 00 09 7b 7d"), 1, /says 9 bytes.*2 follow/],
  ["type 4 in the shape of type 3", dpFrame(4, '{"a":1}'), 8, /a: expected an object of times/],
  ["type 4 of nothing", dpFrame(4, "{}"), 3, /no data stream/],
  ["type 4 of no time", dpFrame(4, '{"a":{}}'), 8, /a: the object has no times/],
  ["type 4 of a wrong time", dpFrame(4, '{"a":{"2015-13-01 00:00:00":1}}'), 31, /YYYY/],
  ["type 4 of null", dpFrame(4, '{"a":{"2015-12-01 00:00:00":null}}'), 31, /null is not a value/],
  ["type 4 of an empty name", dpFrame(4, '{"":{}}'), 7, /1 to 256/],
  ["type 5 of nothing", dpFrame(5, ""), 3, /two separators/],
  ["type 5 of one separator", dpFrame(5, ","), 3, /two separators/],
  ["type 5 with a separator of three bytes", dpFrame(5, ",；a,1"), 3, /of one byte each/],
  ["type 5 with equal separators", dpFrame(5, ",,a,1"), 4, /are the same/],
  ["type 5 without a record", dpFrame(5, ",;"), 5, /record is empty/],
  ["type 5 with a separator at its end", dpFrame(5, ",;温,1;"), 11, /record is empty/],
  ["type 5 with four fields", dpFrame(5, ",;a,1;b,2,3,4"), 9, /at most a name, a time and a value/],
  ["type 5 without a name", dpFrame(5, ",;,1"), 5, /1 to 256/],
  ["type 5 with a wrong time", dpFrame(5, ",;温,now,1"), 9, /YYYY/],
  ["type 5 that is not UTF-8", dpFrame(5, hex("2c 3b 61 ff")), 6, /not UTF-8/],
  ["type 6 with bit 6", hex("46 00 02 2c 3b"), 0, /bit 6/],
  ["type 6 with half a time", hex("86 0f 03 16"), 4, /inside the six bytes of time/],
  ["type 6 in the 13th month", hex("86 0f 0d 16 16 1f 0c 00 05 2c 3b 61 2c 31"), 1, /year − 2000/],
  ["type 6 in the year 100", hex("86 64 0c 16 16 1f 0c 00 05 2c 3b 61 2c 31"), 1, /year − 2000/],
  ["type 6 without a length", hex(`86 ${TIME} 00`), 8, /inside the length/],
  ["type 6 with a byte missing", hex(`86 ${TIME} 00 06 2c 3b 61 2c 31`), 7, /says 6 bytes.*5 follow/],
  ["type 6 with a byte over", hex(`86 ${TIME} 00 04 2c 3b 61 2c 31`), 7, /says 4 bytes.*5 follow/],
  ["type 6 with a bad byte behind the time", hex(`86 ${TIME} 00 03 2c 3b ff`), 11, /not UTF-8/],
  ["type 7 of nothing", hex("07"), 1, /inside a data stream's number/],
  ["type 7 with bit 6", hex("c7"), 0, /bit 6/],
  ["type 7 on the 30th of February", hex("87 0f 02 1e 00 00 00 00 01"), 1, /year − 2000/],
  ["type 7 with half a count", hex("07 00 01 00"), 4, /number and count/],
  ["type 7 of data stream 0", hex("07 00 00 00 01 00 00 80 3f"), 1, /1 to 65535/],
  ["type 7 of no float", hex("07 00 01 00 00"), 3, /1 to 500 floats in total/],
  ["type 7 of 501 floats", ones(501), 3, /1 to 500 floats in total/],
  [
    "type 7 of 500 floats and one",
    Buffer.concat([ones(500), ones(1).subarray(1)]),
    2007,
    /1 to 500 floats in total/,
  ],
  ["type 7 with half a float", hex("07 00 01 00 02 00 00 80 3f 00 00"), 3, /2 floats, but 6 bytes/],
  ["type 7 of NaN", hex("07 00 01 00 02 00 00 80 3f 00 00 c0 7f"), 9, /finite/],
  ["type 7 of infinity", hex("07 00 01 00 01 00 00 80 7f"), 5, /finite/],
])("%s is malformed", (_name, payload, offset, reason) => {
  expect(readDpFrame(payload)).toEqual({
    kind: "malformed",
    offset,
    reason: expect.stringMatching(reason) as string,
  });
});

/** A valid frame of each type. */
const RIGHT = [
  dpFrame(1, streams(`[{"at":"${AT}","value":1}]`)),
  Buffer.concat([dpFrame(2, '{"ds_id":"a","desc":"b"}'), hex("00 00 00 01 63")]),
  dpFrame(3, '{"温":1}'),
  dpFrame(4, `{"a":{"${AT}":1}}`),
  dpFrame(5, RECORDS),
  hex(`86 ${TIME} 00 05 2c 3b 61 2c 31`),
  hex(`87 ${TIME} 00 01 00 02 00 00 08 42 66 66 a2 c1`),
];

test("any bytes give data points or a reason", () => {
  const anyFrame = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 64 })).map(([type, b]) => dpFrame(type, Buffer.from(b))),
    fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.json()).map(([type, json]) => dpFrame(type, json)),
    fc
      .tuple(
        fc.constantFrom(1, 2, 3, 4, 5, 6),
        fc.array(fc.constantFrom('{"a":', "[", "]", "}", '"', "\\", ",", "1", "�")),
      )
      .map(([type, parts]) => dpFrame(type, parts.join(""))),
  );
  const broken = fc
    .tuple(fc.constantFrom(...RIGHT), fc.nat(80), fc.nat(3), fc.uint8Array({ maxLength: 3 }))
    .map(([frame, at, cut, bytes]) =>
      Buffer.concat([frame.subarray(0, at), bytes, frame.subarray(at + cut)]),
    );
  fc.assert(
    fc.property(fc.oneof(anyFrame, broken), (payload) => {
      const frame = readDpFrame(payload);
      if (frame.kind === "points") {
        expect(frame.points.length).toBeGreaterThan(0);
        for (const { stream, value } of frame.points) {
          expect(stream).not.toBe("");
          expect(JSON.stringify(value)).toBeTypeOf("string");
        }
      }
      if (frame.kind === "malformed") {
        expect(frame.offset).toBeGreaterThanOrEqual(0);
        expect(frame.offset).toBeLessThanOrEqual(payload.length);
        expect(frame.reason).not.toBe("");
      }
    }),
  );
});

test.each([
  ["type 1", (count: number) => dpFrame(1, streams(`[${Array(count).fill('{"value":1}').join(",")}]`))],
  ["type 5", (count: number) => dpFrame(5, `,;${Array(count).fill("a,1").join(";")}`)],
])("a frame of %s may have at most 2000 data points", (_type, frame) => {
  expect(readDpFrame(frame(2000))).toMatchObject({ kind: "points" });
  expect(readDpFrame(frame(2001))).toEqual({
    kind: "malformed",
    offset: 0,
    reason: "a frame may have at most 2000 data points",
  });
});

test("every object of values is read back unchanged", () => {
  const values = fc.dictionary(
    anyText({ minLength: 1, maxLength: 20 }),
    fc.oneof(anyText(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
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
