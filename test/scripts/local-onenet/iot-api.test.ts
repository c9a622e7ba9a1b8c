import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { LocalOneNet, ThingModel } from "../../../scripts/local-onenet/index.ts";
import { checkModel } from "../../../scripts/local-onenet/model-file.ts";
import { mintToken } from "../../../scripts/boards/token.ts";
import {
  ACCOUNT,
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
  type Wire,
} from "./wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

async function call(method: string, path: string, body?: unknown, token = tokenOf(HEATER)): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}${path}`, {
    method,
    headers: { authorization: token },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return response.json();
}

const HEATER_IDS = { product_id: HEATER.product, device_name: HEATER.device };
const heater = (more: object) => ({ ...HEATER_IDS, ...more });
const THING = "$sys/9MaNe52pNO/heater/thing/";

function productToken(product: string): string {
  return mintToken({ resource: `products/${product}`, expires: 2e9, method: "sha256" }, PRODUCT_KEY);
}

/** Answers the platform's next request. */
async function answerNext(wire: Wire, data?: unknown): Promise<unknown> {
  const { topic, payload } = await readMessage(wire);
  const { id, params } = JSON.parse(payload) as { id: string; params: unknown };
  wire.send(publishPacket(`${topic}_reply`, JSON.stringify({ id, code: 200, msg: "success", data })));
  return params;
}

test("a property is set and read back, and a service called, through the device", async () => {
  const wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket(`${THING}#`));
  await wire.read(5);
  const set = call("POST", "/thingmodel/set-device-property", heater({ params: { led: true } }));
  expect(await answerNext(wire)).toEqual({ led: true });
  expect(await set).toEqual({
    code: 0,
    msg: "succ",
    request_id: expect.stringMatching(/^[\da-f]{32}$/) as string,
    data: { code: 200, msg: "success" },
  });
  const got = call("POST", "/thingmodel/query-device-property-detail", heater({ params: ["led"] }));
  expect(await answerNext(wire, { led: true })).toEqual(["led"]);
  expect(await got).toMatchObject({ code: 0, data: { data: { led: true } } });
  const called = call(
    "POST",
    "/thingmodel/call-service",
    heater({ identifier: "blink", params: { times: 2 } }),
  );
  expect(await answerNext(wire, { done: true })).toEqual({ times: 2 });
  expect(await called).toMatchObject({ code: 0, data: { code: 200, data: { done: true } } });
});

test("the latest properties, as strings, with a product token", async () => {
  const wire = await logInWithToken(platform, HEATER);
  wire.send(
    publishPacket(
      `${THING}property/post`,
      '{"id":"1","params":{"led":{"value":true},"temperature":{"value":21.5,"time":1599534283111}}}',
    ),
  );
  await settle(wire);
  const expires = Math.floor(Date.now() / 1000) + 60;
  const token = mintToken({ resource: `products/${HEATER.product}`, expires, method: "md5" }, PRODUCT_KEY);
  const query = new URLSearchParams(HEATER_IDS).toString();
  expect(await call("GET", `/thingmodel/query-device-property?${query}`, undefined, token)).toMatchObject({
    code: 0,
    data: [
      { identifier: "led", access_mode: "rw", data_type: "bool", value: "true" },
      { identifier: "temperature", value: "21.5", time: 1599534283111 },
      { identifier: "colour" },
      { identifier: "count", name: "次数", description: "how often" },
    ],
  });
});

/**
 * "POST /device/create {product_id,device_name,desc}: {code:0,data:{did,sec_key,…}}; 10406 exists", "GET /device/list
 * …&offset=&limit= (≤100): data.list[{name,status,last_time}]"; status is 0 offline, 1 online, 2 never online.
 */
