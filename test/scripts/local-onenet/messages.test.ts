import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet, MultiprotocolDevice } from "../../../scripts/local-onenet/index.ts";
import {
  LAMP,
  STRANGER,
  SWITCH,
  connectPacket,
  dpFrame,
  hex,
  logIn,
  next,
  openWire,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
} from "./wire.ts";
import { connectAsync, type MqttClient } from "../../support/mqtt-client.ts";

let platform: LocalOneNet;
const clients: MqttClient[] = [];
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  for (const client of clients.splice(0)) void client.cut();
  await platform.close();
});

async function connectAs(record: MultiprotocolDevice): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
    clientId: record.device,
    username: record.product,
    password: record.authInfo,
  });
  clients.push(client);
  return client;
}

interface Arrived {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

function arrival(client: MqttClient): Promise<Arrived> {
  return new Promise((resolve) => {
    client.once("message", (topic, payload, { qos, retain }) =>
      resolve({ topic, payload: payload.toString(), qos, retain }),
    );
  });
}

test("a subscription is granted and reported", async () => {
  const wire = await logIn(platform);
  const reported = next(platform, "subscribe");
  wire.send(subscribePacket("esp32_mqtt_basic_control", "a/B_9"));
  expect(await wire.read(6)).toBe("900400010000");
  expect(await reported).toEqual({
    device: LAMP.device,
    topics: ["esp32_mqtt_basic_control", "a/B_9"],
    granted: [0, 0],
  });
});

test.each(["#", "+", "a/#", "a/+/b", "$dp", "$creq/1", "$SYS/#", "a-b", "a b", "温度"])(
  "a subscription to %j is refused in the SUBACK, the others stay",
  async (topic) => {
    const wire = await logIn(platform);
    wire.send(subscribePacket("fine", topic));
    expect(await wire.read(6)).toBe("900400010080");
    expect(platform.violations).toMatchObject([{ device: LAMP.device, rule: "subscribe-topic" }]);
    await settle(wire);
  },
);

test("a session keeps only the topics that were granted", async () => {
  const connect = connectPacket({ ...LAMP, password: LAMP.authInfo }, { flags: 0xc0 });
  const wire = await openWire(platform.mqttPort);
  wire.send(connect);
  expect(await wire.read(4)).toBe("20020000");
  wire.send(subscribePacket("fine", "$one", "$two"));
  expect(await wire.read(7)).toBe("90050001008080");
  const refused = platform.violations.length;
  expect(refused).toBe(2);
  const gone = next(platform, "offline");
  wire.socket.destroy();
  await gone;
  const back = await openWire(platform.mqttPort);
  back.send(connect);
  expect(await back.read(4)).toBe("20020100");
  expect(platform.violations).toHaveLength(refused);
  const arrived = readMessage(back);
  (await logIn(platform, SWITCH)).send(publishPacket("fine", "x"));
  expect(await arrived).toEqual({ topic: "fine", payload: "x" });
});

test("100 topics are granted, no more; unsubscribing makes room", async () => {
  const wire = await logIn(platform);
  const topics = Array.from({ length: 101 }, (_, index) => `topic_${index}`);
  wire.send(subscribePacket(...topics));
  expect(await wire.read(4 + 101)).toBe(`90670001${"00".repeat(100)}80`);
  expect(platform.violations).toMatchObject([{ rule: "subscribe-count", device: LAMP.device }]);
  wire.send("a2 0b 00 02 00 07 74 6f 70 69 63 5f 30"); // UNSUBSCRIBE topic_0
  expect(await wire.read(4)).toBe("b0020002");
  // One more, and one that is there already.
  wire.send(subscribePacket("topic_100", "topic_1"));
  expect(await wire.read(6)).toBe("900400010000");
});

test("devices of a product get each other's messages at QoS 0; those of other products do not", async () => {
  const lamp = await connectAs(LAMP);
  const stranger = await logIn(platform, STRANGER);
  await lamp.subscribe("light/all", { qos: 1 });
  stranger.send(subscribePacket("light/all"));
  await stranger.read(5);
  const arrived = arrival(lamp);
  const reported = next(platform, "message");
  const other = await connectAs(SWITCH);
  await other.publish("light/all", "on", { qos: 1 });
  expect(await arrived).toEqual({ topic: "light/all", payload: "on", qos: 0, retain: false });
  expect(await reported).toEqual({ device: SWITCH.device, topic: "light/all", payload: Buffer.from("on") });
  await settle(stranger);
});

test("a device that unsubscribed, or left, gets nothing more", async () => {
  const wire = await logIn(platform);
  wire.send(subscribePacket("t"));
  await wire.read(5);
  platform.publish(LAMP.product, "t", "1");
  expect(await wire.read(6)).toBe("300400017431");
  wire.send("a2 05 00 02 00 01 74");
  await wire.read(4);
  platform.publish(LAMP.product, "t", "2");
  await settle(wire);
  wire.socket.destroy();
  await next(platform, "offline");
  platform.publish(LAMP.product, "t", "3");
  await settle(await logIn(platform));
});

test("a persistent session returns with its subscriptions, but without missed messages", async () => {
  const options = { clientId: LAMP.device, username: LAMP.product } as const;
  const url = `mqtt://127.0.0.1:${platform.mqttPort}`;
  const again = { ...options, password: LAMP.authInfo, clean: false };
  const first = await connectAsync(url, again);
  await first.subscribe("t", { qos: 1 });
  await first.end();
  const other = await connectAs(SWITCH);
  await other.publish("t", "missed", { qos: 1 });
  const second = await connectAsync(url, again);
  clients.push(second);
  const arrived = arrival(second);
  platform.publish(LAMP.product, "t", "heard");
  expect((await arrived).payload).toBe("heard");
});

test("a retained message is reported, delivered, and not kept", async () => {
  const wire = await logIn(platform);
  wire.send(subscribePacket("t"));
  await wire.read(5);
  wire.send(publishPacket("t", "x", 0x31));
  expect(await wire.read(6)).toBe("300400017478");
  expect(platform.violations).toMatchObject([{ device: LAMP.device, rule: "retain" }]);
  const other = await logIn(platform, SWITCH);
  other.send(subscribePacket("t"));
  expect(await other.read(5)).toBe("9003000100");
  await settle(other);
});

test("the platform document's example PUBLISH is stored as switch = 3", async () => {
  const wire = await logIn(platform);
  const reported = next(platform, "datapoint");
  wire.send(
    Buffer.concat([
      hex("30 44 00 03 24 64 70 01 00 3c"),
      hex(
        "7b 22 64 61 74 61 73 74 72 65 61 6d 73 22 3a 5b 7b 22 69 64 22 3a 22 73 77 69 74 63 68 22 2c 22 64",
      ),
      hex("61 74 61 70 6f 69 6e 74 73 22 3a 5b 7b 22 76 61 6c 75 65 22 3a 33 7d 5d 7d 5d 7d"),
    ]),
  );
  expect(await reported).toMatchObject({ device: LAMP.device, stream: "switch", value: 3, type: 1 });
  expect(platform.datapoints(LAMP.device, "switch")).toEqual([
    { value: 3, type: 1, at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/) as string },
  ]);
});

