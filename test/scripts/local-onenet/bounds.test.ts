import fc from "fast-check";
import { createServer } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { NOTHING_KEPT } from "../../../scripts/local-onenet/data.ts";
import { startLocalOneNet, type LocalOneNet, type TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { LIMITS, type Limits } from "../../../scripts/local-onenet/limits.ts";
import { createRoom } from "../../../scripts/local-onenet/room.ts";
import { createStore } from "../../../scripts/local-onenet/store.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  NEIGHBOUR,
  SWITCH,
  dpFrame,
  hex,
  logIn,
  logInWithToken,
  next,
  openWire,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  tokenOf,
} from "./wire.ts";
import { connectAsync } from "../../support/mqtt-client.ts";

async function platformWith(limits: Partial<Limits> = {}): Promise<LocalOneNet> {
  const platform = await startPlatform(limits);
  onTestFinished(() => platform.close());
  return platform;
}

test("a packet that announces 256 MB is rejected by its header alone", async () => {
  const platform = await platformWith();
  const refused = next(platform, "login-refused");
  const stranger = await openWire(platform.mqttPort);
  stranger.send("10 ff ff ff 7f");
  expect(await stranger.closed).toBe("");
  expect((await refused).why).toMatch(/announces 268435455 bytes|announces \d+ bytes or more/);

  const wire = await logIn(platform);
  const violation = next(platform, "violation");
  wire.send("30 ff ff ff 7f");
  expect(await wire.closed).toBe("");
  expect(await violation).toMatchObject({ device: LAMP.device, rule: "packet" });
});

test("the longest packet passes, one byte more does not", async () => {
  const platform = await platformWith({ remainingLength: 200 });
  const reported = next(platform, "message");
  const wire = await logIn(platform);
  const longest = publishPacket("t", "x".repeat(197));
  for (const byte of longest) wire.send(Buffer.from([byte]));
  expect((await reported).payload).toHaveLength(197);
  wire.send(publishPacket("t", "x".repeat(198)));
  expect(await wire.closed).toBe("");
  expect(platform.violations[0]?.detail).toBe("a packet announces 201 bytes or more; the maximum is 200");
});

/** A PUBLISH at QoS 0 whose remaining length has three bytes. */
function longPublish(topic: Buffer, payload: string): Buffer {
  const remaining = 2 + topic.length + payload.length;
  const length = [(remaining & 0x7f) | 0x80, ((remaining >> 7) & 0x7f) | 0x80, remaining >> 14];
  return Buffer.concat([Buffer.from([0x30, ...length, 0, topic.length]), topic, Buffer.from(payload)]);
}

test("a studio device's payload of 256 KB is answered", async () => {
  const platform = await platformWith();
  const wire = await logInWithToken(platform, HEATER);
  const topic = "$sys/9MaNe52pNO/heater/thing/property/post";
  wire.send(subscribePacket(`${topic}/reply`));
  await wire.read(5);
  const text = '{"id":"1","params":{"led":{"value":true}}}';
  wire.send(longPublish(Buffer.from(topic), text + " ".repeat(256 * 1024 - text.length)));
  expect(JSON.parse((await readMessage(wire)).payload)).toMatchObject({ code: 200 });
  expect(platform.datapoints("heater", "led")).toMatchObject([{ value: true }]);
});

test("a suite device's payload of 256 KB passes, one that is longer than any packet does not", async () => {
  const platform = await platformWith();
  const wire = await logInWithToken(platform, CHIC);
  const topic = Buffer.from("$sys/469948/Chic_D/dp/post/json");
  const text = '{"id":1,"dp":{"a":[{"v":"x"}]}}';
  const payload = text.replace("x", "x".repeat(256 * 1024 - text.length + 1));
  wire.send(longPublish(topic, payload));
  await settle(wire);
  expect(platform.datapoints("469948/Chic_D", "a")).toHaveLength(1);
  wire.send("30 ff ff 10");
  await wire.closed;
  expect(platform.violations).toMatchObject([{ rule: "packet" }]);

  const stranger = await openWire(platform.suitePort);
  const refused = next(platform, "login-refused");
  stranger.send("10 81 88 04");
  await stranger.closed;
  expect((await refused).why).toMatch(/the maximum is 66560$/);
});

