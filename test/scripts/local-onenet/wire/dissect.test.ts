import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dissect, DISSECTOR_WORDS, summarise } from "../../../../scripts/local-onenet/wire/dissect.ts";

const { en, zh } = DISSECTOR_WORDS;

/** Bytes from hexadecimal numbers and quoted texts. */
function bytes(text: string): Uint8Array {
  const parts = text.match(/"[^"]*"|[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(
    Buffer.concat(
      parts.map((part) => (part.startsWith('"') ? Buffer.from(part.slice(1, -1)) : Buffer.from(part, "hex"))),
    ),
  );
}

/** `<from>-<to> <name>: <value>` of each field, with ! where it is a fault. */
function fields(packet: Uint8Array, length?: number): string[] {
  return dissect(packet, en, length).fields.map(
    ({ from, to, name, value, isFault }) => `${from}-${to} ${name}: ${value}${isFault ? " !" : ""}`,
  );
}

/** Everything after the fixed header and topic of a QoS 0 PUBLISH to `$dp`. */
function dataPoints(payload: string): string[] {
  const body = bytes(payload);
  const packet = Uint8Array.from([0x30, body.length + 5, 0, 3, ...Buffer.from("$dp"), ...body]);
  return fields(packet).slice(7);
}

/** A QoS 0 PUBLISH. */
function message(payload: string | Uint8Array, topic = "$sys/p/d/thing/property/post"): Uint8Array {
  const rest = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)]);
  const header = [0x30, (rest.length & 127) | 128, ((rest.length >> 7) & 127) | 128, rest.length >> 14];
  return Buffer.concat([Buffer.from(header), rest]);
}

/** The same text as data points, whose names have known meanings. */
function dataPointsOf(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  const payload = Buffer.concat([Buffer.from([1, length >> 8, length & 0xff]), Buffer.from(text)]);
  return message(payload, "$dp");
}

