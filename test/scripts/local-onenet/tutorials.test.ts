/** What the programs of published tutorials do, step by step, with the rate limits of `npm run platform`. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  LAMP,
  connectPacket,
  dpFrame,
  logIn,
  openWire,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  tokenOf,
  type Wire,
} from "./wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform({}, { rateLimits: true });
});
afterEach(() => platform.close());

/** Sends the lamp a command over the HTTP API, and expects it at the device. */
async function command(wire: Wire, text: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}/cmds?device_id=${LAMP.device}`, {
    method: "POST",
    headers: { "api-key": "key-of-244754" },
    body: text,
  });
  expect(await response.json()).toMatchObject({ errno: 0 });
  expect(await readMessage(wire)).toEqual({
    topic: expect.stringMatching(/^\$creq\//) as string,
    payload: text,
  });
}

test.each([
  ["the device's auth info, without a keep alive", LAMP.authInfo, 0, "esp32_mqtt_basic_control"],
  ["an API key, without a keep alive", "key-of-244754", 0, "TurnipRobot"],
  ["an API key, with pings every 2 s and nothing subscribed", "key-of-244754", 10, undefined],
])("umqtt.simple switches a lamp: %s", async (_name, password, keepAlive, topic) => {
  const { device, product } = LAMP;
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ device, product, password }, { keepAlive }));
  expect(await wire.read(4)).toBe("20020000");
  if (topic !== undefined) {
    wire.send(subscribePacket(topic));
    expect(await wire.read(5)).toBe("9003000100");
  }
  for (const text of ["on", "off", "toggle"]) await command(wire, text);
  if (keepAlive > 0) for (let count = 0; count < 20; count++) await settle(wire);
  expect(platform.violations).toEqual([]);
});

/** The program of RT-Thread publishes in a loop without a pause. */
test("a device that publishes as fast as it can stays connected, and all its data points arrive", async () => {
  const wire = await logIn(platform);
  wire.send(subscribePacket("topic_sub"));
  expect(await wire.read(5)).toBe("9003000100");
  let count = 0;
  platform.on("datapoint", ({ value }) => {
    if (value === count) count++;
  });
  // More at a time than the platform handles in one turn, in one piece.
  for (let next = 0; next < 6000; next += 600) {
    const points = Array.from({ length: 600 }, (_, index) => {
      const json = `{"datastreams":[{"id":"switch","datapoints":[{"value":${next + index}}]}]}`;
      return publishPacket("$dp", dpFrame(1, json));
    });
    wire.send(Buffer.concat(points));
    await expect.poll(() => count).toBe(next + 600);
  }
  await command(wire, "hello world");
  expect(platform.violations).toEqual([]);
});

/** The program of QuecPython waits for one message after it has published, and its JSON has commas too many. */
test("umqtt of QuecPython posts data points with a token and gets the platform's answer", async () => {
  const { device, product } = CHIC;
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket({ device, product, password: tokenOf(CHIC) }, { keepAlive: 30 }));
  expect(await wire.read(4)).toBe("20020000");
  wire.send(subscribePacket("$sys/469948/Chic_D/dp/post/json/+"));
  expect(await wire.read(5)).toBe("9003000100");
  const dp = '"dp": { "temperatrue": [{ "v": 30, }], "power": [{ "v": 4.5, }] }';
  wire.send(publishPacket("$sys/469948/Chic_D/dp/post/json", `\n{ "id": 123, ${dp}\n}`));
  expect(await readMessage(wire)).toEqual({
    topic: "$sys/469948/Chic_D/dp/post/json/accepted",
    payload: '{"id":123}',
  });
  expect(platform.streams("469948/Chic_D")).toEqual(["temperatrue", "power"]);
});

test("a registered device logs in with what it was given", async () => {
  await platform.close();
  const { startLocalOneNet } = await import("../../../scripts/local-onenet/index.ts");
  platform = await startLocalOneNet({
    products: [{ generation: "multiprotocol", product: "244754", registrationCode: "code" }],
    rateLimits: true,
  });
  const register = async () => {
    const url = `http://127.0.0.1:${platform.httpPort}/register_de?register_code=code`;
    const body = '{"sn": "RT_Thread_XXXX_Product", "title": "DeviceRT_Thread_XXXX_Product"}';
    const response = await fetch(url, { method: "POST", body });
    return (await response.json()) as { errno: number; data: { device_id: string; key: string } };
  };
  const { errno, data } = await register();
  expect(errno).toBe(0);
  expect((await register()).data).toEqual(data);
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ device: data.device_id, product: "244754", password: data.key }));
  expect(await wire.read(4)).toBe("20020000");
});
