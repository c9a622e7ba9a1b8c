import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { sized } from "../../../src/mqtt/bytes.ts";
import { PacketType, type Qos } from "../../../src/mqtt/packet.ts";
import { anyText } from "../../support/any-text.ts";
import { bytes, utf8 } from "../../support/bytes.ts";
import { MALFORMED } from "../../support/malformed.ts";
import { decode as decodeUpTo, type Decoded, type Received } from "./decoded.ts";

const LIMIT = 4096;

/** The stream of a server limited to packets of 4096 bytes. */
const decode = (chunks: readonly string[]): Decoded => decodeUpTo(chunks, LIMIT);

function publish(fields: Partial<Received>): Received {
  const defaults = { type: PacketType.Publish, topic: "a/b", payload: "", qos: 0, id: 0, isRetained: false };
  return { ...defaults, ...fields } as Received;
}

const PACKETS: [name: string, wire: string, packet: Received][] = [
  ["CONNACK", "20 02 00 00", { type: PacketType.Connack, sessionPresent: false, returnCode: 0 }],
  [
    "CONNACK, session present",
    "20 02 01 00",
    { type: PacketType.Connack, sessionPresent: true, returnCode: 0 },
  ],
  ["CONNACK, refused", "20 02 00 04", { type: PacketType.Connack, sessionPresent: false, returnCode: 4 }],
  ["PUBLISH at QoS 0", "30 07 00 03 'a/b' 'hi'", publish({ payload: "hi" })],
  ["PUBLISH at QoS 1", "32 09 00 03 'a/b' 00 0a 'hi'", publish({ payload: "hi", qos: 1, id: 10 })],
  ["PUBLISH at QoS 2, again", "3c 09 00 03 'a/b' ff ff 'hi'", publish({ payload: "hi", qos: 2, id: 65535 })],
  ["PUBLISH retained [MQTT-3.3.1-8]", "31 05 00 03 'a/b'", publish({ isRetained: true })],
  [
    "PUBLISH retained, at QoS 2",
    "35 09 00 03 'a/b' 00 0a 'hi'",
    publish({ payload: "hi", qos: 2, id: 10, isRetained: true }),
  ],
  ["PUBLISH of bytes", "30 08 00 03 'a/b' 00 ff 80", publish({ payload: "\0\xff\x80" })],
  ["PUBLISH of a command", "30 0b 00 07 '$creq/1' 'on'", publish({ topic: "$creq/1", payload: "on" })],
  ["PUBLISH to a topic beyond ASCII", "30 05 00 03 e6 b8 a9", publish({ topic: utf8("温") })],
  ["PUBACK", "40 02 02 01", { type: PacketType.Puback, id: 513 }],
  ["PUBREC", "50 02 02 01", { type: PacketType.Pubrec, id: 513 }],
  ["PUBREL", "62 02 02 01", { type: PacketType.Pubrel, id: 513 }],
  ["PUBCOMP", "70 02 02 01", { type: PacketType.Pubcomp, id: 513 }],
  ["SUBACK", "90 06 00 01 00 01 02 80", { type: PacketType.Suback, id: 1, codes: "\0\x01\x02\x80" }],
  ["UNSUBACK", "b0 02 00 07", { type: PacketType.Unsuback, id: 7 }],
  ["PINGRESP", "d0 00", { type: PacketType.Pingresp }],
];

describe("a server's packets, byte for byte", () => {
  it.each(PACKETS)("%s", (_name, wire, packet) => {
    expect(decode([bytes(wire)])).toEqual({ packets: [packet], fault: undefined });
  });

  it.each(PACKETS)("%s, split at every position", (_name, wire, packet) => {
    const whole = bytes(wire);
    for (let at = 0; at <= whole.length; at++) {
      expect(decode([whole.slice(0, at), whole.slice(at)])).toEqual({ packets: [packet], fault: undefined });
    }
    expect(decode(whole.split(""))).toEqual({ packets: [packet], fault: undefined });
  });

  it("all of them in one chunk, and all of them in every two pieces", () => {
    const stream = PACKETS.map(([, wire]) => bytes(wire)).join("");
    const packets = PACKETS.map(([, , packet]) => packet);
    for (let at = 0; at <= stream.length; at++) {
      expect(decode([stream.slice(0, at), stream.slice(at)])).toEqual({ packets, fault: undefined });
    }
  });

  it("accepts a packet of exactly the limit, but not one byte more", () => {
    const body = `\0\x01t${"x".repeat(LIMIT - 3)}`;
    expect(decode([`\x30\x80\x20${body}`]).packets).toEqual([
      publish({ topic: "t", payload: "x".repeat(LIMIT - 3) }),
    ]);
    expect(decode([`\x30\x81\x20\0\x01`]).packets).toEqual([{ type: "too long", size: LIMIT - 2 }]);
  });
});