test("a data point keeps the time the device sent", async () => {
  const wire = await logIn(platform);
  const json = '{"datastreams":[{"id":"t","datapoints":[{"at":"2013-04-22 22:22:22","value":36.5}]}]}';
  wire.send(publishPacket("$dp", dpFrame(1, json)));
  await settle(wire);
  expect(platform.datapoints(LAMP.device, "t")).toEqual([
    { value: 36.5, type: 1, at: "2013-04-22 22:22:22" },
  ]);
});

test.each([0, 1, 2] as const)("a data point at QoS %i is stored once", async (qos) => {
  const client = await connectAs(LAMP);
  const reported = next(platform, "datapoint");
  await client.publish("$dp", dpFrame(3, '{"温度":22.5}'), { qos });
  expect(await reported).toMatchObject({ stream: "温度", value: 22.5, type: 3 });
  expect(platform.datapoints(LAMP.device, "温度")).toHaveLength(1);
});

test("a re-sent QoS 2 message is stored once", async () => {
  const wire = await logIn(platform);
  const body = Buffer.concat([hex("00 03 24 64 70 00 07"), dpFrame(3, '{"t":1}')]);
  wire.send(Buffer.concat([Buffer.from([0x34, body.length]), body]));
  expect(await wire.read(4)).toBe("50020007");
  wire.send(Buffer.concat([Buffer.from([0x3c, body.length]), body]));
  expect(await wire.read(4)).toBe("50020007");
  wire.send("62 02 00 07");
  expect(await wire.read(4)).toBe("70020007");
  expect(platform.datapoints(LAMP.device, "t")).toHaveLength(1);
});

