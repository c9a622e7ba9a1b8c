/** The service for updates (远程升级) over HTTP and MQTT: versions, tasks, downloads, steps, the notice. */

import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LocalOneNet, UpdateFault } from "../../../scripts/local-onenet/index.ts";
import { isSigned, makePackage } from "../../../scripts/boards/update/package.ts";
import { mintToken } from "../../../scripts/boards/token.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  PRODUCT_KEY,
  logInWithToken,
  next,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  tokenOf,
} from "./wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

const BYTES = Buffer.from("0123456789");
const MD5 = createHash("md5").update(BYTES).digest("hex");
const OWN = `/fuse-ota/${HEATER.product}/${HEATER.device}`;
const REQUEST_ID = expect.stringMatching(/^[\da-f]{32}$/) as string;
const NOT_EXIST = { code: 12012, msg: "not exist", request_id: REQUEST_ID };
const SUCCESS = { code: 0, msg: "succ", request_id: REQUEST_ID };

type Init = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

function ask(path: string, init: Init = {}, token = tokenOf(HEATER)): Promise<Response> {
  return fetch(`http://127.0.0.1:${platform.httpPort}${path}`, {
    ...init,
    headers: { authorization: token, "content-type": "application/json", ...init.headers },
  });
}
async function get(path: string, token?: string): Promise<unknown> {
  return (await ask(path, {}, token)).json();
}
async function post(path: string, body: unknown, token?: string): Promise<unknown> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (await ask(path, { method: "POST", body: text }, token)).json();
}
const check = (type = "2") => get(`${OWN}/check?type=${type}&version=V1.0`);

/** Starts a task. @returns the path of its calls */
function start(fault?: UpdateFault, bytes = BYTES): string {
  const { id } = platform.updates.addPackage(HEATER.product, "v3.0", bytes);
  return `${OWN}/${platform.updates.start("heater", id, fault).tid}`;
}
const step = (task: string, step: unknown) => post(`${task}/status`, { step });
const download = (task: string, range?: string) =>
  ask(`${task}/download`, range === undefined ? {} : { headers: { range } });

/** The token of today's documents, which signs its fields in the same way. */
function todaysToken(): string {
  const [et, method, res, version] = [
    "2000000000",
    "sha256",
    `products/${HEATER.product}/devices/heater`,
    "2022-05-01",
  ];
  const key = Buffer.from(HEATER.key, "base64");
  const sign = createHmac(method, key).update([et, method, res, version].join("\n")).digest("base64");
  return `version=${version}&res=${encodeURIComponent(res)}&et=${et}&method=${method}&sign=${encodeURIComponent(sign)}`;
}

test("versions are reported and read", async () => {
  const versions = { s_version: "V1.0", f_version: "2v29" };
  expect(await get(`${OWN}/version`)).toEqual({ ...SUCCESS, data: { s_version: "", f_version: "" } });
  const reported = next(platform, "version");
  expect(await post(`${OWN}/version`, versions)).toEqual(SUCCESS);
  expect(await reported).toEqual({ device: "9MaNe52pNO/heater", ...versions });
  expect(await get(`${OWN}/version`)).toEqual({ ...SUCCESS, data: versions });
});

test.each([
  ["no f_version", '{"s_version":"V1.0"}'],
  ["no s_version", '{"f_version":"V1.0"}'],
  ["a version of 21 characters", `{"s_version":"${"1".repeat(21)}","f_version":"1"}`],
  ["a version with a blank", '{"s_version":"V 1","f_version":"1"}'],
  ["a version that is a number", '{"s_version":1,"f_version":"1"}'],
  ["a list", "[]"],
  ["no JSON", "{"],
  ["nothing", ""],
])("a report of versions is refused: %s", async (_what, body) => {
  expect(await post(`${OWN}/version`, body)).toMatchObject({ code: 10001 });
  expect(platform.updates.versions("9MaNe52pNO/heater")).toBeUndefined();
});

test("a task is found by a check", async () => {
  expect(await check()).toEqual(NOT_EXIST);
  const task = start();
  const tid = Number(task.split("/").at(-1));
  const data = { target: "v3.0", tid, size: 10, md5: MD5, status: 1, type: 1 };
  expect(await check()).toEqual({ ...SUCCESS, data });
  expect(await check("1")).toEqual(NOT_EXIST);
  expect(await get(`${task}/check`)).toEqual({ ...SUCCESS, data: { status: 1 } });
  expect(await get(`${OWN}/7/check`)).toEqual(NOT_EXIST);
  for (const query of ["type=3&version=1", "version=1", "type=2", "type=2&version=a%20b"])
    expect(await get(`${OWN}/check?${query}`)).toMatchObject({ code: 10001 });
});