test("a device is created, listed, described, changed and deleted", async () => {
  const token = productToken("469948");
  const ids = { product_id: "469948", device_name: "new-lamp" };
  const query = new URLSearchParams(ids).toString();
  const created = (await call("POST", "/device/create", { ...ids, desc: "灯 💡" }, token)) as {
    data: { sec_key: string; did: string };
  };
  const device = { did: created.data.did, pid: "469948", name: "new-lamp", desc: "灯 💡", status: 2 };
  expect(created).toMatchObject({ code: 0, data: { ...device, sec_key: expect.any(String) as string } });
  expect(await call("POST", "/device/create", ids, token)).toMatchObject({ code: 10406 });

  const wire = await logInWithToken(platform, { ...CHIC, device: "new-lamp", key: created.data.sec_key });
  const listed = await call("GET", "/device/list?product_id=469948&offset=1&limit=2", undefined, token);
  const last_time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
  const online = { ...device, status: 1, last_time };
  expect(listed).toMatchObject({ data: { total: 3, list: [{ name: "Chic_E", status: 2 }, online] } });
  expect(JSON.stringify(listed)).not.toContain("sec_key");

  expect(await call("POST", "/device/update", { ...ids, desc: "" }, token)).toMatchObject({ code: 0 });
  wire.send(publishPacket("$sys/469948/new-lamp/dp/post/json", '{"id":1,"dp":{"a":[{"v":1}]}}'));
  await settle(wire);
  const detail = () => call("GET", `/device/detail?${query}`, undefined, token);
  expect(await detail()).toMatchObject({ data: { desc: "", status: 1, sec_key: created.data.sec_key } });

  const offline = next(platform, "offline");
  expect(await call("POST", "/device/delete", ids, token)).toMatchObject({ code: 0 });
  expect(await offline).toEqual({ device: "469948/new-lamp", why: "the device was deleted" });
  expect(await detail()).toMatchObject({ code: 10410 });
  await call("POST", "/device/create", ids, token);
  expect(await detail()).toMatchObject({ data: { status: 2, desc: "" } });
  expect(platform.datapoints("469948/new-lamp", "a")).toEqual([]);
});

test("a list has at most 100 devices a page", async () => {
  const list = (limit: number) =>
    call("GET", `/device/list?product_id=469948&limit=${limit}`, undefined, productToken("469948"));
  expect(await list(100)).toMatchObject({ code: 0 });
  expect(await list(101)).toMatchObject({ code: 10001, msg: "limit must be a whole number from 1 to 100" });
});

test("a device that was online and left is offline", async () => {
  const wire = await logInWithToken(platform, CHIC);
  const offline = next(platform, "offline");
  wire.socket.destroy();
  await offline;
  const query = "product_id=469948&device_name=Chic_D";
  expect(await call("GET", `/device/detail?${query}`, undefined, tokenOf(CHIC))).toMatchObject({
    code: 0,
    data: { status: 0, last_time: expect.any(String) as string },
  });
});

test.each<[name: string, body: object, token: string, code: number]>([
  ["a token of a device", {}, tokenOf(CHIC), 10403],
  ["a token of another product", {}, productToken("9MaNe52pNO"), 10403],
  ["an unknown product", { product_id: "x" }, productToken("469948"), 10408],
  ["no product", { product_id: 1 }, productToken("469948"), 10001],
  ["a name with other characters", { device_name: "灯" }, productToken("469948"), 10001],
  ["a long description", { desc: "x".repeat(65) }, productToken("469948"), 10001],
])("no device is created with %s", async (_name, body, token, code) => {
  const whole = { product_id: "469948", device_name: "new-lamp", ...body };
  expect(await call("POST", "/device/create", whole, token)).toMatchObject({ code });
  expect(platform.registry.devices.has("469948/new-lamp")).toBe(false);
});

/** What a call for a log of the heater answers. */
async function logged(log: string, more: object = {}): Promise<unknown> {
  const span = { start_time: 0, end_time: Date.now() + 1000 };
  const query = new URLSearchParams(
    Object.entries({ ...HEATER_IDS, ...span, ...more }).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
  );
  const answer = (await call("GET", `/device/${log}?${query.toString()}`)) as { code: number; data: unknown };
  expect(answer).toMatchObject({ code: 0 });
  return (answer.data as { list: unknown }).list;
}