test.each([
  [
    "a malformed frame",
    "$dp",
    dpFrame(3, Buffer.from('{"\xe6":1}', "latin1")),
    "dp-frame",
    /^byte 5: .*UTF-8/,
  ],
  ["a type that there is not", "$dp", hex("08 00 01"), "dp-frame", /byte 0: type 8 is unknown/],
  ["an answer to no command", "$crsp/123", "ok", "command-response", /not sent such a command/],
  ["an answer without an id", "$crsp/", "ok", "command-response", /not sent such a command/],
  ["another platform topic", "$creq/1", "on", "reserved-topic", /\$creq\/1/],
  ["$SYS", "$SYS/x/new/clients", LAMP.device, "reserved-topic", /\$SYS/],
])("%s is reported and dropped, and the link stays", async (_name, topic, payload, rule, detail) => {
  const wire = await logIn(platform);
  const reported: string[] = [];
  for (const event of ["datapoint", "response", "message"] as const)
    platform.on(event, () => reported.push(event));
  wire.send(publishPacket(topic, payload));
  await settle(wire);
  expect(platform.violations).toEqual([
    {
      device: LAMP.device,
      rule,
      sentence: expect.stringMatching(/./) as string,
      detail: expect.stringMatching(detail) as string,
    },
  ]);
  expect(reported).toEqual([]);
});

test("a command reaches its device without a subscription, and the response comes back", async () => {
  const wire = await logIn(platform);
  const reported = next(platform, "response");
  const sent = next(platform, "command");
  const answered = platform.sendCommand(LAMP.device, "on", 60_000);
  const { uuid } = await sent;
  const header = await wire.read(2 + 2 + "$creq/".length + uuid.length);
  expect(header).toBe(`302e002a${Buffer.from(`$creq/${uuid}`).toString("hex")}`);
  expect(await wire.read(2)).toBe("6f6e");
  wire.send(publishPacket(`$crsp/${uuid}`, "done"));
  expect(await answered).toEqual({ uuid, response: Buffer.from("done") });
  expect(await reported).toEqual({ uuid, device: LAMP.device, payload: Buffer.from("done") });

  wire.send(publishPacket(`$crsp/${uuid}`, "again"));
  await settle(wire);
  expect(platform.violations).toMatchObject([{ rule: "command-response", device: LAMP.device }]);
  expect(platform.violations[0]?.detail).toMatch(/already been answered/);
});

test("another device's command cannot be answered", async () => {
  const lamp = await logIn(platform);
  const other = await logIn(platform, SWITCH);
  const { uuid } = await platform.sendCommand(LAMP.device, Buffer.from("on"));
  await lamp.read(48);
  other.send(publishPacket(`$crsp/${uuid}`, "me"));
  await settle(other);
  expect(platform.violations).toMatchObject([{ rule: "command-response", device: SWITCH.device }]);
});

test("a command without an answer, to nobody, or without bytes", async () => {
  await logIn(platform);
  expect(await platform.sendCommand(LAMP.device, "on", 20)).toEqual({ uuid: expect.any(String) as string });
  await expect(platform.sendCommand(SWITCH.device, "on")).rejects.toThrow("device not online: 527521927");
  await expect(platform.sendCommand("nobody", "on")).rejects.toThrow("no such device: nobody");
  await expect(platform.sendCommand(LAMP.device, "")).rejects.toThrow("1 to 65535 bytes");
});

const QOS_0 = publishPacket("$dp", dpFrame(3, '{"t":1}'));
/** Each would be acknowledged to a peer that has gone. */
const QOS_1 = Buffer.concat([hex("32 11 00 03 24 64 70 00 01"), dpFrame(3, '{"t":1}')]);

test.each([
  ["QoS 0 before DISCONNECT", QOS_0, hex("e000"), "the device sent DISCONNECT"],
  ["QoS 0 before the end", QOS_0, Buffer.alloc(0), "connection lost"],
  ["QoS 1 before the end", QOS_1, Buffer.alloc(0), "connection lost"],
])("everything a device sent is stored: %s", async (_name, publish, last, why) => {
  const wire = await logIn(platform);
  const offline = next(platform, "offline");
  wire.send(Buffer.concat([...Array.from({ length: 300 }, () => publish), last]));
  wire.socket.end();
  expect(await offline).toEqual({ device: LAMP.device, why });
  expect(platform.datapoints(LAMP.device, "t")).toHaveLength(300);
});
