/** Sub-devices of suite, at the older topics `$subdev/<product>/<device>/…`. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { mintToken } from "../../../scripts/boards/token.ts";
import { startLocalOneNet, type LocalOneNet, type TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { LIMITS } from "../../../scripts/local-onenet/limits.ts";
import {
  CHIC,
  HEATER,
  NEIGHBOUR,
  PRODUCTS,
  PRODUCT_KEY,
  logInWithToken,
  next,
  publishPacket,
  readMessage,
  settle,
  subscribePacket,
  type Wire,
} from "./wire.ts";

const LAMP: TokenDevice = { ...CHIC, device: "lamp", key: "bGFtcA==" };
const TREE = "$subdev/469948/lamp/";
const NAME = "469948/lamp";

let platform: LocalOneNet;
let wire: Wire;

async function start(loggedIn = LIMITS.loggedIn): Promise<void> {
  const gateway = { ...CHIC, subDevices: [NAME, "469948/Chic_E"] };
  platform = await startLocalOneNet({
    products: PRODUCTS,
    devices: [gateway, NEIGHBOUR, LAMP, HEATER],
    limits: { loggedIn },
  });
  wire = await logInWithToken(platform, CHIC);
  expect(await subscribe(`${TREE}login/+`, `${TREE}logout/+`, `${TREE}dp/#`, `${TREE}cmd/#`)).toBe(
    "00000000",
  );
}

beforeEach(() => start());
afterEach(() => platform.close());

/** Subscribes and returns the return codes. */
async function subscribe(...filters: string[]): Promise<string> {
  wire.send(subscribePacket(...filters));
  return (await wire.read(4 + filters.length)).slice(8);
}

function send(topic: string, payload: string): void {
  wire.send(publishPacket(TREE + topic, payload));
}

async function receive(): Promise<readonly [topic: string, payload: string]> {
  const { topic, payload } = await readMessage(wire);
  expect(topic.startsWith(TREE)).toBe(true);
  return [topic.slice(TREE.length), payload];
}

async function logIn(): Promise<void> {
  send("login", "");
  expect(await receive()).toEqual(["login/accepted", ""]);
}

const isOnline = () => platform.devices().find(({ name }) => name === NAME)?.online;

test("a sub-device is online from its login to its logout, both with empty payloads", async () => {
  const online = next(platform, "online");
  await logIn();
  expect(await online).toEqual({ device: NAME });
  await logIn();
  expect(isOnline()).toBe(true);
  const offline = next(platform, "offline");
  send("logout", "");
  expect(await receive()).toEqual(["logout/accepted", ""]);
  expect(await offline).toEqual({ device: NAME, why: "its gateway 469948/Chic_D logged it out" });
  expect(isOnline()).toBe(false);
  expect(platform.violations).toEqual([]);
});

test.each<[topic: string, payload: string, err_code: number, err_msg: string]>([
  ["login", "on", 98, "Illegal Data"],
  ["logout", "on", 98, "Illegal Data"],
  ["logout", "", 97, "it is not logged in"],
  ["dp/post/json", '{"id":1,"dp":{"a":[{"v":1}]}}', 97, "the sub-device is not logged in"],
  ["cmd/response/1", "done", 97, "the sub-device is not logged in"],
])("%s with %j is rejected", async (topic, payload, err_code, err_msg) => {
  send(topic, payload);
  const [answered, answer] = await receive();
  expect(answered).toBe(`${topic}/rejected`);
  expect(JSON.parse(answer)).toEqual({ err_code, err_msg });
  expect(platform.violations).toMatchObject([{ device: "469948/Chic_D", rule: "sub-device" }]);
  expect(platform.datapoints(NAME, "a")).toEqual([]);
});

test("data points of a sub-device are stored as its own, and accepted", async () => {
  await logIn();
  send("dp/post/json", '{"id":123,"dp":{"temperatrue":[{"v":30,"t":1552289676}]}}');
  expect(await receive()).toEqual(["dp/post/json/accepted", '{"id":123}']);
  expect(platform.datapoints(NAME, "temperatrue")).toEqual([{ value: 30, at: "2019-03-11 15:34:36.000" }]);
  send("dp/post/json", '{"id":5}');
  expect(await receive()).toEqual([
    "dp/post/json/rejected",
    '{"id":5,"err_code":98,"err_msg":"Illegal Data"}',
  ]);
});

test("a command to a sub-device comes to its gateway, which answers it", async () => {
  await expect(platform.sendCommand(NAME, "on")).rejects.toThrow("device not online: 469948/lamp");
  await logIn();
  const answered = platform.sendCommand(NAME, "开灯", 60_000);
  const [topic, payload] = await receive();
  expect(payload).toBe("开灯");
  const [, uuid = ""] = /^cmd\/request\/(.+)$/.exec(topic) ?? [];
  send(`cmd/response/${uuid}`, "done");
  expect(await receive()).toEqual([`cmd/response/${uuid}/accepted`, ""]);
  expect(await answered).toEqual({ uuid, response: Buffer.from("done") });
});

test("a sub-device goes offline with its gateway", async () => {
  await logIn();
  const offline = next(platform, "offline");
  wire.socket.destroy();
  expect(await offline).toEqual({ device: NAME, why: "its gateway 469948/Chic_D left" });
  expect(isOnline()).toBe(false);
});

test("a device with a connection of its own is not logged in", async () => {
  await logInWithToken(platform, LAMP);
  send("login", "");
  expect(await receive()).toEqual([
    "login/rejected",
    '{"err_code":97,"err_msg":"it has a connection of its own"}',
  ]);
});

test("a device that is no sub-device of the gateway ends the connection; its topics are not subscribed to", async () => {
  expect(await subscribe("$subdev/469948/other/login/+", "$subdev/469948/+/cmd/#")).toBe("8080");
  wire.send(publishPacket("$subdev/469948/other/login", ""));
  await wire.closed;
  expect(platform.violations.map(({ rule }) => rule)).toEqual(["own-notice", "own-notice", "own-topic"]);
});

test("a gateway logs in at most 50 sub-devices", async () => {
  expect(LIMITS.loggedIn).toBe(50);
  await platform.close();
  await start(1);
  await logIn();
  const other = "$subdev/469948/Chic_E/login";
  expect(await subscribe(`${other}/+`, "$subdev/469948/Chic_E/cmd/#")).toBe("8000");
  wire.send(publishPacket(other, ""));
  await settle(wire);
  expect(platform.violations.at(-1)?.detail).toBe(
    "469948/Chic_E: login: at most 1 sub-devices may be logged in",
  );
});

test("topics of sub-devices count apart from the gateway's own, at most 15, without those of log-ins", async () => {
  const filters = Array.from({ length: 13 }, (_, index) => `${TREE}cmd/request/${index}`);
  expect(await subscribe(...filters.slice(0, 8))).toBe("00".repeat(8));
  expect(await subscribe(...filters.slice(8), `${TREE}login/accepted`)).toBe("00".repeat(6));
  expect(await subscribe(`${TREE}cmd/request/13`, "$sys/469948/Chic_D/cmd/#")).toBe("8000");
});

test("the gateway is told when the platform logs a sub-device out", async () => {
  await logIn();
  const authorization = mintToken({ resource: "products/469948", expires: 2e9, method: "md5" }, PRODUCT_KEY);
  await fetch(`http://127.0.0.1:${platform.httpPort}/device/delete`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify({ product_id: "469948", device_name: "lamp" }),
  });
  expect(await receive()).toEqual(["logout/notify", ""]);
});