describe("packets", () => {
  it("explains a CONNECT, byte by byte", () => {
    expect(
      fields(
        bytes(
          '10 28 00 04 "MQTT" 04 ee 00 78 00 02 "d1" 00 01 "w" 00 03 "bye" 00 03 "pid" 00 0b "***********"',
        ),
      ),
    ).toEqual([
      "0-1 packet type: CONNECT (1)",
      "0-1 flags: 0b0000",
      "1-2 remaining length: 40",
      "2-4 length of protocol name: 4",
      '4-8 protocol name: "MQTT"',
      "8-9 protocol level: 4",
      "9-10 user name flag: 1",
      "9-10 password flag: 1",
      "9-10 will retain: 1",
      "9-10 will QoS: 1",
      "9-10 will flag: 1",
      "9-10 clean session: 1",
      "9-10 reserved: 0",
      "10-12 keep alive: 120 s",
      "12-14 length of client identifier: 2",
      '14-16 client identifier: "d1"',
      "16-18 length of will topic: 1",
      '18-19 will topic: "w"',
      "19-21 length of will message: 3",
      '21-24 will message: "bye"',
      "24-26 length of user name: 3",
      '26-29 user name: "pid"',
      "29-31 length of password: 11",
      "31-42 password: ••••••",
    ]);
  });

  it.each([
    ["CONNACK", "20 02 01 00", ["2-3 session present: 1", "3-4 return code: 0"]],
    ["CONNACK that refuses", "20 02 00 05", ["2-3 session present: 0", "3-4 return code: 5 !"]],
    ["PUBACK", "40 02 12 34", ["2-4 packet identifier: 4660"]],
    ["PUBREC", "50 02 00 01", ["2-4 packet identifier: 1"]],
    ["PUBREL", "62 02 00 01", ["2-4 packet identifier: 1"]],
    ["PUBCOMP", "70 02 00 00", ["2-4 packet identifier: 0 !"]],
    [
      "SUBSCRIBE",
      '82 09 00 05 00 04 "a/+b" 01',
      [
        "2-4 packet identifier: 5",
        "4-6 length of topic filter: 4",
        '6-10 topic filter: "a/+b"',
        "10-11 requested QoS: 1",
      ],
    ],
    [
      "SUBACK",
      "90 04 00 05 01 80",
      ["2-4 packet identifier: 5", "4-5 return code: 0x01", "5-6 return code: 0x80 !"],
    ],
    [
      "UNSUBSCRIBE",
      'a2 05 00 06 00 01 "a"',
      ["2-4 packet identifier: 6", "4-6 length of topic filter: 1", '6-7 topic filter: "a"'],
    ],
    ["UNSUBACK", "b0 02 00 06", ["2-4 packet identifier: 6"]],
    ["PINGREQ", "c0 00", []],
    ["PINGRESP", "d0 00", []],
    ["DISCONNECT", "e0 00", []],
  ])("explains a %s", (name, packet, expected) => {
    expect(fields(bytes(packet)).slice(3)).toEqual(expected);
    expect(dissect(bytes(packet), en).name).toBe(name.split(" ")[0]);
    expect(summarise(bytes(packet)).name).toBe(name.split(" ")[0]);
  });

  it("explains the flags of a PUBLISH, with a clause for each field", () => {
    const { fields } = dissect(bytes('3b 06 00 01 "t" 00 07 "x"'), en);
    expect(fields.map(({ name, value, clause }) => [name, value, clause])).toEqual([
      ["packet type", "PUBLISH (3)", "2.2.1"],
      ["DUP", "1", "3.3.1.1"],
      ["QoS", "1", "3.3.1.2"],
      ["RETAIN", "1", "3.3.1.3"],
      ["remaining length", "6", "2.2.3"],
      ["length of topic name", "1", "1.5.3"],
      ["topic name", '"t"', "3.3.2.1"],
      ["packet identifier", "7", "3.3.2.2"],
      ["payload", '"x"', "3.3.3"],
    ]);
  });

  it.each([
    ["a reserved packet type", "f0 00", "0-1 packet type: 15 !"],
    ["flags that are fixed", "41 02 00 01", "0-1 flags: 0b0001 !"],
    ["DUP at QoS 0", '38 03 00 01 "t"', "0-1 DUP: 1 !"],
    ["QoS 3", '36 05 00 01 "t" 00 01', "0-1 QoS: 3 !"],
    ["a remaining length of five bytes", "30 ff ff ff ff 01", "1-5 remaining length:  !"],
    ["a remaining length that is not the packet's", "40 03 00 01", "1-2 remaining length: 3 !"],
    ["a packet that is too short", "40 01 00", "2-3 packet identifier:  !"],
    ["a packet that is too long", "40 03 00 01 02", "4-5 rest:  !"],
    ["a topic with a wildcard", '30 03 00 01 "#"', '4-5 topic name: "#" !'],
    ["a topic that is not UTF-8", "30 03 00 01 ff", "4-5 topic name: ff !"],
    ["another protocol level", '10 0e 00 04 "MQTT" 05 02 00 3c 00 00', "8-9 protocol level: 5 !"],
    [
      "a password without a user name",
      '10 10 00 04 "MQTT" 04 42 00 3c 00 00 00 00',
      "9-10 password flag: 1 !",
    ],
    ["a SUBSCRIBE of nothing", "82 02 00 01", "4-4 topic filter:  !"],
  ])("marks %s", (_what, packet, expected) => {
    expect(fields(bytes(packet))).toContain(expected);
  });

  it("does not mark the missing rest of a truncated packet as a fault", () => {
    const kept = bytes('30 20 00 01 "t" "abc"');
    expect(fields(kept, 34)).toEqual([
      "0-1 packet type: PUBLISH (3)",
      "0-1 DUP: 0",
      "0-1 QoS: 0",
      "0-1 RETAIN: 0",
      "1-2 remaining length: 32",
      "2-4 length of topic name: 1",
      '4-5 topic name: "t"',
      '5-8 payload: "abc"',
      "8-8 not kept: ",
    ]);
  });
});