describe("a message over the limit is skipped", () => {
  const next: Received = { type: PacketType.Pingresp };

  /** PUBLISH after its length, and PINGRESP. */
  function stream(qos: Qos, topic: string, size: number): string {
    const body = sized(topic) + (qos ? "\x01\x02" : "") + "x".repeat(size);
    let length = "";
    for (let rest = body.length; rest > 0; rest >>= 7) {
      length += String.fromCharCode((rest & 127) | (rest > 127 ? 128 : 0));
    }
    return String.fromCharCode(0x30 | (qos << 1)) + length + body + "\xd0\0";
  }

  it.each<[Qos, string, number]>([
    [0, "t", 5000],
    [1, "t", 5000],
    [2, "t".repeat(70), 100_000],
    [1, "t".repeat(5000), 0],
    [2, "t".repeat(65_535), 40_000],
  ])("at QoS %i, in any pieces", (qos, topic, size) => {
    const all = stream(qos, topic, size);
    const packets = [{ type: "too long", size }, publish({ topic: "", qos, id: qos ? 258 : 0 }), next];
    expect(decode([all])).toEqual({ packets, fault: undefined });
    expect(decode(all.match(/[^]{1,536}/g) ?? [])).toEqual({ packets, fault: undefined });
    expect(decode(all.split(""))).toEqual({ packets, fault: undefined });
    // Any cut splits the packet identifier.
    const at = all.indexOf("\x01\x02", 3 + topic.length);
    for (const cut of [at, at + 1, at + 2]) {
      expect(decode([all.slice(0, cut), all.slice(cut)])).toEqual({ packets, fault: undefined });
    }
  });

  it("and keeps nothing of it, even of 256 MB", () => {
    expect(decode(["\x30\xff\xff\xff\x7f\0\x01t"]).packets).toEqual([
      { type: "too long", size: 268_435_452 },
    ]);
  });
});

describe("malformed packets are rejected with the clause they break", () => {
  it.each(MALFORMED)("%s", (_name, wire, clause) => {
    expect(decode([bytes(wire)])).toEqual({ packets: [], fault: clause });
    expect(decode(bytes(wire).split(""))).toEqual({ packets: [], fault: clause });
  });

  it("and nothing after them is read", () => {
    for (const [, wire, clause] of MALFORMED) {
      const stream = bytes("d0 00") + bytes(wire) + bytes("d0 00");
      expect(decode([stream, bytes("d0 00")])).toEqual({
        packets: [{ type: PacketType.Pingresp }],
        fault: clause,
      });
    }
  });

  it("an answer of 256 MB is rejected by its length, before any of its body has arrived", () => {
    const { packets, fault } = decode(["\x90", "\xff", "\xff"]);
    expect({ packets, fault }).toEqual({ packets: [], fault: "MQTT-2.2.3" });
  });
});

describe("any bytes", () => {
  const CHUNKS = fc
    .array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 })
    .map((chunks) => chunks.map((chunk) => Buffer.from(chunk).toString("latin1")));

  it("give packets or a clause, never an exception, however they are split", () => {
    fc.assert(
      fc.property(CHUNKS, (chunks) => {
        const pieces = decode(chunks);
        expect(pieces).toEqual(decode([chunks.join("")]));
        expect(pieces.fault ?? "MQTT-0").toMatch(/^MQTT-\d[\d.]*(-\d+)?$/);
      }),
      { numRuns: 500 },
    );
  });

  it("valid packets with one byte changed give packets or a clause", () => {
    const stream = PACKETS.map(([, wire]) => bytes(wire)).join("");
    const position = fc.nat(stream.length - 1);
    fc.assert(
      fc.property(position, fc.nat(255), position, (at, byte, cut) => {
        const mutated = stream.slice(0, at) + String.fromCharCode(byte) + stream.slice(at + 1);
        expect(decode([mutated.slice(0, cut), mutated.slice(cut)])).toEqual(decode([mutated]));
      }),
      { numRuns: 500 },
    );
  });
});

describe("what an independent codec encodes", () => {
  const ID = fc.integer({ min: 1, max: 65535 });
  const packet: fc.Arbitrary<Packet> = fc.oneof(
    fc.record({
      cmd: fc.constant("publish" as const),
      topic: anyText({ minLength: 1, maxLength: 30 }).filter((topic) => !/[+#\0]/.test(topic)),
      payload: fc.uint8Array({ maxLength: 600 }).map((data) => Buffer.from(data)),
      qos: fc.constantFrom<Qos>(0, 1, 2),
      retain: fc.boolean(),
      dup: fc.constant(false),
      messageId: ID,
    }),
    fc.record({ cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp", "unsuback"), messageId: ID }),
    fc.record({
      cmd: fc.constant("suback" as const),
      messageId: ID,
      granted: fc.array(fc.constantFrom(0, 1, 2, 128), { minLength: 1, maxLength: 100 }),
    }),
    fc.record({ cmd: fc.constant("pingresp" as const) }),
  ) as fc.Arbitrary<Packet>;

  it("decodes to the same, in chunks of any size", () => {
    fc.assert(
      fc.property(
        fc.array(packet, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 536 }),
        (sent, size) => {
          const stream = Buffer.concat(sent.map((one) => generate(one))).toString("latin1");
          const chunks = stream.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
          const { packets, fault } = decode(chunks);
          expect(fault).toBeUndefined();
          expect(packets.map(comparable)).toEqual(sent.map(comparablePeer));
        },
      ),
    );
  });

  function comparable(packet: Received): unknown {
    if (packet.type !== PacketType.Publish) return packet;
    const { topic, payload, qos, id, isRetained } = packet;
    return { topic, payload, qos, id, isRetained };
  }

  function comparablePeer(packet: Packet): unknown {
    const types: Record<string, PacketType> = {
      puback: PacketType.Puback,
      pubrec: PacketType.Pubrec,
      pubrel: PacketType.Pubrel,
      pubcomp: PacketType.Pubcomp,
      unsuback: PacketType.Unsuback,
      suback: PacketType.Suback,
      pingresp: PacketType.Pingresp,
    };
    if (packet.cmd === "publish") {
      const { qos, messageId = 0, retain } = packet;
      const payload = Buffer.from(packet.payload).toString("latin1");
      return { topic: utf8(packet.topic), payload, qos, id: qos ? messageId : 0, isRetained: retain };
    }
    const type = types[packet.cmd];
    if (packet.cmd === "pingresp") return { type };
    if (packet.cmd === "suback") {
      return { type, id: packet.messageId, codes: String.fromCharCode(...(packet.granted as number[])) };
    }
    return { type, id: packet.messageId };
  }
});
