/** MQTT that the standard forbids, on every port: the connection ends, and the report names the clause. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { startPlainBroker, type PlainBroker } from "../../../scripts/local-onenet/plain.ts";
import { MOSQUITTO, WITHOUT_MOSQUITTO, startMosquitto, type Mosquitto } from "../../support/mosquitto.ts";
import { BROKEN_CONNECTS, BROKEN_PACKETS, connectOf } from "./malformed-mqtt.ts";
import {
  CHIC,
  HEATER,
  connectPacket,
  hex,
  logIn,
  logInWithToken,
  openWire,
  startPlatform,
  tokenOf,
  type Wire,
} from "./wire.ts";

let platform: LocalOneNet;
let plain: PlainBroker;
let plainOverTls: PlainBroker;
/** The report about the last connection. */
let reported: string[];

beforeAll(async () => {
  platform = await startPlatform({}, { tlsPort: 0 });
  plain = await startPlainBroker();
  plainOverTls = await startPlainBroker({ tls: true });
  for (const server of [platform, plain, plainOverTls] as const) {
    server.on("login-refused", ({ why }: { why: string }) => reported.push(why));
  }
  platform.on("violation", ({ rule, detail }) => reported.push(`${rule}: ${detail}`));
  for (const server of [plain, plainOverTls]) {
    server.on("violation", ({ why }) => reported.push(`packet: ${why}`));
  }
});
afterAll(async () => {
  await platform.close();
  await plain.close();
  await plainOverTls.close();
});

async function logInPlain(port = plain.port): Promise<Wire> {
  const wire = await openWire(port);
  wire.send(connectOf());
  expect(await wire.read(4)).toBe("20020000");
  return wire;
}

const PORTS: readonly (readonly [
  string,
  { readonly open: () => Promise<Wire>; readonly logIn: () => Promise<Wire> },
])[] = [
  ["multiprotocol", { open: () => openWire(platform.mqttPort), logIn: () => logIn(platform) }],
  ["suite", { open: () => openWire(platform.suitePort), logIn: () => logInWithToken(platform, CHIC) }],
  ["studio", { open: () => openWire(platform.suitePort), logIn: () => logInWithToken(platform, HEATER) }],
  ["plain", { open: () => openWire(plain.port), logIn: () => logInPlain() }],
];

describe.each(PORTS)("%s", (_port, { open, logIn: session }) => {
  test.each(BROKEN_PACKETS)("%s [MQTT-%s]", async (_what, clause, bytes) => {
    const wire = await session();
    reported = [];
    wire.send(bytes);
    expect(await wire.closed).toBe("");
    await expect.poll(() => reported).toEqual([expect.stringMatching(/^packet: /)]);
    expect(reported[0]).toContain(`[MQTT-${clause}]`);
  });

  test.each(BROKEN_CONNECTS)("%s [MQTT-%s]", async (_what, clause, bytes) => {
    const wire = await open();
    reported = [];
    wire.send(bytes);
    expect(await wire.closed).toBe("");
    await expect.poll(() => reported).toHaveLength(1);
    expect(reported[0]).toContain(`[MQTT-${clause}]`);
  });

  test("a second CONNECT [MQTT-3.1.0-2]", async () => {
    const wire = await session();
    reported = [];
    wire.send(connectOf());
    expect(await wire.closed).toBe("");
    await expect.poll(() => reported).toEqual([expect.stringContaining("[MQTT-3.1.0-2]")]);
  });

  test("an empty client id for a session that is not clean: CONNACK 2 [MQTT-3.1.3-8]", async () => {
    const wire = await open();
    reported = [];
    wire.send(connectOf({ flags: 0, id: "" }));
    expect(await wire.closed).toBe("20020002");
    await expect.poll(() => reported).toEqual([expect.stringContaining("[MQTT-3.1.3-8]")]);
  });

  test("a forbidden packet ends the connection, however it is split", async () => {
    const wire = await session();
    reported = [];
    for (const byte of hex("c0 00 82 06 00 00 00 01 74 00")) {
      wire.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await wire.closed).toBe("d000");
    await expect.poll(() => reported).toEqual([expect.stringContaining("[MQTT-2.3.1-1]")]);
  });
});

/** One packet of each kind, for the ports that differ from the others in TLS alone. */
const KINDS = [
  "reserved type 15",
  "PUBLISH with the identifier 0",
  "PUBLISH with DUP at QoS 0",
  "PUBLISH with U+0000 in its topic",
  "PUBLISH to +",
  "SUBSCRIBE to nothing",
  "SUBSCRIBE with wrong flags",
  "UNSUBSCRIBE from nothing",
  "PUBACK with more behind it",
];