/** Published programs read `data.list[0].status`, 1 for online, as the present state, and `time` in ms. */
test("when a device was online and offline, newest first", async () => {
  expect(await logged("status-history")).toEqual([]);
  const before = Date.now();
  const wire = await logInWithToken(platform, HEATER);
  const time = expect.any(Number) as number;
  expect(await logged("status-history")).toEqual([{ time, status: 1 }]);
  const offline = next(platform, "offline");
  wire.socket.destroy();
  await offline;
  const [left, came] = (await logged("status-history", { limit: 100 })) as { time: number; status: number }[];
  expect([left?.status, came?.status]).toEqual([0, 1]);
  expect(came?.time).toBeGreaterThanOrEqual(before);
  expect(left?.time).toBeGreaterThanOrEqual(came?.time ?? NaN);
  expect(await logged("status-history", { sort: 1, limit: 1 })).toEqual([{ time: came?.time, status: 1 }]);
  expect(await logged("status-history", { end_time: before - 1 })).toEqual([]);
  expect(platform.streams("heater")).toEqual([]);
});

test("what was asked of a device, and its events, are in its logs", async () => {
  const wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket(`${THING}#`));
  await wire.read(5);
  const set = platform.setProperty("heater", { led: true });
  await answerNext(wire);
  await set;
  const invoked = platform.invoke("heater", "blink", { times: 2 });
  await answerNext(wire, { done: true });
  await invoked;
  await expect(platform.getProperty("heater", ["led"], 1)).rejects.toThrow("did not answer");
  const overheat = { value: { t: 81 }, time: 1_700_000_000_000 };
  wire.send(publishPacket(`${THING}event/post`, JSON.stringify({ id: "1", params: { overheat } })));
  expect(await readMessage(wire)).toMatchObject({ topic: `${THING}property/get` });
  expect(await readMessage(wire)).toMatchObject({ topic: `${THING}event/post/reply` });
  const time = expect.any(Number) as number;
  expect(await logged("operation-log")).toEqual([
    { time, type: "get", params: '["led"]' },
    { time, type: "set", params: '{"led":true}', code: 200 },
  ]);
  expect(await logged("service-log")).toEqual([
    { time, identifier: "blink", input: '{"times":2}', code: 200, output: '{"done":true}' },
  ]);
  expect(await logged("event-log")).toEqual([
    { time: overheat.time, identifier: "overheat", value: '{"t":81}' },
  ]);
});

test("a new key of a device replaces the old one", async () => {
  const token = productToken(CHIC.product);
  const ids = { product_id: CHIC.product, device_name: CHIC.device };
  expect(await call("POST", "/device/reset-seckey", ids, tokenOf(CHIC))).toMatchObject({ code: 10403 });
  const answer = (await call("POST", "/device/reset-seckey", ids, token)) as { data: { sec_key: string } };
  expect(answer).toMatchObject({
    code: 0,
    data: { sec_key: expect.stringMatching(/^[\w+/]{43}=$/) as string },
  });
  await expect(logInWithToken(platform, CHIC)).rejects.toThrow("20020004");
  await logInWithToken(platform, { ...CHIC, key: answer.data.sec_key });
});

test("a product", async () => {
  const detail = (product: string) =>
    call("GET", `/product/detail?product_id=${product}`, undefined, productToken("469948"));
  expect(await detail("469948")).toMatchObject({ code: 0, data: { pid: "469948", name: "469948" } });
  expect(await detail("x")).toMatchObject({ code: 10408 });
  expect(await detail(HEATER.product)).toMatchObject({ code: 10403 });
});