describe("data points", () => {
  it.each([
    [
      "type 1",
      '01 00 3c "{" 22 "datastreams" 22 ":[{" 22 "id" 22 ":" 22 "switch" 22 "," 22 "datapoints" 22 ":[{" 22 "value" 22 ":3}]}]}"',
      [
        "7-8 $dp type: 1",
        "7-8 flags: 0b00",
        "8-10 length of text: 60",
        expect.stringMatching(/^10-70 text: /),
        '32-40 datastreams[0].id: "switch"',
        "64-65 datastreams[0].datapoints[0].value: 3",
      ],
    ],
    [
      "type 2",
      '02 00 0d "{" 22 "ds_id" 22 ":" 22 "i" 22 "}" 00 00 00 02 ca fe',
      [
        "7-8 $dp type: 2",
        "7-8 flags: 0b00",
        "8-10 length of text: 13",
        expect.stringMatching(/^10-23 text: /),
        '19-22 ds_id: "i"',
        "23-27 length of bytes: 2",
        "27-29 bytes: ca fe",
      ],
    ],
    [
      "type 3, with text beyond ASCII",
      '03 00 0c "{" 22 "温" 22 ":21.5}"',
      [
        "7-8 $dp type: 3",
        "7-8 flags: 0b00",
        "8-10 length of text: 12",
        expect.stringMatching(/^10-22 text: /),
        "17-21 温: 21.5",
      ],
    ],
    [
      "type 4",
      '04 00 21 "{" 22 "t" 22 ":{" 22 "2015-03-22 22:31:12" 22 ":2.5}}"',
      [
        "7-8 $dp type: 4",
        "7-8 flags: 0b00",
        "8-10 length of text: 33",
        expect.stringMatching(/^10-43 text: /),
        "38-41 t.2015-03-22 22:31:12: 2.5",
      ],
    ],
    [
      "type 5",
      '05 00 0c ",;t,21;温,3"',
      [
        "7-8 $dp type: 5",
        "7-8 flags: 0b00",
        "8-10 length of text: 12",
        expect.stringMatching(/^10-22 text: /),
        '10-11 field separator: ","',
        '11-12 record separator: ";"',
        "12-16 record: t,21",
        "17-22 record: 温,3",
      ],
    ],
    [
      "type 6 with its time",
      '86 1a 0b 15 0c 2f 1f 00 03 ",;7"',
      [
        "7-8 $dp type: 6",
        "7-8 flags: 0b10",
        "8-14 time: 2026-11-21 12:47:31",
        "14-16 length of text: 3",
        '16-19 text: ",;7"',
        '16-17 field separator: ","',
        '17-18 record separator: ";"',
        "18-19 record: 7",
      ],
    ],
    [
      "type 7 with its time",
      "87 1a 0b 15 0c 2f 1f 00 01 00 02 00 00 08 42 66 66 a2 c1",
      [
        "7-8 $dp type: 7",
        "7-8 flags: 0b10",
        "8-14 time: 2026-11-21 12:47:31",
        "14-16 data stream: 1",
        "16-18 count: 2",
        "18-22 value: 34",
        "22-26 value: -20.3",
      ],
    ],
  ])("explains %s", (_type, payload, expected) => {
    expect(dataPoints(payload)).toEqual(expected);
  });

  it.each([
    ["an unknown type", "08 00", "7-8 $dp type: 8 !"],
    ["flags of a type that has none", '83 00 02 "{}"', "7-8 flags: 0b10 !"],
    ["a length in the wrong byte order", '03 02 00 "{}"', "8-10 length of text: 512 !"],
    ["what is not JSON", '03 00 03 "{a}"', "11-13 JSON:  !"],
    ["a month 13", "87 1a 0d 15 0c 2f 1f 00 01 00 01 00 00 00 00", "8-14 time: 2026-13-21 12:47:31 !"],
    ["data stream 0", "07 00 00 00 01 00 00 00 00", "8-10 data stream: 0 !"],
    ["equal separators", '05 00 03 ",,1"', '10-11 field separator: "," !'],
    ["a record of four parts", '05 00 09 ",;a,b,c,d"', "12-19 record: a,b,c,d !"],
  ])("marks %s", (_what, payload, expected) => {
    expect(dataPoints(payload)).toContain(expected);
  });
});

