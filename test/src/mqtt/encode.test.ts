import fc from "fast-check";
import { generate, parser, type Packet } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import * as encode from "../../../src/mqtt/encode.ts";
import type { Qos } from "../../../src/mqtt/packet.ts";
import { bytes, hex } from "../../support/bytes.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

afterEach(() => setFeatures(ALL_FEATURES));

const QOS = fc.constantFrom<Qos>(0, 1, 2);
const ID = fc.integer({ min: 1, max: 65535 });
const BYTES = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data).toString("latin1"));
const TOPIC = fc.stringMatching(/^[a-z0-9_/$]{1,40}$/);

const fieldsOf = (filters: readonly string[]): string[] => filters.map(sized);

/** An independent parser's reading of one packet. */
function parse(packet: string): Packet & Record<string, unknown> {
  const packets: Packet[] = [];
  const peer = parser({ protocolVersion: 4 });
  peer.on("packet", (parsed) => packets.push(parsed));
  peer.on("error", (error) => {
    throw error;
  });
  peer.parse(Buffer.from(packet, "latin1"));
  expect(packets).toHaveLength(1);
  return packets[0] as Packet & Record<string, unknown>;
}

describe("packets a client sends, byte for byte", () => {
  const login = { clientId: "dev", cleanSession: true, keepAlive: 10 };
  const will = { topic: "w", payload: "gone", qos: 1 as const, retain: true };
  const cases: [name: string, packet: string, expected: string][] = [
    ["CONNECT without credentials", encode.connect(login), "10 0f 00 04 'MQTT' 04 02 00 0a 00 03 'dev'"],
    [
      "CONNECT as OneNET wants it",
      encode.connect({ ...login, keepAlive: 120, userName: "244754", password: "3C71" }),
      "10 1d 00 04 'MQTT' 04 c2 00 78 00 03 'dev' 00 06 '244754' 00 04 '3C71'",
    ],
    [
      "CONNECT with a user name only, and a session that stays",
      encode.connect({ ...login, cleanSession: false, userName: "u" }),
      "10 12 00 04 'MQTT' 04 80 00 0a 00 03 'dev' 00 01 'u'",
    ],
    [
      "CONNECT with a will",
      encode.connect({ ...login, will }),
      "10 18 00 04 'MQTT' 04 2e 00 0a 00 03 'dev' 00 01 'w' 00 04 'gone'",
    ],
    [
      "CONNECT with an empty password",
      encode.connect({ ...login, userName: "", password: "" }),
      "10 13 00 04 'MQTT' 04 c2 00 0a 00 03 'dev' 00 00 00 00",
    ],
    [
      "CONNECT with the longest keep alive",
      encode.connect({ ...login, clientId: "", keepAlive: 65535 }),
      "10 0c 00 04 'MQTT' 04 02 ff ff 00 00",
    ],
    ["PUBLISH at QoS 0", encode.publish(sized("a/b"), "hi", 0, 0), "30 07 00 03 'a/b' 'hi'"],
    ["PUBLISH at QoS 1", encode.publish(sized("a/b"), "hi", 1, 10), "32 09 00 03 'a/b' 00 0a 'hi'"],
    ["PUBLISH at QoS 2", encode.publish(sized("a/b"), "hi", 2, 65535), "34 09 00 03 'a/b' ff ff 'hi'"],
    ["PUBLISH retained", encode.publish(sized("t"), "1", 0, 0, true), "31 04 00 01 't' '1'"],
    ["PUBLISH of nothing", encode.publish(sized("t"), "", 0, 0), "30 03 00 01 't'"],
    ["PUBLISH of bytes", encode.publish(sized("t"), "\0\xff\x80", 0, 0), "30 06 00 01 't' 00 ff 80"],
    ["PUBACK", encode.acknowledgement(encode.Acknowledging.Puback, 513), "40 02 02 01"],
    ["PUBREC", encode.acknowledgement(encode.Acknowledging.Pubrec, 513), "50 02 02 01"],
    ["PUBREL", encode.acknowledgement(encode.Acknowledging.Pubrel, 513), "62 02 02 01"],
    ["PUBCOMP", encode.acknowledgement(encode.Acknowledging.Pubcomp, 513), "70 02 02 01"],
    ["SUBSCRIBE to one", encode.subscribe(1, fieldsOf(["a"]), 1), "82 06 00 01 00 01 'a' 01"],
    [
      "SUBSCRIBE to two",
      encode.subscribe(2, fieldsOf(["a", "b/c"]), 0),
      "82 0c 00 02 00 01 'a' 00 00 03 'b/c' 00",
    ],
    ["PINGREQ", encode.PINGREQ, "c0 00"],
  ];
  it.each(cases)("%s", (_name, packet, expected) => expect(hex(packet)).toBe(hex(bytes(expected))));
});