/** "query-device-property-history …&start_time=&end_time=&sort=1|2&offset=&limit= (ms, ≤100): data.list[{time,value}]" */
test("the history of a property: by time and in pages, its values as strings", async () => {
  const wire = await logInWithToken(platform, HEATER);
  for (const time of [1000, 2000, 3000]) {
    const led = { value: time === 2000, time: 1_700_000_000_000 + time };
    wire.send(publishPacket(`${THING}property/post`, JSON.stringify({ id: "1", params: { led } })));
  }
  await settle(wire);
  const history = (more: object) => {
    const span = { start_time: "1700000000000", end_time: "1700000009999" };
    const query = new URLSearchParams({ ...HEATER_IDS, identifier: "led", ...span, ...more }).toString();
    return call("GET", `/thingmodel/query-device-property-history?${query}`);
  };
  const [first, second, third] = [
    { time: 1700000001000, value: "false" },
    { time: 1700000002000, value: "true" },
    { time: 1700000003000, value: "false" },
  ];
  expect(await history({})).toMatchObject({ code: 0, data: { list: [third, second, first] } });
  expect(await history({ sort: 1 })).toMatchObject({ data: { list: [first, second, third] } });
  const page = await history({ sort: 1, offset: 1, limit: 1 });
  expect(page).toMatchObject({ data: { list: [second] } });
  expect(await history({ start_time: 1700000002001 })).toMatchObject({ data: { list: [third] } });
  expect(await history({ end_time: 1700000000999 })).toMatchObject({ code: 0, data: { list: [] } });
  for (const [wrong, msg] of [
    [{ identifier: "lamp" }, "identifier must name a property of the thing model"],
    [{ start_time: "" }, "start_time must be a whole number"],
    [{ sort: "3" }, "sort must be a whole number from 1 to 2"],
    [{ limit: "101" }, "limit must be a whole number from 1 to 100"],
  ] as const) {
    expect(await history(wrong)).toMatchObject({ code: 10001, msg });
  }
});

/** Published programs read `data.datastreams[0].datapoints[0].value` and `.at`, and send times as 2026-05-29T08:00:00. */
test("the history of data streams", async () => {
  const token = tokenOf(CHIC);
  const wire = await logInWithToken(platform, CHIC);
  const dp = {
    a: [
      { v: 1, t: 1_700_000_000 },
      { v: "二", t: 1_700_000_060 },
    ],
    b: [{ v: 3, t: 1_700_000_000 }],
  };
  wire.send(publishPacket("$sys/469948/Chic_D/dp/post/json", JSON.stringify({ id: 1, dp })));
  await settle(wire);
  const ids = { product_id: CHIC.product, device_name: CHIC.device };
  const history = (more: object) => {
    const query = new URLSearchParams({ ...ids, ...more }).toString();
    return call("GET", `/datapoint/history-datapoints?${query}`, undefined, token);
  };
  const [first, second] = [
    { at: "2023-11-15 06:13:20.000", value: 1 },
    { at: "2023-11-15 06:14:20.000", value: "二" },
  ];
  const b = { id: "b", datapoints: [{ at: first.at, value: 3 }] };
  expect(await history({})).toMatchObject({
    code: 0,
    data: { count: 3, datastreams: [{ id: "a", datapoints: [first, second] }, b] },
  });
  const newest = { count: 1, datastreams: [{ id: "a", datapoints: [second] }] };
  expect(await history({ datastream_id: "a", limit: 1, sort: "DESC" })).toMatchObject({ data: newest });
  expect(await history({ start: "2023-11-15T06:14:00" })).toMatchObject({ data: newest });
  const until = await history({ datastream_id: "a,b", end: "2023-11-15 06:14:00" });
  expect(until).toMatchObject({ data: { count: 2, datastreams: [{ id: "a", datapoints: [first] }, b] } });
  expect(await history({ start: "yesterday" })).toMatchObject({ code: 10001 });
  const current = new URLSearchParams({ ...ids, datastream_ids: "b,c" }).toString();
  expect(await call("GET", `/datapoint/current-datapoints?${current}`, undefined, token)).toMatchObject({
    data: { devices: [{ title: "Chic_D", datastreams: [{ id: "b", value: 3 }] }] },
  });
});

test("a desired value waits for the device", async () => {
  expect(
    await call("POST", "/thingmodel/set-device-desired-property", heater({ params: { led: true } })),
  ).toMatchObject({ code: 0 });
  expect(platform.setDesired("heater", { led: false })).toEqual({ led: 2 });
});