describe("payloads of suite, studio and commands", () => {
  it.each([
    ["$creq/u1", "on", "OneNET $creq, cmd/request", ['"on"']],
    ["$crsp/u1", "off", "OneNET $crsp, cmd/response", ['"off"']],
    ["$sys/p/d/dp/post/json", '{"id":1,"dp":{"t":[{"v":4}]}}', "OneNET dp/post/json", ["1", "4"]],
    ["$sys/p/d/dp/post/json/accepted", '{"id":1}', "OneNET …/accepted", ["1"]],
    [
      "$sys/p/d/thing/property/post",
      '{"id":"7","params":{"led":{"value":true}}}',
      "OneJSON",
      ['"7"', "true"],
    ],
    ["home/lamp", "hello", "3.3.3", ['"hello"']],
  ])("reads %s", (topic, payload, clause, values) => {
    const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)]);
    const { fields } = dissect(Uint8Array.from([0x30, body.length, ...body]), en);
    const found = fields.filter((field) => field.clause === clause);
    expect(found.map(({ value }) => value)).toEqual(
      payload.startsWith("{") ? [JSON.stringify(payload), ...values] : values,
    );
    expect(found.every(({ explanation, isFault }) => explanation !== "" && !isFault)).toBe(true);
  });
});

describe("any bytes", () => {
  /** Bytes that usually start like a packet. */
  const packets = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 120 }), fc.boolean())
    .map(([first, rest, isDp]) =>
      Uint8Array.from(
        isDp ? [0x30, rest.length + 5, 0, 3, 0x24, 0x64, 0x70, ...rest] : [first, rest.length, ...rest],
      ),
    );

  it("has a field for every byte, in order, and none beyond the packet, in both languages", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        for (const words of [en, zh]) {
          const { fields } = dissect(packet, words);
          let covered = 0;
          let last = 0;
          for (const { from, to, name, explanation } of fields) {
            expect(from).toBeGreaterThanOrEqual(last);
            expect(from).toBeLessThanOrEqual(covered);
            expect(to).toBeLessThanOrEqual(packet.length);
            expect(name).not.toBe("");
            expect(explanation).not.toBe("");
            last = from;
            covered = Math.max(covered, to);
          }
          expect(covered).toBe(packet.length);
          summarise(packet);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ["nests deep", "[".repeat(60_000)],
    ["closes what is not open, and then nests deep", `[${"}".repeat(30_000)},${"[".repeat(30_000)}`],
    ["closes one thing by another, again and again", "[},".repeat(20_000)],
  ])("handles JSON that %s", (_what, text) => {
    const names = dissect(message(text), en).fields.map(({ name }) => name);
    expect(names).toContain("payload");
  });

  it("shows the values before a stray closing bracket", () => {
    const values = dissect(message('{"a":1,"b":2]}'), en).fields.slice(-3);
    expect(values.map(({ name, value, isFault }) => [name, value, isFault])).toEqual([
      ["a", "1", false],
      ["b", "2", false],
      ["JSON", "", true],
    ]);
  });

  it.each([message, dataPointsOf])("handles JavaScript's special names in JSON", (of) => {
    const names = Object.getOwnPropertyNames(Object.prototype);
    const text = `{${names.map((name) => `"${name}":{"${name}":[1]}`).join()}}`;
    const { fields } = dissect(of(text), en);
    for (const name of names) expect(fields.map((field) => field.name)).toContain(`${name}.${name}[0]`);
    for (const { explanation, value } of fields)
      expect([typeof explanation, typeof value]).toEqual(["string", "string"]);
  });

  it("takes the same time per value, however many there are", () => {
    const { fields } = dissect(message(`[${"1,".repeat(200_000)}`), en);
    expect(fields.length).toBeLessThanOrEqual(400);
  });
});