test.each([
  ["2018-10-31, as the MQTT password", () => tokenOf(HEATER)],
  ["2022-05-01", todaysToken],
  [
    "the product's key",
    () => mintToken({ resource: `products/${HEATER.product}`, expires: 2e9, method: "sha1" }, PRODUCT_KEY),
  ],
])("a token gives access: %s", async (_what, token) => {
  expect(await get(`${OWN}/check?type=2&version=1`, token())).toEqual(NOT_EXIST);
});

test("the token of another device, or none, is refused", async () => {
  const task = start();
  for (const token of [tokenOf(CHIC), "", todaysToken().slice(0, -9)]) {
    for (const path of [`${OWN}/version`, `${OWN}/check?type=2&version=1`, `${task}/check`])
      expect(await get(path, token)).toMatchObject({ code: 10403 });
    expect(await post(`${task}/status`, { step: 10 }, token)).toMatchObject({ code: 10403 });
    const refused = await ask(`${task}/download`, {}, token);
    expect([refused.status, refused.headers.get("ota-errno"), await refused.text()]).toEqual([200, "6", ""]);
  }
  expect(platform.updates.task("9MaNe52pNO/heater")).toMatchObject({ state: "waiting" });
});

describe("a download", () => {
  test("of the whole file", async () => {
    const response = await download(start());
    const { status, headers } = response;
    expect([status, await response.text()]).toEqual([200, "0123456789"]);
    expect(headers.get("content-length")).toBe("10");
    expect(headers.get("content-range")).toBeNull();
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename=\S+$/);
    expect(headers.get("ota-errno")).toBe("0");
  });

  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["2-4", "234", "bytes 2-4/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    ["bytes=6-", "6789", "bytes 6-9/10"],
    ["6-", "6789", "bytes 6-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=8-999999999999999", "89", "bytes 8-9/10"],
  ])("of the range %s", async (range, text, content) => {
    const response = await download(start(), range);
    expect([response.status, await response.text()]).toEqual([206, text]);
    expect(response.headers.get("content-range")).toBe(content);
    expect(response.headers.get("content-length")).toBe(String(text.length));
    expect(response.headers.get("ota-errno")).toBe("0");
  });

  test.each(["bytes=10-12", "99-", "bytes=10-"])("of a range past the end, %s: no bytes", async (range) => {
    const response = await download(start(), range);
    expect([response.status, await response.text(), response.headers.get("ota-errno")]).toEqual([
      206,
      "",
      "0",
    ]);
  });

  test.each([
    "bytes=4-2",
    "bytes=-",
    "bytes=a-b",
    "bytes=0-1,3-4",
    "lines=0-1",
    `bytes=${"9".repeat(16)}-`,
    "",
  ])("of a malformed range, %j: the whole file", async (range) => {
    const response = await download(start(), range);
    expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
  });

  test("of what is not there", async () => {
    const gone = async (path: string) => {
      const response = await ask(path);
      return [response.status, response.headers.get("ota-errno"), await response.text()];
    };
    expect(await gone(`${OWN}/7/download`)).toEqual([200, "2", ""]);
    const task = start();
    platform.updates.cancel("heater");
    expect(await gone(`${task}/download`)).toEqual([200, "5", ""]);
    expect(await gone(`/fuse-ota/${HEATER.product}/nobody/1/download`)).toEqual([200, "1", ""]);
  });
});

test("the steps of an update that succeeds", async () => {
  const task = start();
  const status = async () => ((await get(`${task}/check`)) as { data: { status: number } }).data.status;
  expect(await step(task, 10)).toMatchObject({ code: 10001 });
  await download(task, "bytes=0-4");
  expect(await status()).toBe(2);
  expect(platform.updates.task("9MaNe52pNO/heater")).toMatchObject({ state: "downloading", percent: 50 });
  expect(await step(task, 50)).toEqual(SUCCESS);
  expect(await step(task, 201)).toMatchObject({ code: 10001 });
  expect(await check()).toMatchObject({ code: 0, data: { status: 2 } });
  await download(task, "bytes=5-9");
  expect(await step(task, 101)).toEqual(SUCCESS);
  expect(await status()).toBe(3);
  expect(await check()).toMatchObject({ code: 0, data: { status: 3 } });
  for (const late of [60, 100, 101, 102]) expect(await step(task, late)).toMatchObject({ code: 10001 });
  const done = next(platform, "update");
  expect(await step(task, 201)).toEqual(SUCCESS);
  expect(await done).toMatchObject({ state: "done", step: 201 });
  expect(await status()).toBe(4);
  expect(await step(task, 201)).toMatchObject({ code: 20, msg: "task finish" });
  expect(await check()).toMatchObject({ code: 12013, msg: "task succ" });
  expect(await get(`${OWN}/version`)).toMatchObject({ data: { s_version: "v3.0" } });
});