describe("Remaining Length [MQTT 3.1.1, 2.2.3]", () => {
  const cases: [length: number, expected: string][] = [
    [127, "7f"],
    [128, "80 01"],
    [16383, "ff 7f"],
    [16384, "80 80 01"],
    [2097151, "ff ff 7f"],
    [2097152, "80 80 80 01"],
  ];
  it.each(cases)("%i bytes", (length, expected) => {
    const packet = encode.publish(sized("t"), "x".repeat(length - 3), 0, 0);
    expect(hex(packet.slice(1, packet.length - length))).toBe(expected);
  });
});

describe("invalid packets are rejected before a byte is sent", () => {
  const long = "x".repeat(65536);
  const login = { clientId: "dev", cleanSession: true, keepAlive: 10 };
  const cases: [name: string, attempt: () => string, message: RegExp][] = [
    ["a topic over 65535 bytes", () => encode.publish(sized(long), "", 0, 0), /over 65535 bytes/],
    ["a filter over 65535 bytes", () => encode.subscribe(1, fieldsOf([long]), 0), /65535/],
    ["a client id over 65535 bytes", () => encode.connect({ ...login, clientId: long }), /65535/],
    ["a password without a user name", () => encode.connect({ ...login, password: "p" }), /MQTT-3\.1\.2-22/],
  ];
  it.each(cases)("%s", (_name, attempt, message) => expect(attempt).toThrow(message));

  it("an empty client id that is to be remembered, unless the loader has it, which the build has checked", () => {
    const attempt = () => encode.connect({ ...login, clientId: "", cleanSession: false });
    expect(attempt).not.toThrow();
    setFeatures({ ...ALL_FEATURES, updates: false });
    expect(attempt).toThrow(/MQTT-3\.1\.3-7/);
  });
});

describe("an independent codec agrees", () => {
  it("on every PUBLISH", () => {
    fc.assert(
      fc.property(TOPIC, BYTES, QOS, ID, fc.boolean(), (topic, payload, qos, id, retain) => {
        const expected = generate({
          cmd: "publish",
          topic,
          payload: Buffer.from(payload, "latin1"),
          qos,
          retain,
          dup: false,
          ...(qos ? { messageId: id } : {}),
        });
        expect(hex(encode.publish(sized(topic), payload, qos, id, retain))).toBe(
          hex(expected.toString("latin1")),
        );
      }),
    );
  });

  it("on every CONNECT", () => {
    const options = fc.record({
      clientId: fc.stringMatching(/^[a-zA-Z0-9_]{1,30}$/),
      cleanSession: fc.boolean(),
      keepAlive: fc.integer({ min: 0, max: 65535 }),
      userName: TOPIC,
      password: BYTES,
      will: fc.option(fc.record({ topic: TOPIC, payload: BYTES, qos: QOS, retain: fc.boolean() }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(options, ({ will, ...rest }) => {
        const parsed = parse(encode.connect(will ? { ...rest, will } : rest));
        expect(parsed).toMatchObject({
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clientId: rest.clientId,
          clean: rest.cleanSession,
          keepalive: rest.keepAlive,
          username: rest.userName,
          password: Buffer.from(rest.password, "latin1"),
        });
        if (will)
          expect(parsed["will"]).toMatchObject({ ...will, payload: Buffer.from(will.payload, "latin1") });
        else expect(parsed["will"]).toBeUndefined();
      }),
    );
  });

  it("on every SUBSCRIBE", () => {
    fc.assert(
      fc.property(ID, fc.array(TOPIC, { minLength: 1, maxLength: 20 }), QOS, (id, filters, qos) => {
        const subscriptions = filters.map((topic) => ({ topic, qos }));
        expect(parse(encode.subscribe(id, fieldsOf(filters), qos))).toMatchObject({
          messageId: id,
          subscriptions,
        });
      }),
    );
  });
});