test("a full $dp frame fits", async () => {
  const platform = await platformWith();
  const wire = await logIn(platform);
  const reported = next(platform, "datapoint");
  const frame = dpFrame(3, `{"long":"${"x".repeat(65_535 - 11)}"}`);
  expect(frame).toHaveLength(65_538);
  // Remaining length 65543 = 7 + 0 × 128 + 4 × 16384.
  wire.send(Buffer.concat([hex("30 87 80 04 00 03 24 64 70"), frame]));
  expect((await reported).stream).toBe("long");
});

test("a remaining length of five bytes is rejected [MQTT-2.2.3]", async () => {
  const platform = await platformWith();
  const wire = await logIn(platform);
  wire.send("30 80 80 80 80 01");
  expect(await wire.closed).toBe("");
  expect(platform.violations).toMatchObject([{ rule: "packet" }]);
});

test("packets are the same however the bytes are split", async () => {
  const platform = await platformWith();
  const values: unknown[] = [];
  platform.on("datapoint", ({ value }) => values.push(value));
  const wire = await logIn(platform);
  const bytes = Buffer.concat([
    publishPacket("$dp", dpFrame(3, `{"a":"${"x".repeat(150)}"}`)),
    hex("c000"),
    publishPacket("$dp", dpFrame(3, '{"a":2}')),
    hex("c000"),
  ]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), async (cuts) => {
      values.length = 0;
      for (let from = 0, turn = 0; from < bytes.length; turn++) {
        const size = cuts[turn % cuts.length] ?? 1;
        wire.send(bytes.subarray(from, from + size));
        from += size;
      }
      expect(await wire.read(4)).toBe("d000d000");
      expect(values).toEqual(["x".repeat(150), 2]);
    }),
    { numRuns: 25 },
  );
});

test("a connection that sends no CONNECT in time is closed", async () => {
  const platform = await platformWith({ connectTimeout: 50 });
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.mqttPort);
  wire.send("10 29 00 04");
  expect(await wire.closed).toBe("");
  expect((await refused).why).toMatch(/in time/);
});

test("a connection over the limit is closed; a device that leaves makes room", async () => {
  const platform = await platformWith({ connections: 1 });
  const wire = await logIn(platform);
  const extra = await openWire(platform.mqttPort);
  expect(await extra.closed).toBe("");
  wire.socket.destroy();
  await next(platform, "offline");
  expect(platform.violations).toEqual([]);
});

test("silent connections neither keep devices out nor displace them", async () => {
  const platform = await platformWith({ connections: 3 });
  const lamp = await logIn(platform);
  const silent = [await openWire(platform.mqttPort), await openWire(platform.mqttPort)];
  silent[0]?.send("10 29 00 04");
  const other = await logIn(platform, SWITCH);
  expect(await silent[0]?.closed).toBe("");
  await settle(lamp);
  await settle(other);
});

test("over TLS, too, silent connections are dropped, not devices", async () => {
  const { product, device } = CHIC;
  const devices = [CHIC, NEIGHBOUR];
  const platform = await startLocalOneNet({ devices, tlsPort: 0, limits: { connections: 2 } });
  onTestFinished(() => platform.close());
  const options = {
    keepalive: 60,
    rejectUnauthorized: false,
  } as const;
  const address = `mqtts://127.0.0.1:${platform.tlsPort ?? 0}`;
  const client = (record: TokenDevice) =>
    connectAsync(address, {
      ...options,
      clientId: record.device,
      username: record.product,
      password: tokenOf(record),
    });
  const first = await client(CHIC);
  const silent = await openWire(platform.tlsPort ?? 0);
  const second = await client(NEIGHBOUR);
  expect(await silent.closed).toBe("");
  await first.publish(`$sys/${product}/${device}/dp/post/json`, '{"id":1,"dp":{"a":[{"v":1}]}}', {
    qos: 1,
  });
  expect(platform.datapoints(device, "a")).toHaveLength(1);
  await Promise.all([first.end(), second.end()]);
});