test("step 100 ends the download as well", async () => {
  const task = start();
  await download(task);
  expect(await step(task, 100)).toEqual(SUCCESS);
  expect(await get(`${task}/check`)).toMatchObject({ data: { status: 3 } });
});

test.each([102, 103, 104, 105, 106, 107])("step %i ends a download in failure", async (failure) => {
  const task = start();
  await download(task);
  expect(await step(task, failure)).toEqual(SUCCESS);
  expect(await get(`${task}/check`)).toMatchObject({ data: { status: 5 } });
  expect(await check()).toEqual(NOT_EXIST);
  expect(await step(task, failure)).toMatchObject({ code: 20 });
});

test.each([202, 203, 204, 205, 206, 207, 208])("step %i ends an upgrade in failure", async (failure) => {
  const task = start();
  await download(task);
  await step(task, 101);
  expect(await step(task, failure)).toEqual(SUCCESS);
  expect(await get(`${task}/check`)).toMatchObject({ data: { status: 5 } });
});

test("a failure out of turn is taken with a notice, and refused when strict", async () => {
  const noticed = next(platform, "notice");
  expect(await step(start(), 102)).toEqual(SUCCESS);
  expect((await noticed).detail).toContain("step 102 while waiting");
  await platform.close();
  platform = await startPlatform({}, { strict: true });
  expect(await step(start(), 102)).toMatchObject({ code: 10001 });
  const task = start();
  await download(task);
  expect(await step(task, 205)).toMatchObject({ code: 10001 });
});

test.each(["1", '{"step":"10"}', '{"step":1.5}', '{"step":-1}', '{"step":108}', '{"step":300}', "{}"])(
  "a step is refused: %s",
  async (body) => {
    const task = start();
    await download(task);
    expect(await post(`${task}/status`, body)).toMatchObject({ code: 10001 });
  },
);

test("a task is cancelled at any time before its end", async () => {
  const cancelled = async (task: string) => {
    expect(platform.updates.cancel("heater")).toBe(true);
    expect(await get(`${task}/check`)).toMatchObject({ data: { status: 6 } });
    expect(await step(task, 50)).toMatchObject({ code: 20 });
    expect(await check()).toEqual(NOT_EXIST);
  };
  await cancelled(start());
  const second = start();
  await download(second, "0-3");
  await cancelled(second);
  const third = start();
  await download(third);
  await step(third, 101);
  await cancelled(third);
  const last = start();
  await download(last);
  for (const each of [101, 201]) await step(last, each);
  expect(platform.updates.cancel("heater")).toBe(false);
});

test("the service of 2021 has the same calls, and answers errno and error", async () => {
  const task = start();
  const older = OWN.replace("fuse-ota", "ota");
  const tid = Number(task.split("/").at(-1));
  const succ = { errno: 0, error: "succ", request_id: REQUEST_ID };
  const versions = { s_version: "V1.0", f_version: "2v29" };
  expect(await post(`${older}/version`, versions)).toEqual(succ);
  expect(await get(`${older}/version`)).toEqual({ ...succ, data: versions });
  const data = { target: "v3.0", tid, size: 10, md5: MD5, status: 1, type: 1 };
  expect(await get(`${older}/check?type=2&version=V1.0`)).toEqual({ ...succ, data });
  const part = await ask(`${older}/${tid}/download`, { headers: { range: "bytes=0-3" } });
  expect([part.status, await part.text()]).toEqual([206, "0123"]);
  expect(await get(`${older}/${tid}/check`)).toEqual({ ...succ, data: { status: 2 } });
  for (const each of [101, 201]) expect(await post(`${older}/${tid}/status`, { step: each })).toEqual(succ);
  expect(await post(`${older}/${tid}/status`, { step: 201 })).toMatchObject({
    errno: 20,
    error: "task finish",
  });
  expect(await get(`${older}/version`, "")).toMatchObject({ errno: 10403 });
  expect(await get("/ota/nobody")).toMatchObject({ code: 10404 });
});