describe.each([
  [
    "suite over TLS",
    () => platform.tlsPort ?? 0,
    connectPacket({ ...CHIC, password: tokenOf(CHIC) }, { keepAlive: 60 }),
  ],
  ["plain over TLS", () => plainOverTls.port, connectOf()],
] as const)("%s", (_port, port, connect) => {
  test.each([
    ...BROKEN_PACKETS.filter(([what]) => KINDS.includes(what)),
    ["a second CONNECT", "3.1.0-2", connectOf()] as const,
  ])("%s [MQTT-%s]", async (_what, clause, bytes) => {
    const wire = await openWire(port(), true);
    wire.send(connect);
    expect(await wire.read(4)).toBe("20020000");
    reported = [];
    wire.send(bytes);
    expect(await wire.closed).toBe("");
    await expect.poll(() => reported).toEqual([expect.stringContaining(`[MQTT-${clause}]`)]);
  });
});

test("the kinds of packets have names of packets", () => {
  expect(BROKEN_PACKETS.map(([what]) => what)).toEqual(expect.arrayContaining(KINDS));
});

test.each([
  ["level 6", connectOf({ level: 6 }), /unknown protocol \(name MQTT, level 6\)/],
  ["MQTT 5", connectOf({ level: 5, rest: [] }), /speaks MQTT 5 /],
  ["level 3 under the new name", connectOf({ level: 3 }), /level 3/],
])("plain: %s gets CONNACK 1 [MQTT-3.1.2-2]", async (_what, bytes, why) => {
  const wire = await openWire(plain.port);
  reported = [];
  wire.send(bytes);
  expect(await wire.closed).toBe("20020001");
  await expect.poll(() => reported).toEqual([expect.stringMatching(why)]);
});

/** Packets mosquitto accepts, because it reads no more of them than it needs. */
const LENIENT = new Set([
  "SUBACK",
  "UNSUBACK",
  "PINGRESP",
  "PUBLISH with DUP at QoS 0",
  "PUBACK with more behind it",
  "PUBACK with wrong flags",
  "PUBREC with more behind it",
  "PUBREC with wrong flags",
  "PUBREL with more behind it",
  "PUBCOMP with more behind it",
  "PUBCOMP with wrong flags",
  "PINGREQ with more behind it",
  "PINGREQ with wrong flags",
]);

/** Unusual but allowed packets, and their answers. */
const ALLOWED = [
  ["the identifier 65535", "32 07 00 01 74 ff ff 68 69", "4002ffff"],
  ["an empty payload", "32 05 00 01 74 00 01", "40020001"],
  ["DUP at QoS 1", "3a 05 00 01 74 00 02", "40020002"],
  ["a PUBREL of nothing", "62 02 00 03", "70020003"],
  ["a filter of wildcards", "82 0a 00 04 00 05 2b 2f 2b 2f 23 00", "9003000400"],
  ["an empty level", "82 07 00 05 00 02 2f 2f 01", "9003000501"],
  ["a filter twice", "82 0a 00 06 00 01 61 00 00 01 61 01", undefined],
  ["giving up what is not subscribed", "a2 05 00 07 00 01 62", "b0020007"],
  ["Chinese", "32 08 00 03 e6 b8 a9 00 08 78", "40020008"],
  ["U+FEFF", "32 08 00 03 ef bb bf 00 09 78", "40020009"],
  ["more bytes in the length than it takes", "c0 80 00", "d000"],
] as const;

describe("allowed", () => {
  test.each(ALLOWED)("%s", async (_what, bytes, answer) => {
    const wire = await logInPlain();
    wire.send(bytes);
    if (answer !== undefined) expect(await wire.read(answer.length / 2)).toBe(answer);
    wire.send("c000");
    wire.socket.end();
    expect(await wire.closed).toContain("d000");
  });
});

if (MOSQUITTO === undefined) console.warn(WITHOUT_MOSQUITTO);
describe.runIf(MOSQUITTO !== undefined)("mosquitto", () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto(MOSQUITTO ?? "");
  });
  afterAll(() => mosquitto.close());

  test.each(BROKEN_PACKETS.filter(([what]) => !LENIENT.has(what)))(
    "also ends the connection: %s",
    async (_what, _clause, bytes) => {
      const wire = await logInPlain(mosquitto.port);
      wire.send(bytes);
      expect(await wire.closed).not.toContain("d000");
    },
  );

  test.each(ALLOWED.filter(([, , answer]) => answer !== undefined))(
    "gives the same answer: %s",
    async (_what, bytes, answer) => {
      const wire = await logInPlain(mosquitto.port);
      wire.send(bytes);
      expect(await wire.read((answer ?? "").length / 2)).toBe(answer);
    },
  );
});
