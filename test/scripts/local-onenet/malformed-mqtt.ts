/** Packets MQTT 3.1.1 forbids a client to send, with the clause a server should name. */

import { hex } from "./wire.ts";

/** Description and clause of a broken packet, then its bytes. */
export type Broken = readonly [what: string, clause: string, bytes: Buffer];

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const field = (bytes: string | Buffer) => {
  const content = Buffer.from(bytes);
  return Buffer.concat([u16(content.length), content]);
};
function packet(first: number, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? hex(part) : part)));
  return Buffer.concat([Buffer.from([first, body.length]), body]);
}

/**
 * Bytes that are not UTF-8: an overlong form, a surrogate, a byte alone, a sequence cut short, a code above U+10FFFF.
 */
const ILL_FORMED = ["c0af", "eda080", "80", "61e6b8", "f4908080"].map((bytes) => hex(bytes));
const ID = "0001";

/** Within a session. */
export const BROKEN_PACKETS: readonly Broken[] = [
  ["reserved type 0", "2.2.1", hex("00 00")],
  ["reserved type 15", "2.2.1", hex("f0 00")],
  ["CONNACK", "2.2.1", hex("20 02 00 00")],
  ["SUBACK", "2.2.1", hex("90 03 00 01 00")],
  ["UNSUBACK", "2.2.1", hex("b0 02 00 01")],
  ["PINGRESP", "2.2.1", hex("d0 00")],
  ["a fifth byte of the length", "2.2.3", hex("30 80 80 80 80 01")],
  ["PUBLISH at QoS 3", "3.3.1-4", packet(0x36, field("t"), ID)],
  ["PUBLISH with DUP at QoS 0", "3.3.1-2", packet(0x38, field("t"))],
  ["PUBLISH with the identifier 0", "2.3.1-1", packet(0x32, field("t"), "0000")],
  ["PUBLISH at QoS 2 with the identifier 0", "2.3.1-1", packet(0x34, field("t"), "0000")],
  ["PUBLISH without an identifier", "3.3", packet(0x32, field("t"), "00")],
  ["PUBLISH of nothing", "3.3", packet(0x30)],
  ["PUBLISH whose topic is longer than it", "3.3", packet(0x30, "000574")],
  ["PUBLISH to an empty topic", "4.7.3-1", packet(0x30, field(""))],
  ["PUBLISH to +", "3.3.2-2", packet(0x30, field("a/+"))],
  ["PUBLISH to #", "3.3.2-2", packet(0x30, field("#"))],
  ["PUBLISH with U+0000 in its topic", "1.5.3-2", packet(0x30, field("a\0b"))],
  ...ILL_FORMED.map((bytes): Broken => [
    `PUBLISH to ${bytes.toString("hex")}`,
    "1.5.3-1",
    packet(0x30, field(bytes)),
  ]),
  ...(
    [
      ["PUBACK", 0x40, "3.4"],
      ["PUBREC", 0x50, "3.5"],
      ["PUBREL", 0x62, "3.6"],
      ["PUBCOMP", 0x70, "3.7"],
    ] as const
  ).flatMap(([name, first, section]): Broken[] => [
    [`${name} without an identifier`, section, packet(first)],
    [`${name} with half an identifier`, section, packet(first, "00")],
    [`${name} with the identifier 0`, "2.3.1-1", packet(first, "0000")],
    [`${name} with more behind it`, section, packet(first, ID, "00")],
    [`${name} with wrong flags`, "2.2.2-2", packet(first ^ 3, ID)],
  ]),
  ["SUBSCRIBE to nothing", "3.8.3-3", packet(0x82, ID)],
  ["SUBSCRIBE that is empty", "3.8", packet(0x82)],
  ["SUBSCRIBE with the identifier 0", "2.3.1-1", packet(0x82, "0000", field("t"), "00")],
  ["SUBSCRIBE without a QoS", "3.8", packet(0x82, ID, field("t"))],
  ["SUBSCRIBE whose filter is longer than it", "3.8", packet(0x82, ID, "000574")],
  ["SUBSCRIBE at QoS 3", "3-8.3-4", packet(0x82, ID, field("t"), "03")],
  ["SUBSCRIBE with reserved bits", "3-8.3-4", packet(0x82, ID, field("t"), "04")],
  ["SUBSCRIBE to an empty filter", "4.7.3-1", packet(0x82, ID, field(""), "00")],
  ["SUBSCRIBE to #/a", "4.7.1-2", packet(0x82, ID, field("#/a"), "00")],
  ["SUBSCRIBE to a#", "4.7.1-2", packet(0x82, ID, field("a#"), "00")],
  ["SUBSCRIBE to #a", "4.7.1-2", packet(0x82, ID, field("#a"), "00")],
  ["SUBSCRIBE to a+", "4.7.1-3", packet(0x82, ID, field("a+"), "00")],
  ["SUBSCRIBE to +a", "4.7.1-3", packet(0x82, ID, field("b/+a"), "00")],
  ["SUBSCRIBE with U+0000 in a filter", "1.5.3-2", packet(0x82, ID, field("a\0"), "00")],
  ["SUBSCRIBE with a filter that is not UTF-8", "1.5.3-1", packet(0x82, ID, field(hex("c0af")), "00")],
  ["SUBSCRIBE whose second filter is wrong", "4.7.3-1", packet(0x82, ID, field("t"), "00", field(""), "00")],
  ["SUBSCRIBE with wrong flags", "2.2.2-2", packet(0x80, ID, field("t"), "00")],
  ["UNSUBSCRIBE from nothing", "3.10.3-2", packet(0xa2, ID)],
  ["UNSUBSCRIBE with the identifier 0", "2.3.1-1", packet(0xa2, "0000", field("t"))],
  ["UNSUBSCRIBE from an empty filter", "4.7.3-1", packet(0xa2, ID, field(""))],
  ["UNSUBSCRIBE from a#", "4.7.1-2", packet(0xa2, ID, field("a#"))],
  ["UNSUBSCRIBE with a filter that is not UTF-8", "1.5.3-1", packet(0xa2, ID, field(hex("80")))],
  ["UNSUBSCRIBE with U+0000 in a filter", "1.5.3-2", packet(0xa2, ID, field("\0"))],
  ["UNSUBSCRIBE with wrong flags", "2.2.2-2", packet(0xa0, ID, field("t"))],
  ["PINGREQ with more behind it", "3.12", packet(0xc0, "00")],
  ["PINGREQ with wrong flags", "2.2.2-2", packet(0xc1)],
  ["DISCONNECT with more behind it", "3.14", packet(0xe0, "00")],
  ["DISCONNECT with wrong flags", "2.2.2-2", packet(0xe1)],
];