test("slow requests do not block the HTTP API", async () => {
  const platform = await platformWith({ connections: 4 });
  const drips = [];
  for (let count = 0; count < 6; count++) {
    const wire = await openWire(platform.httpPort);
    wire.send(Buffer.from("POST /cmds HTTP/1.1\r\nhost: x\r\n"));
    drips.push(wire);
  }
  expect(await drips[0]?.closed).toBe("");
  const answer = await fetch(`http://127.0.0.1:${platform.httpPort}/devices/${LAMP.device}`, {
    headers: { "api-key": platform.apiKey },
  });
  expect(await answer.json()).toMatchObject({ errno: 0 });
});

test("a request not completed in time is closed", async () => {
  const platform = await platformWith({ connectTimeout: 50 });
  const wire = await openWire(platform.httpPort);
  const key = `api-key: ${platform.apiKey}`;
  wire.send(Buffer.from(`POST /mqtt?topic=t HTTP/1.1\r\nhost: x\r\n${key}\r\ncontent-length: 9\r\n\r\nx`));
  expect(Buffer.from(await wire.closed, "hex").toString()).toMatch(/^HTTP\/1.1 408/);
});

test("a device that does not read is cut", async () => {
  const platform = await platformWith({ backlog: 100_000 });
  const wire = await logIn(platform);
  wire.send(subscribePacket("t"));
  await wire.read(5);
  wire.socket.pause();
  const offline = next(platform, "offline");
  const message = "x".repeat(60_000);
  const flood = setInterval(() => platform.publish(LAMP.product, "t", message), 0);
  expect((await offline).why).toBe("the device does not read what is sent to it");
  clearInterval(flood);
  wire.socket.destroy();
});

test("data points, streams and violations are kept up to their bounds", async () => {
  const platform = await platformWith({ datapoints: 2, streams: 2, streamSize: 20, violations: 1 });
  const wire = await logIn(platform);
  for (const json of [
    '{"a":1}',
    '{"a":2}',
    '{"a":3}',
    '{"b":"0123456789"}',
    '{"b":"abcdefghij"}',
    '{"c":1}',
  ]) {
    wire.send(publishPacket("$dp", dpFrame(3, json)));
  }
  wire.send(publishPacket("$dp", dpFrame(3, '{"d\\u001b":1}')));
  wire.send("c000");
  await wire.read(2);
  const values = (stream: string) => platform.datapoints(LAMP.device, stream).map(({ value }) => value);
  expect(values("a")).toEqual([2, 3]);
  expect(values("b")).toEqual(["abcdefghij"]);
  expect(values("c")).toEqual([]);
  expect(platform.violations).toMatchObject([
    { rule: "stream-count", detail: 'no room for the data stream "d�"' },
  ]);
});