test("a newer task takes the place of one under way; a cancelled one is over", async () => {
  const first = start();
  const second = start();
  expect(await get(`${first}/check`)).toEqual(NOT_EXIST);
  expect(await step(second, 102)).toEqual(SUCCESS);
  const third = start();
  expect(platform.updates.cancel("heater")).toBe(true);
  expect(platform.updates.cancel("heater")).toBe(false);
  expect(await get(`${third}/check`)).toMatchObject({ data: { status: 6 } });
  expect(await step(third, 50)).toMatchObject({ code: 20 });
});

describe("the notice", () => {
  const TOPIC = "$sys/9MaNe52pNO/heater/ota/inform";

  test("goes to a subscribed device, whose reply is taken once", async () => {
    const wire = await logInWithToken(platform, HEATER);
    wire.send(subscribePacket(TOPIC));
    await wire.read(5);
    start();
    const { topic, payload } = await readMessage(wire);
    expect(topic).toBe(TOPIC);
    const { id, params } = JSON.parse(payload) as { id: string; params: unknown };
    expect(params).toEqual({});
    const replied = next(platform, "reply");
    const reply = publishPacket(`${TOPIC}_reply`, JSON.stringify({ id, code: 200, msg: "success" }));
    wire.send(reply);
    expect(await replied).toMatchObject({ call: "ota/inform", id, code: 200, message: "success" });
    wire.send(reply);
    wire.send(publishPacket(`${TOPIC}_reply`, "[]"));
    await settle(wire);
    expect(platform.violations.map(({ rule }) => rule)).toEqual(["answer", "one-json"]);
  });

  test("is refused with code 100", async () => {
    const wire = await logInWithToken(platform, HEATER);
    wire.send(subscribePacket(TOPIC));
    await wire.read(5);
    start();
    const { id } = JSON.parse((await readMessage(wire)).payload) as { id: string };
    const replied = next(platform, "reply");
    wire.send(publishPacket(`${TOPIC}_reply`, JSON.stringify({ id, code: 100, msg: "busy" })));
    expect(await replied).toMatchObject({ call: "ota/inform", code: 100, message: "busy" });
    expect(platform.updates.task("9MaNe52pNO/heater")).toMatchObject({ state: "waiting" });
  });

  test("is for devices with a thing model", async () => {
    const wire = await logInWithToken(platform, CHIC);
    wire.send(subscribePacket("$sys/469948/Chic_D/ota/inform"));
    expect(await wire.read(5)).toBe("9003000180");
    platform.updates.start("469948/Chic_D", platform.updates.addPackage(CHIC.product, "2", BYTES).id);
    await settle(wire); // nothing comes
    expect(platform.updates.task("469948/Chic_D")).toMatchObject({ state: "waiting" });
  });

  test("also reaches the subscription of the C SDK", async () => {
    const wire = await logInWithToken(platform, HEATER);
    wire.send(subscribePacket("$sys/9MaNe52pNO/heater/ota/#"));
    await wire.read(5);
    start();
    expect((await readMessage(wire)).topic).toBe(TOPIC);
  });
});

describe("a fault to try", () => {
  const KEY = "a key of sixteen bytes";
  const made = Buffer.from(makePackage({ version: "2", time: 1, program: "print(1)" }, KEY), "latin1");
  const md5 = async () => ((await check()) as { data: { md5: string } }).data.md5;
  const md5Of = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");
  const bytesOf = async (task: string) => Buffer.from(await (await download(task)).arrayBuffer());

  test("the connection is cut at a byte, once", async () => {
    const task = start({ kind: "cut", at: 4 });
    await download(task, "bytes=0-3");
    await expect(download(task, "bytes=4-9").then((response) => response.text())).rejects.toThrow();
    expect(await (await download(task, "bytes=4-9")).text()).toBe("456789");
  });

  test("a byte differs, and so does the sum", async () => {
    const bytes = await bytesOf(start({ kind: "hash" }, made));
    expect(bytes.length).toBe(made.length);
    expect(bytes.equals(made)).toBe(false);
    expect(await md5()).toBe(md5Of(made));
  });

  test("the signature is another, and the sum is right", async () => {
    const bytes = await bytesOf(start({ kind: "signature" }, made));
    expect([isSigned(made.toString("latin1"), KEY), isSigned(bytes.toString("latin1"), KEY)]).toEqual([
      true,
      false,
    ]);
    expect(await md5()).toBe(md5Of(bytes));
    expect(() => start({ kind: "signature" })).toThrow("no signature");
  });
});

