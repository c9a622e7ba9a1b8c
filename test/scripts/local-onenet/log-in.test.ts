import { generate } from "mqtt-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { LAMP, SWITCH, connectPacket, logIn, next, openWire, startPlatform } from "./wire.ts";
import { connectAsync } from "../../support/mqtt-client.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

const lamp = { device: LAMP.device, product: LAMP.product, password: LAMP.authInfo };

test("the CONNECT of umqtt.simple logs in", async () => {
  const wire = await openWire(platform.mqttPort);
  const online = next(platform, "online");
  // Clean session, keep alive 0, in umqtt.simple's three writes.
  wire.send("10 2b");
  wire.send("00 04 4d 51 54 54 04 c2 00 00");
  wire.send(
    "00 09 35 32 37 35 32 31 39 32 36 00 06 32 34 34 37 35 34 00 0c 33 43 37 31 42 46 43 38 30 30 35 34",
  );
  expect(await wire.read(4)).toBe("20020000");
  expect(await online).toEqual({ device: LAMP.device });
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
  wire.socket.destroy();
});

test("an API key of the product also logs in its devices", async () => {
  const client = await connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
    clientId: LAMP.device,
    username: LAMP.product,
    password: "key-of-244754",
    keepalive: 10,
  });
  expect(platform.devices()).toContainEqual(expect.objectContaining({ name: LAMP.device, online: true }));
  const offline = next(platform, "offline");
  await client.end();
  expect(await offline).toEqual({ device: LAMP.device, why: "the device sent DISCONNECT" });
  expect(platform.devices()).toContainEqual(expect.objectContaining({ name: LAMP.device, online: false }));
});

test.each([
  ["no user name and no password", connectPacket(lamp, { flags: 0x02 }), /flags are not both set/],
  ["a user name without a password", connectPacket(lamp, { flags: 0x82 }), /flags are not both set/],
  ["a password without a user name", connectPacket(lamp, { flags: 0x42 }), /flags are not both set/],
  ["a will", connectPacket(lamp, { flags: 0xc6 }), /does not accept a will/],
  ["a will of QoS 1", connectPacket(lamp, { flags: 0xce }), /does not accept a will/],
  ["a retained will", connectPacket(lamp, { flags: 0xe6 }), /does not accept a will/],
  ["a will's QoS without a will", connectPacket(lamp, { flags: 0xca }), /Will QoS/],
  ["a will's retain without a will", connectPacket(lamp, { flags: 0xe2 }), /Will Retain/],
  ["the reserved flag [MQTT-3.1.2-3]", connectPacket(lamp, { flags: 0xc3 }), /bit 0/],
  ["MQTT 3.1", connectPacket(lamp, { name: "MQIsdp", level: 3 }), /not MQTT 3\.1\.1/],
  ["level 3 under the new name", connectPacket(lamp, { level: 3 }), /not MQTT 3\.1\.1/],
  ["a bridge", connectPacket(lamp, { level: 0x84 }), /not MQTT 3\.1\.1/],
  ["level 6", connectPacket(lamp, { level: 6 }), /unknown protocol .*level 6.* not MQTT 3\.1\.1/],
  ["another protocol", connectPacket(lamp, { name: "HTTP" }), /protocol name is "HTTP"/],
  ["a PINGREQ before the CONNECT", Buffer.from("c000", "hex"), /first packet is PINGREQ/],
  ["a request of HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /looks like HTTP/],
  ["a handshake of TLS", Buffer.from("160301", "hex"), /looks like TLS/],
])("%s: cut without a CONNACK", async (_name, bytes, why) => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send(bytes);
  expect(await wire.closed).toBe("");
  expect((await refused).why).toMatch(why);
  expect((await refused).returnCode).toBeUndefined();
});

test.each([
  ["a wrong password", { ...lamp, password: "wrong-password" }, 4],
  ["an empty password", { ...lamp, password: "" }, 4],
  ["an API key of another product", { ...lamp, password: "key-of-300000" }, 4],
  ["another device's auth info", { ...lamp, password: "switch-secret" }, 4],
  ["an unknown device", { ...lamp, device: "1" }, 5],
  ["no client id", { ...lamp, device: "" }, 5],
  ["an unknown product", { ...lamp, product: "1" }, 5],
  ["a device of another product", { ...lamp, product: "300000" }, 5],
])("%s: CONNACK with a return code, then cut", async (_name, identity, returnCode) => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket(identity));
  expect(await wire.closed).toBe(`2002000${returnCode}`);
  const event = await refused;
  expect(event.returnCode).toBe(returnCode);
  expect(JSON.stringify(event)).not.toContain(identity.password || LAMP.authInfo);
});