/**
 * Published programs send `"params":["ReportInterval"]` and read `data.ReportInterval.value`. "{power:{version:1},
 * temperature:{}}: with version it deletes only when equal; versions start at 1 again after a delete".
 */
test("desired values are queried and deleted", async () => {
  platform.setDesired("heater", { led: false, colour: "#ff0000" });
  platform.setDesired("heater", { led: true });
  const desired = (params: unknown) =>
    call("POST", "/thingmodel/query-device-desired-property", heater({ params }));
  const forget = (params: unknown) =>
    call("POST", "/thingmodel/delete-device-desired-property", heater({ params }));
  const led = { value: true, version: 2 };
  const colour = { value: "#ff0000", version: 1 };
  expect(await desired(["led", "count"])).toMatchObject({ code: 0, data: { led } });
  expect(await desired({ led: {} })).toMatchObject({
    code: 10001,
    msg: "params must be a list of identifiers",
  });
  const query = new URLSearchParams(HEATER_IDS).toString();
  const properties = await call("GET", `/thingmodel/query-device-property?${query}`);
  expect(properties).toMatchObject({ data: [{ identifier: "led", expect_value: "true" }, {}, {}, {}] });

  expect(await forget({ led: { version: 1 }, colour: {} })).toMatchObject({ code: 0 });
  expect(await desired(["led", "colour"])).toMatchObject({ data: { led } });
  expect(JSON.stringify(await desired(["led", "colour"]))).not.toContain(colour.value);
  expect(await forget({ led: { version: 2 } })).toMatchObject({ code: 0 });
  expect(platform.setDesired("heater", { led: false })).toEqual({ led: 1 });
});

/** The platform exports a product's thing model in the form of this answer: `{"code":0,"data":{"properties":[…]}}`. */
test("the thing model of a product", async () => {
  const model = (product: string) =>
    call("GET", `/thingmodel/query-thing-model?product_id=${product}`, undefined, productToken(product));
  const led = { identifier: "led", accessMode: "rw", dataType: { type: "bool" } };
  const properties = expect.arrayContaining([led]) as unknown[];
  expect(await model(HEATER.product)).toMatchObject({ code: 0, data: { properties } });
  expect(await model(CHIC.product)).toMatchObject({ code: 10001, msg: "the product has no thing model" });
});

