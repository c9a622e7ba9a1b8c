/** The image (设备镜像) of suite devices. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { NOTHING_KEPT } from "../../../scripts/local-onenet/data.ts";
import { openData } from "../../../scripts/local-onenet/database.ts";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  HEATER,
  NEIGHBOUR,
  PRODUCTS,
  PRODUCT_KEY,
  logInWithToken,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  tokenOf,
  type Wire,
} from "./wire.ts";
import { mintToken } from "../../../scripts/boards/token.ts";

let platform: LocalOneNet;
let wire: Wire;
beforeEach(async () => {
  platform = await startPlatform();
  wire = await subscribed();
});
afterEach(() => platform.close());

const TREE = "$sys/469948/Chic_D/";

async function subscribed(): Promise<Wire> {
  const opened = await logInWithToken(platform, CHIC);
  opened.send(subscribePacket(`${TREE}image/#`));
  await opened.read(5);
  return opened;
}

function send(topic: string, payload: unknown): void {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  wire.send(publishPacket(TREE + topic, text));
}

/** The next message; the payload is parsed, or empty. */
async function receive(): Promise<readonly [topic: string, json: unknown]> {
  const { topic, payload } = await readMessage(wire);
  return [topic.slice(TREE.length), payload === "" ? "" : JSON.parse(payload)];
}

const seconds = expect.any(Number) as number;

test("an update is accepted, and what is desired and not reported comes as the delta", async () => {
  send("image/update", { state: { reported: { color: "red", on: true } } });
  expect(await receive()).toEqual(["image/update/accepted", ""]);
  send("image/update", { state: { desired: { color: "green", on: true } } });
  expect(await receive()).toEqual(["image/update/accepted", ""]);
  const [topic, delta] = await receive();
  expect(topic).toBe("image/update/delta");
  expect(delta).toEqual({
    state: { color: "green" },
    metadata: { color: { timestamp: seconds } },
    version: 2,
    timestamp: seconds,
  });
  expect(Math.abs((delta as { timestamp: number }).timestamp - Date.now() / 1000)).toBeLessThan(60);
  send("image/update", { state: { reported: { color: "green" } } });
  expect(await receive()).toEqual(["image/update/accepted", ""]);
  await settle(wire); // no delta
  expect(platform.violations).toEqual([]);
});

test("the image is got with an empty payload", async () => {
  send("image/update", { state: { desired: { a: { b: 1 } }, reported: { 名: "x" } } });
  expect(await receive()).toEqual([
    "image/update/rejected",
    { err_code: 165, err_msg: "invalid parameters" },
  ]);
  send("image/update", { state: { desired: { a: { b: 1 } }, reported: { name: "灯 💡" } } });
  await receive();
  await receive();
  send("image/get", "");
  expect(await receive()).toEqual([
    "image/get/accepted",
    {
      state: { desired: { a: { b: 1 } }, reported: { name: "灯 💡" }, delta: { a: { b: 1 } } },
      metadata: { desired: { a: { timestamp: seconds } }, reported: { name: { timestamp: seconds } } },
      version: 1,
      timestamp: seconds,
    },
  ]);
});

test.each<[name: string, payload: string, code: number, message: string]>([
  ["a payload", "{}", 98, "illegal data"],
  ["no image", "", 167, "device image not exists"],
])("image/get with %s is rejected", async (_name, payload, err_code, err_msg) => {
  send("image/get", payload);
  expect(await receive()).toEqual(["image/get/rejected", { err_code, err_msg }]);
  expect(platform.violations).toMatchObject([
    { rule: "image", detail: `image/get: ${err_msg} (${err_code})` },
  ]);
});

const reported = (value: unknown) => ({ state: { reported: { a: value } } });
test.each<[name: string, payload: unknown, code: number, message: string]>([
  ["text that is no JSON", "on", 160, "illegal json"],
  ["single quotes", "{'state':{'reported':{'a':1}}}", 160, "illegal json"],
  ["more than 4 kB", " ".repeat(4097), 161, "json out of bound"],
  ["five levels", reported({ b: { c: { d: [] } } }), 162, "json depth out of bound"],
  [
    "33 levels",
    `{"state":{"reported":{"a":${"[".repeat(30)}${"]".repeat(30)}}}}`,
    162,
    "json depth out of bound",
  ],
  ["as many levels as fit", "[".repeat(4096), 162, "json depth out of bound"],
  ["33 levels after what is no JSON", `on${"[".repeat(33)}`, 160, "illegal json"],
  ["no state", { reported: { a: 1 } }, 163, "state key not found"],
  ["an empty state", { state: {} }, 164, "desired or reported key not found"],
  ["a part that is text", { state: { desired: "on" } }, 165, "invalid parameters"],
  ["a name of 31 characters", { state: { desired: { ["a".repeat(31)]: 1 } } }, 165, "invalid parameters"],
  ["a name with a dash", { state: { desired: { "a-b": 1 } } }, 165, "invalid parameters"],
  ["a text of 513 bytes", reported("红".repeat(171)), 165, "invalid parameters"],
  ["a whole number over 2^52", reported(2 ** 52 + 1), 165, "invalid parameters"],
  ["a whole number under -2^52", reported([-(2 ** 52) - 1]), 165, "invalid parameters"],
  ["null", reported(null), 165, "invalid parameters"],
])("image/update with %s is rejected", async (_name, payload, err_code, err_msg) => {
  send("image/update", payload);
  expect(await receive()).toEqual(["image/update/rejected", { err_code, err_msg }]);
  send("image/get", "");
  expect(await receive()).toMatchObject(["image/get/rejected", { err_code: 167 }]);
});