test.each([
  [
    "product and device",
    { ...lamp, device: "244754&527521926" },
    /client id is "244754&527521926": .* alone, "527521926"$/,
  ],
  ["device and product", { ...lamp, device: "527521926&244754" }, /alone, "527521926"$/],
  ["a path", { ...lamp, device: "products/244754/devices/527521926" }, /alone, "527521926"$/],
  ["another device of the product", { ...lamp, device: "244754&1" }, /should be the device alone$/],
  ["the product", { ...lamp, device: "244754" }, /client id is the product id/],
  [
    "a line feed behind the device",
    { ...lamp, device: "527521926\n" },
    /client id has a line feed at its end.*"527521926"$/,
  ],
  [
    "a line feed behind the password",
    { ...lamp, password: `${LAMP.authInfo}\n` },
    /password has a line feed at its end/,
  ],
  [
    "a password in quotation marks",
    { ...lamp, password: `"${LAMP.authInfo}"` },
    /password has quotation marks around it/,
  ],
  ["a wrong password with a line feed", { ...lamp, password: "guess\n" }, /password is wrong/],
  ["no password", { ...lamp, password: "" }, /password is empty: it should be the device's auth info/],
  ["a token", { ...lamp, password: "version=2018-10-31&res=x" }, /password is a token: .* auth info instead/],
  [
    "the auth info of another device",
    { ...lamp, password: SWITCH.authInfo },
    /password is the auth info of another device, "527521927"$/,
  ],
  ["no user name", { ...lamp, product: "" }, /user name is "": .* the device's product, "244754"/],
  ["another product", { ...lamp, product: "300000" }, /user name is "300000": .* product, "244754"/],
  ["an unknown device", { ...lamp, device: "1" }, /client id is "1": the product has no such device/],
  ["an unknown product", { ...lamp, device: "1", product: "2" }, /user name is "2": .* no such product/],
  [
    "exchanged",
    { ...lamp, device: "244754", product: "527521926" },
    /client id and the user name are swapped/,
  ],
  [
    "a suite device",
    { ...lamp, device: "Chic_D", product: "469948" },
    /user name is a product of suite: .* the other port, with a token/,
  ],
])("a refused log-in is reported with its cause: %s", async (_what, identity, why) => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket(identity));
  await wire.closed;
  expect((await refused).why).toMatch(why);
  expect((await refused).why).not.toContain(LAMP.authInfo);
});

test("MQTT 5 is recognised, and reported with its sender", async () => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send(
    generate({
      ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 5, clean: true },
      ...{ clientId: LAMP.device, username: LAMP.product, password: Buffer.from(LAMP.authInfo) },
      properties: { sessionExpiryInterval: 10, userProperties: { a: "b".repeat(150) } },
      will: {
        topic: "w",
        payload: Buffer.from("x"),
        properties: { willDelayInterval: 1 },
        qos: 0,
        retain: false,
      },
    }),
  );
  expect(await refused).toEqual({
    clientId: LAMP.device,
    why: "the client speaks MQTT 5 (name MQTT, level 5), not MQTT 3.1.1 (name MQTT, level 4) [MQTT-3.1.2-2]",
    returnCode: undefined,
  });
  await wire.closed;
});

test("terminal control characters are removed from a client id", async () => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ ...lamp, device: "\x1b[2J\u009b" }));
  await wire.closed;
  expect((await refused).clientId).toBe("�[2J�");
});

test("the same client id twice: the older connection is cut", async () => {
  const reported: string[] = [];
  platform.on("online", ({ device }) => reported.push(`online ${device}`));
  platform.on("offline", ({ device, why }) => reported.push(`offline ${device}: ${why}`));
  const older = await logIn(platform);
  const newer = await logIn(platform);
  expect(await older.closed).toBe("");
  newer.send("c000");
  expect(await newer.read(2)).toBe("d000");
  expect(reported).toEqual([
    `online ${LAMP.device}`,
    `offline ${LAMP.device}: replaced by a newer connection of the same device`,
    `online ${LAMP.device}`,
  ]);
  expect(platform.devices()).toContainEqual(expect.objectContaining({ name: LAMP.device, online: true }));
});

test("a refused log-in does not affect the device that is online", async () => {
  const wire = await logIn(platform);
  const impostor = await openWire(platform.mqttPort);
  impostor.send(connectPacket({ ...lamp, password: "guess" }));
  expect(await impostor.closed).toBe("20020004");
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
});

test("a second CONNECT ends the session [MQTT-3.1.0-2]", async () => {
  const wire = await logIn(platform);
  const violation = next(platform, "violation");
  wire.send(connectPacket(lamp));
  expect(await wire.closed).toBe("");
  expect(await violation).toMatchObject({ device: LAMP.device, rule: "packet" });
});

test("keep alive: cut after 1.5 times without traffic, not while pings come", async () => {
  const wire = await logIn(platform, LAMP, 1);
  const offline = next(platform, "offline");
  const started = performance.now();
  wire.send("c000");
  await wire.read(2);
  expect(await wire.closed).toBe("");
  const lasted = performance.now() - started;
  expect(lasted).toBeGreaterThan(1400);
  expect(lasted).toBeLessThan(4000);
  expect(await offline).toEqual({ device: LAMP.device, why: "keep alive timeout" });
  expect(platform.violations).toEqual([]);
});

test("a connection that ends during its log-in does not affect the device that is online", async () => {
  const wire = await logIn(platform);
  const reported: string[] = [];
  platform.on("offline", ({ why }) => reported.push(why));
  for (let attempt = 0; attempt < 20; attempt++) {
    const hasty = await openWire(platform.mqttPort);
    hasty.send(connectPacket({ ...lamp, password: "guess" }));
    hasty.socket.resetAndDestroy();
    await hasty.closed;
  }
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
  expect(reported).toEqual([]);
});

test("a command sent as soon as the device is online follows its CONNACK", async () => {
  platform.once("online", ({ device }) => void platform.sendCommand(device, "on"));
  const wire = await logIn(platform);
  expect(await wire.read(4)).toBe("302e002a");
});

test("a ping is answered and reported", async () => {
  const wire = await logIn(platform, LAMP, 10);
  const ping = next(platform, "ping");
  wire.send("c000");
  expect(await wire.read(2)).toBe("d000");
  expect(await ping).toEqual({ device: LAMP.device });
});

test("a lost connection is reported as such", async () => {
  const wire = await logIn(platform);
  const offline = next(platform, "offline");
  wire.socket.destroy();
  expect(await offline).toEqual({ device: LAMP.device, why: "connection lost" });
});