test("a command to a suite device, and its answer", async () => {
  const path = "/datapoint/synccmds?product_id=469948&device_name=Chic_D&timeout=5";
  const token = tokenOf(CHIC);
  expect(await call("POST", path, "on", token)).toMatchObject({ code: 10421, msg: "device not online" });
  const wire = await logInWithToken(platform, CHIC);
  expect(await call("POST", path, "on", token)).toMatchObject({ code: 10500, msg: "device not subscribed" });
  wire.send(subscribePacket("$sys/469948/Chic_D/cmd/request/+"));
  await wire.read(5);
  const sent = call("POST", path, '{"灯":1}', token);
  const { topic, payload } = await readMessage(wire);
  expect(payload).toBe('{"灯":1}');
  wire.send(publishPacket(topic.replace("request", "response"), "好"));
  expect(await sent).toMatchObject({ code: 0, data: { cmd_resp: "好" } });
  wire.send(publishPacket("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"a":[{"v":1}]}}'));
  await settle(wire);
  const query = "/datapoint/current-datapoints?product_id=469948&device_name=Chic_D";
  expect(await call("GET", query, undefined, token)).toMatchObject({
    data: { devices: [{ title: "Chic_D", datastreams: [{ id: "a", value: 1 }] }] },
  });
});

/**
 * The platform's codes: "10001 parameter, 10403 auth, 10408 no product, 10410 no device, 10411 device did not answer in
 * time (also when the value does not fit), 10421 not online, 10500 device not subscribed".
 */
test.each<[name: string, ids: object, token: string, code: number, message: RegExp]>([
  ["no token", HEATER_IDS, "", 10403, /authorization: the token has no version/],
  ["another device's token", HEATER_IDS, tokenOf(CHIC), 10403, /token's res is/],
  ["an unknown device", { ...HEATER_IDS, device_name: "x" }, tokenOf(HEATER), 10410, /not found/],
  [
    "a multiprotocol device",
    { product_id: LAMP.product, device_name: LAMP.device },
    tokenOf(HEATER),
    10410,
    /not found/,
  ],
  ["an unknown product", { ...HEATER_IDS, product_id: "x" }, tokenOf(HEATER), 10408, /product not found/],
  [
    "an unknown account's token",
    HEATER_IDS,
    mintToken({ resource: "userid/337012", expires: 2e9, method: "sha1" }, ACCOUNT.key),
    10403,
    /unknown resource userid\/337012: no product of the registry has this "account"; .* token for products/,
  ],
  [
    "an account's token with the key of a product",
    HEATER_IDS,
    mintToken({ resource: "userid/337011", expires: 2e9, method: "sha1" }, PRODUCT_KEY),
    10403,
    /the token's sign does not match the key of userid\/337011/,
  ],
  ["no names", {}, tokenOf(HEATER), 10001, /product_id and device_name/],
  [
    "an unknown property",
    { ...HEATER_IDS, params: { lamp: 1 } },
    tokenOf(HEATER),
    10411,
    /identifier not exist:identifier:lamp/,
  ],
  [
    "a value wrapped as devices send it",
    { ...HEATER_IDS, params: { led: { value: true } } },
    tokenOf(HEATER),
    10411,
    /^属性设置失败: identifier: led, error: bool type error: "led" must be true or false$/,
  ],
  ["no params", HEATER_IDS, tokenOf(HEATER), 10001, /params must be an object/],
  ["a device that is away", { ...HEATER_IDS, params: { led: true } }, tokenOf(HEATER), 10421, /not online/],
])("%s", async (_name, ids, token, code, message) => {
  expect(await call("POST", "/thingmodel/set-device-property", ids, token)).toMatchObject({
    code,
    msg: expect.stringMatching(message) as string,
  });
});

test("a command to a device with a thing model: offline, or not subscribed", async () => {
  const path = "/datapoint/synccmds?product_id=9MaNe52pNO&device_name=heater&timeout=5";
  expect(await call("POST", path, "on")).toMatchObject({ code: 10421, msg: "device not online" });
  await logInWithToken(platform, HEATER);
  expect(await call("POST", path, "on")).toMatchObject({ code: 10500, msg: "device not subscribed" });
});

test.each(["4", "31", "x"])("a command waits 5 to 30 s, and not %s", async (timeout) => {
  const path = `/datapoint/synccmds?product_id=469948&device_name=Chic_D&timeout=${timeout}`;
  expect(await call("POST", path, "on", tokenOf(CHIC))).toMatchObject({
    code: 10001,
    msg: "timeout must be a whole number from 5 to 30",
  });
});

test("at most ten calls wait for a device's answers", async () => {
  const path = "/datapoint/synccmds?product_id=469948&device_name=Chic_D&timeout=30";
  const token = tokenOf(CHIC);
  const wire = await logInWithToken(platform, CHIC);
  wire.send(subscribePacket("$sys/469948/Chic_D/cmd/request/+"));
  await wire.read(5);
  const waiting = [];
  const topics: string[] = [];
  for (let count = 0; count < 10; count++) {
    waiting.push(call("POST", path, "on", token));
    topics.push((await readMessage(wire)).topic);
  }
  expect(await call("POST", path, "on", token)).toMatchObject({
    code: 500,
    msg: "10 calls are already waiting for the device's answers",
  });
  for (const topic of topics) wire.send(publishPacket(topic.replace("request", "response"), "on"));
  for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ code: 0 });
  const next = call("POST", path, "off", token);
  const { topic } = await readMessage(wire);
  wire.send(publishPacket(topic.replace("request", "response"), "off"));
  expect(await next).toMatchObject({ code: 0, data: { cmd_resp: "off" } });
});

test.each([
  ["GET", "/datapoint/history-datapoint", "GET /datapoint/history-datapoints"],
  ["POST", "/thingmodel/query-device-property", "GET /thingmodel/query-device-property"],
  ["GET", "/device/details", "GET /device/detail"],
  ["POST", "/datapoint/synccmd", "POST /datapoint/synccmds"],
])("an unsupported call that published apps make: %s %s", async (method, path, nearest) => {
  const query = `?product_id=${HEATER.product}&device_name=${HEATER.device}`;
  for (const token of [tokenOf(HEATER), "wrong"]) {
    expect(await call(method, path + query, undefined, token)).toEqual({
      code: 10404,
      msg: `no such call: ${method} ${path}; the nearest is ${nearest}; docs/local-onenet.md lists the supported ones`,
      request_id: expect.stringMatching(/^[\da-f]{32}$/) as string,
    });
  }
});

/** The call before today's, MoveProductDevice: `{"product_id","target_user_tel","device_name":["name_1","name_2"]}`. */
test("a device that is to move to another account stays until its user accepts it", async () => {
  const move = (more: object, token = productToken("469948")) =>
    call("POST", "/device/movedevice", { product_id: "469948", ...more }, token);
  const body = { device_name: ["Chic_D", "Chic_E"], target_user_tel: "13800138000" };
  const notice = next(platform, "notice");
  expect(await move(body)).toMatchObject({ code: 0, msg: "succ" });
  expect((await notice).device).toBe("469948/Chic_D");
  expect(JSON.stringify(await notice)).not.toContain("13800138000");
  expect(platform.registry.devices.has("469948/Chic_D")).toBe(true);
  for (const [wrong, code] of [
    [{ ...body, target_user_tel: "138" }, 10001],
    [{ ...body, target_user_tel: undefined }, 10001],
    [{ ...body, device_name: [] }, 10001],
    [{ ...body, device_name: undefined }, 10001],
    [{ ...body, device_name: [1] }, 10001],
    [{ ...body, device_name: Array.from({ length: 101 }, () => "Chic_D") }, 10001],
    [{ ...body, device_name: ["Chic_D", "none"] }, 10410],
  ] as const)
    expect(await move(wrong)).toMatchObject({ code });
  expect(await move(body, tokenOf(CHIC))).toMatchObject({ code: 10403 });
});

/** "物模型系统功能点列表": `$OneNET_LBS_WIFI` struct {macs, serverip, imsi, mmac, smac, idfa} and `$OneNET_LBS`, a list. */
test("the platform's own points of thing models", async () => {
  const answer = await call("GET", "/thingmodel/query-system-thing-model");
  const model = (answer as { data: ThingModel }).data;
  expect(model).toMatchObject({
    properties: [
      { identifier: "$OneNET_LBS", dataType: { type: "array", specs: { type: "struct" } } },
      { identifier: "$OneNET_LBS_WIFI", dataType: { type: "struct" } },
    ],
    events: [],
    services: [],
  });
  expect(checkModel({ ...model })).toEqual([]);
  expect(await call("GET", "/thingmodel/query-system-thing-model", undefined, "")).toMatchObject({
    code: 10403,
  });
});

test.each([
  "GET /fuse-lbs/latest-wifi-location",
  "GET /fuse-lbs/get-wifi-trail",
  "GET /project/detail",
  "GET /agents/list",
  "GET /machine-card/list",
  "POST /common?action=BatchCreateDevices&version=1",
])("a call of the platform that the local OneNET does not answer says so: %s", async (request) => {
  const [method = "", path = ""] = request.split(" ");
  const answer = (await call(method, path, undefined, productToken("469948"))) as { msg: string };
  expect(answer).toMatchObject({ code: 10404 });
  expect(answer.msg).toContain(`no such call: ${request.split("?")[0] ?? ""}; `);
});

test.each(["2018-10-31", "2022-05-01"])("a token of version %s gives access", async (version) => {
  const [resource, et, method] = ["products/9MaNe52pNO", "2000000000", "sha1"];
  const text = `${et}\n${method}\n${resource}\n${version}`;
  const sign = createHmac(method, Buffer.from(PRODUCT_KEY, "base64")).update(text).digest("base64");
  const fields = Object.entries({ version, res: resource, et, method, sign });
  const token = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const path = "/device/list?product_id=9MaNe52pNO";
  expect(await call("GET", path, undefined, token)).toMatchObject({ code: 0 });
  const wrong = token.replace(version, "2020-05-29");
  expect(await call("GET", path, undefined, wrong)).toMatchObject({ code: 10403 });
});

/** "authorization: version=2022-05-01&res=userid%2F{uid}&…: key of 访问权限" */
test("a token of an account opens its products and their devices, and no others", async () => {
  const [resource, et, method, version] = [`userid/${ACCOUNT.user}`, "2000000000", "md5", "2022-05-01"];
  const text = `${et}\n${method}\n${resource}\n${version}`;
  const sign = createHmac(method, Buffer.from(ACCOUNT.key, "base64")).update(text).digest("base64");
  const token = new URLSearchParams({ version, res: resource, et, method, sign }).toString();
  for (const product of ["469948", "9MaNe52pNO"])
    expect(await call("GET", `/device/list?product_id=${product}`, undefined, token)).toMatchObject({
      code: 0,
    });
  const detail = (ids: object) =>
    call("GET", `/device/detail?${new URLSearchParams({ ...ids }).toString()}`, undefined, token);
  expect(await detail(HEATER_IDS)).toMatchObject({ data: { sec_key: HEATER.key } });
  const ids = { product_id: "469948", device_name: "new-lamp" };
  expect(await call("POST", "/device/create", ids, token)).toMatchObject({ code: 0 });
  expect(
    await call("POST", "/fuse-ota/469948/new-lamp/version", { s_version: "1", f_version: "1" }, token),
  ).toMatchObject({ code: 0 });
  expect(await detail({ product_id: "500000", device_name: CHIC.device })).toMatchObject({ code: 10403 });
  const points = await fetch(`http://127.0.0.1:${platform.httpPort}/local/datapoints`, {
    headers: { authorization: token },
  });
  expect([points.status, await points.text()]).toEqual([200, expect.stringContaining("at,device,")]);
  expect(await call("GET", "/local/datapoints", undefined, "wrong")).toMatchObject({
    code: 10403,
    msg: expect.stringContaining("the header authorization: ") as string,
  });
});

test("a body with a malformed type, or too large a one, is the caller's mistake", async () => {
  const post = async (body: string, type: string) => {
    const headers = { authorization: productToken(HEATER.product), "content-type": type };
    const address = `http://127.0.0.1:${platform.httpPort}/device/create`;
    return (await fetch(address, { method: "POST", headers, body })).json();
  };
  expect(await post("{}", "json")).toMatchObject({ code: 10001, msg: "Unsupported Media Type" });
  expect(await post("x".repeat(70_000), "text/plain")).toMatchObject({ code: 10001 });
});

test("an answer tells the time in its header Date", async () => {
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}/device/list`);
  const date = Date.parse(response.headers.get("date") ?? "");
  expect(Math.abs(Date.now() - date)).toBeLessThan(10_000);
});

test.each([
  ["set-device-property", { params: { led: true } }, 10_000],
  ["call-service", { identifier: "blink", params: {} }, 5000],
])("%s waits for the device's answer, then fails with 10411", async (path, body, timeout) => {
  const wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket(`${THING}#`));
  await wire.read(5);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let answer: unknown;
  const called = call("POST", `/thingmodel/${path}`, heater(body)).then((json) => (answer = json));
  await readMessage(wire);
  vi.advanceTimersByTime(timeout - 1);
  await settle(wire);
  expect(answer).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(await called).toMatchObject({
    code: 10411,
    msg: expect.stringContaining(`did not answer within ${timeout} ms`) as string,
  });
});

test("a body that is not JSON is reported with the position", async () => {
  expect(await call("POST", "/thingmodel/set-device-property", "{'product_id':'1'}x")).toMatchObject({
    code: 10001,
    msg: "the body is not JSON: byte 1: single quotes: JSON needs double quotes",
  });
});