test("the longest names, texts and numbers, and four levels, are accepted", async () => {
  const state = {
    ["a".repeat(30)]: "x".repeat(512),
    high: 2 ** 52,
    low: -(2 ** 52),
    part: 0.5,
    __proto__x: { c: { d: [] } },
  };
  send("image/update", { state: { reported: state } });
  expect(await receive()).toEqual(["image/update/accepted", ""]);
});

test("an image has at most 4 kB in all", async () => {
  const texts = (name: string) =>
    Object.fromEntries([1, 2, 3, 4].map((each) => [name + String(each), "x".repeat(500)]));
  send("image/update", { state: { reported: texts("a") } });
  expect(await receive()).toEqual(["image/update/accepted", ""]);
  send("image/update", { state: { reported: texts("b") } });
  expect(await receive()).toMatchObject(["image/update/accepted", ""]);
  send("image/update", { state: { reported: { c: "x".repeat(100) } } });
  expect(await receive()).toMatchObject(["image/update/rejected", { err_code: 161 }]);
});

async function call(method: string, path: string, token: string, body?: unknown): Promise<unknown> {
  const { data } = (await (
    await fetch(`http://127.0.0.1:${platform.httpPort}/device/detail?product_id=469948&device_name=Chic_D`, {
      headers: { authorization: tokenOf(CHIC) },
    })
  ).json()) as { data: { did: string } };
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}/mqtt/v1/devices/${data.did}/${path}`, {
    method,
    headers: { authorization: token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

test("an application gets and changes the image over HTTP, and the device is told what differs", async () => {
  const token = tokenOf(CHIC);
  expect(await call("GET", "image", token)).toMatchObject({ code: 10001, msg: "device image not exists" });
  const body = { state: { desired: { color: "green" } } };
  expect(await call("PUT", "image/properties", token, body)).toMatchObject({ code: 0 });
  expect(await receive()).toMatchObject(["image/update/delta", { state: { color: "green" }, version: 1 }]);
  const ofProduct = mintToken({ resource: "products/469948", expires: 2e9, method: "sha1" }, PRODUCT_KEY);
  const image = await call("GET", "image", ofProduct);
  expect(image).toMatchObject({ code: 0, data: { state: { desired: { color: "green" }, reported: {} } } });
  expect(await call("PUT", "image/properties", token, {})).toMatchObject({
    code: 10001,
    msg: "state key not found (163)",
  });
  for (const other of [tokenOf(NEIGHBOUR), tokenOf(HEATER), ""])
    expect(await call("GET", "image", other)).toMatchObject({ code: 10403 });
});

test("a platform that cannot store an image says so", async () => {
  await platform.close();
  const fault = "the disk is full";
  const data = {
    ...NOTHING_KEPT,
    fault: () => fault,
    whenKept: (then: (why: string) => void) => then(fault),
  };
  platform = await startLocalOneNet({ products: PRODUCTS, devices: [CHIC], data });
  wire = await subscribed();
  send("image/update", reported(1));
  expect(await receive()).toEqual(["image/update/rejected", { err_code: 100, err_msg: "internal error" }]);
});

test("an image is deleted with its device", async () => {
  send("image/update", reported(1));
  await receive();
  const authorization = mintToken({ resource: "products/469948", expires: 2e9, method: "md5" }, PRODUCT_KEY);
  const body = JSON.stringify({ product_id: "469948", device_name: "Chic_D" });
  const address = `http://127.0.0.1:${platform.httpPort}/device/`;
  for (const path of ["delete", "create"])
    await fetch(address + path, { method: "POST", headers: { authorization }, body });
  const { key } = platform.registry.find("469948/Chic_D") as typeof CHIC;
  wire = await logInWithToken(platform, { ...CHIC, key });
  wire.send(subscribePacket(`${TREE}image/#`));
  await wire.read(5);
  send("image/get", "");
  expect(await receive()).toMatchObject(["image/get/rejected", { err_code: 167 }]);
});

test("an image outlives a platform with a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const turn of ["first", "second"]) {
    await platform.close();
    const options = { keepDays: 1, limit: 2 ** 24, warn: () => undefined };
    const data = await openData(join(folder, "class.db"), options);
    platform = await startLocalOneNet({ products: PRODUCTS, devices: [CHIC, HEATER], data });
    wire = await subscribed();
    if (turn === "first") {
      send("image/update", reported({ b: 1 }));
      expect(await receive()).toEqual(["image/update/accepted", ""]);
    } else {
      send("image/get", "");
      expect(await receive()).toMatchObject([
        "image/get/accepted",
        { state: { reported: { a: { b: 1 } } }, version: 1 },
      ]);
    }
    await platform.close();
    data.close();
  }
});