interface Parts {
  readonly name?: string;
  readonly level?: number;
  readonly flags?: number;
  readonly id?: string | Buffer;
  readonly rest?: readonly (string | Buffer)[];
  readonly first?: number;
}

/** Without credentials and will unless `rest` has them. */
export function connectOf({
  name = "MQTT",
  level = 4,
  flags = 2,
  id = "a",
  rest = [],
  first = 0x10,
}: Parts = {}): Buffer {
  const fixed = Buffer.concat([field(name), Buffer.from([level, flags]), u16(60), field(id)]);
  return packet(first, fixed, ...rest);
}

/** In place of the CONNECT; none of them gets a CONNACK. */
export const BROKEN_CONNECTS: readonly Broken[] = [
  ["PINGREQ before the CONNECT", "3.1.0-1", hex("c000")],
  ["PUBLISH before the CONNECT", "3.1.0-1", packet(0x30, field("t"))],
  ["CONNECT with wrong flags", "2.2.2-2", connectOf({ first: 0x11 })],
  ["CONNECT that is empty", "3.1", hex("10 00")],
  ["CONNECT that ends in its keep alive", "3.1", hex("10 09 00 04 4d 51 54 54 04 02 00")],
  ["CONNECT without a client id", "3.1", hex("10 0a 00 04 4d 51 54 54 04 02 00 3c")],
  ["CONNECT of another protocol", "3.1.2-1", connectOf({ name: "HTTP" })],
  ["CONNECT with the reserved flag", "3.1.2-3", connectOf({ flags: 0x03 })],
  ["CONNECT with a will at QoS 3", "3.1.2-14", connectOf({ flags: 0x1e, rest: [field("w"), field("m")] })],
  ["CONNECT with a Will QoS and no will", "3.1.2-13", connectOf({ flags: 0x0a })],
  ["CONNECT with Will Retain and no will", "3.1.2-15", connectOf({ flags: 0x22 })],
  ["CONNECT with a password and no user name", "3.1.2-22", connectOf({ flags: 0x42, rest: [field("p")] })],
  ["CONNECT with more behind it", "3.1", connectOf({ rest: ["00"] })],
  ["CONNECT with a user name that it does not announce", "3.1", connectOf({ rest: [field("u")] })],
  ["CONNECT without the user name that it announces", "3.1", connectOf({ flags: 0x82 })],
  ["CONNECT with U+0000 in its client id", "1.5.3-2", connectOf({ id: "a\0" })],
  ["CONNECT with a client id that is not UTF-8", "1.5.3-1", connectOf({ id: hex("c0af") })],
  ["CONNECT with U+0000 in its user name", "1.5.3-2", connectOf({ flags: 0x82, rest: [field("\0")] })],
  [
    "CONNECT with a user name that is not UTF-8",
    "1.5.3-1",
    connectOf({ flags: 0x82, rest: [field(hex("eda080"))] }),
  ],
  ["CONNECT with an empty will topic", "4.7.3-1", connectOf({ flags: 0x06, rest: [field(""), field("m")] })],
  [
    "CONNECT with a wildcard in its will topic",
    "4.7.1-1",
    connectOf({ flags: 0x06, rest: [field("#"), field("m")] }),
  ],
  [
    "CONNECT with U+0000 in its will topic",
    "1.5.3-2",
    connectOf({ flags: 0x06, rest: [field("\0"), field("m")] }),
  ],
  [
    "CONNECT with a will topic that is not UTF-8",
    "1.5.3-1",
    connectOf({ flags: 0x06, rest: [field(hex("80")), field("m")] }),
  ],
  ["CONNECT without a will message", "3.1", connectOf({ flags: 0x06, rest: [field("w")] })],
];