describe("packages and tasks over HTTP", () => {
  const product = HEATER.product;
  const token = mintToken({ resource: `products/${product}`, expires: 2e9, method: "sha256" }, PRODUCT_KEY);
  const ids = { product_id: product, device_name: "heater" };

  test("upload, start, watch, cancel", async () => {
    const stored = (await post(`/local-ota/package?product_id=${product}&version=v2`, "abc", token)) as {
      data: { id: number };
    };
    const { id } = stored.data;
    expect(stored).toMatchObject({ code: 0, data: { product, version: "v2", size: 3 } });
    expect(await get(`/local-ota/packages?product_id=${product}`, token)).toMatchObject({
      data: { list: [{ id, version: "v2" }] },
    });
    const started = await post("/local-ota/task", { ...ids, package_id: id }, token);
    expect(started).toMatchObject({ code: 0, data: { target: "v2", state: "waiting" } });
    expect(await get(`/local-ota/tasks?product_id=${product}`, token)).toMatchObject({
      data: { list: [{ device_name: "heater", task: { state: "waiting" } }] },
    });
    expect(await post("/local-ota/cancel", ids, token)).toEqual(SUCCESS);
    expect(await post("/local-ota/cancel", ids, token)).toMatchObject({ code: 12012 });
  });

  test("a mistake is refused with its reason", async () => {
    const upload = (query: string, body = "abc") => post(`/local-ota/package?${query}`, body, token);
    const { id } = platform.updates.addPackage(product, "1", BYTES, "heater");
    expect(await upload(`product_id=${product}&version=a b`)).toMatchObject({ code: 10001 });
    expect(await upload(`product_id=${product}&version=1`, "")).toMatchObject({ code: 10001 });
    expect(await upload(`product_id=${product}&version=1&device_name=no`)).toMatchObject({ code: 10001 });
    const startOf = (fields: object) => post("/local-ota/task", { ...ids, package_id: id, ...fields }, token);
    expect(await startOf({ package_id: 99 })).toMatchObject({ code: 10001 });
    expect(await startOf({ package_id: "1" })).toMatchObject({ code: 10001 });
    expect(await startOf({ device_name: "nobody" })).toMatchObject({ code: 10410 });
    for (const fault of [1, {}, { kind: "cut" }, { kind: "cut", at: -1 }, { kind: "fire" }])
      expect(await startOf({ fault })).toMatchObject({ code: 10001 });
  });

  test("a device's own token is not enough", async () => {
    for (const path of ["packages", "tasks"])
      expect(await get(`/local-ota/${path}?product_id=${product}`)).toMatchObject({ code: 10403 });
    expect(await post("/local-ota/task", { ...ids, package_id: 1 })).toMatchObject({ code: 10403 });
    expect(await post(`/local-ota/package?product_id=${product}&version=1`, "abc")).toMatchObject({
      code: 10403,
    });
  });

  test("a deleted device's task and versions are gone", async () => {
    start();
    await post(`${OWN}/version`, { s_version: "1", f_version: "1" });
    expect(await post("/device/delete", ids, token)).toEqual(SUCCESS);
    expect(platform.updates.task("9MaNe52pNO/heater")).toBeUndefined();
    expect(platform.updates.versions("9MaNe52pNO/heater")).toBeUndefined();
  });
});

test("old packages make room, those with tasks stay", () => {
  const { updates } = platform;
  const kept = updates.addPackage(HEATER.product, "kept", BYTES);
  updates.start("heater", kept.id);
  const large = Buffer.alloc(1024 * 1024);
  for (let count = 0; count < 40; count++) updates.addPackage(CHIC.product, String(count), large);
  expect(updates.packages(HEATER.product)).toEqual([kept]);
  const versions = updates.packages(CHIC.product).map(({ version }) => version);
  expect([versions.length, versions.at(-1)]).toEqual([31, "39"]);
  expect(() => updates.addPackage(LAMP.product, "1", BYTES)).toThrow("multiprotocol");
  expect(() => updates.addPackage(CHIC.product, "1", Buffer.alloc(1024 * 1024 + 1))).toThrow("1048576");
});