test("everything kept shares one bound: the oldest entries are dropped, with a notice once a minute", async () => {
  const platform = await platformWith({ kept: 20_000 });
  const reported: string[] = [];
  platform.on("notice", ({ device, detail }) => reported.push(`${device}: ${detail}`));
  const lamp = await logIn(platform, LAMP, 120);
  const post = async (stream: string) => {
    lamp.send(publishPacket("$dp", dpFrame(3, JSON.stringify({ [stream]: "x".repeat(500) }))));
    await settle(lamp);
  };
  await post("first");
  const { uuid } = await platform.sendCommand(LAMP.device, "on");
  await lamp.read(48);
  lamp.send(publishPacket(`$crsp/${uuid}`, "y".repeat(5000)));
  await settle(lamp);
  expect(platform.datapoints(LAMP.device, "first")).toHaveLength(1);
  for (let count = 0; count < 40; count++) await post("flood");
  // Each takes 200 + 24 + 2 × 500 bytes, and twice its name.
  expect(platform.datapoints(LAMP.device, "flood")).toHaveLength(Math.floor(20_000 / 1234));
  expect(platform.datapoints(LAMP.device, "first")).toEqual([]);
  lamp.send(publishPacket(`$crsp/${uuid}`, "late"));
  expect(await next(platform, "violation")).toMatchObject({
    detail: expect.stringMatching(/not sent such a command/) as string,
  });
  expect(reported).toEqual([
    `${LAMP.device}: the platform keeps 0.019 MiB of data points and commands: dropping the oldest`,
  ]);
  await post("second"); // what has gone makes room for another data stream
  expect(platform.datapoints(LAMP.device, "second")).toHaveLength(1);
});

test("a device that fills the room displaces only its own data points", () => {
  const room = createRoom(100_000, () => undefined);
  const store = createStore(LIMITS, room, NOTHING_KEPT, []);
  const kept = (device: string) =>
    [...store.streams(device).values()].reduce((sum, { points }) => sum + points.length, 0);
  for (let turn = 0; turn < 20; turn++) store.add("quiet", "s", { value: turn, at: "" });
  for (let turn = 0; turn < 3000; turn++) store.add("loud", `s${turn % 50}`, { value: turn, at: "" });
  expect(kept("quiet")).toBe(20);
  expect(kept("loud")).toBeGreaterThan(300);
  // Two loud ones share what is left.
  for (let turn = 0; turn < 3000; turn++) store.add("other", `s${turn % 50}`, { value: turn, at: "" });
  expect(kept("quiet")).toBe(20);
  expect(kept("loud")).toBeGreaterThan(150);
  expect(kept("other")).toBeGreaterThan(150);
  expect(kept("loud") + kept("other")).toBeLessThan(500);
});

test("commands are kept up to their bound", async () => {
  const platform = await platformWith({ commands: 1 });
  const wire = await logIn(platform);
  const first = await platform.sendCommand(LAMP.device, "on");
  await platform.sendCommand(LAMP.device, "off");
  wire.send(publishPacket(`$crsp/${first.uuid}`, "late"));
  const violation = await next(platform, "violation");
  expect(violation).toMatchObject({ rule: "command-response" });
});

test("close ends every connection and wait, and frees the ports", async () => {
  const platform = await startPlatform();
  const device = await logIn(platform);
  const silent = await openWire(platform.mqttPort);
  const waiting = platform.sendCommand(LAMP.device, "on", 60_000);
  const offline = next(platform, "offline");
  await platform.close();
  await Promise.all([device.closed, silent.closed]);
  expect(await waiting).not.toHaveProperty("response");
  expect((await offline).why).toBe("the platform closed");
  for (const port of [platform.mqttPort, platform.httpPort]) {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  }
});

test("a taken port is an error, and nothing is left listening", async () => {
  const platform = await platformWith();
  const devices = [LAMP];
  await expect(startLocalOneNet({ devices, mqttPort: platform.mqttPort })).rejects.toThrow("EADDRINUSE");
  await expect(startLocalOneNet({ devices, httpPort: platform.httpPort })).rejects.toThrow("EADDRINUSE");
  await expect(startLocalOneNet({ devices: [LAMP, LAMP] })).rejects.toThrow("is a duplicate");
});

test("a request of the HTTP API may take as long as on the platform, 10 s", () => {
  expect(LIMITS.connectTimeout).toBe(10_000);
});

test("the bounds allow the platform's longest frame", () => {
  expect(LIMITS.remainingLength).toBeGreaterThanOrEqual(65_538 + "$dp".length + 4);
});
