import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  HEATER,
  logInWithToken,
  next,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  type Wire,
} from "./wire.ts";

let platform: LocalOneNet;
let wire: Wire;
beforeEach(async () => {
  platform = await startPlatform({}, { strict: true });
  wire = await logInWithToken(platform, HEATER);
});
afterEach(() => platform.close());

const TREE = "$sys/9MaNe52pNO/heater/thing/";
const NAME = "9MaNe52pNO/heater";

async function subscribe(...filters: string[]): Promise<string> {
  wire.send(subscribePacket(...filters.map((filter) => TREE + filter)));
  return (await wire.read(4 + filters.length)).slice(8);
}

function send(topic: string, payload: unknown): void {
  wire.send(publishPacket(TREE + topic, typeof payload === "string" ? payload : JSON.stringify(payload)));
}

/** The next message with its payload parsed. */
async function receive(): Promise<{ topic: string; json: unknown }> {
  const { topic, payload } = await readMessage(wire);
  expect(topic.startsWith(TREE)).toBe(true);
  return { topic: topic.slice(TREE.length), json: JSON.parse(payload) };
}

test("allowed and forbidden subscriptions", async () => {
  const fine = [
    "property/post/reply",
    "property/set",
    "property/get",
    "property/desired/get/reply",
    "event/post/reply",
    "history/post/reply",
    "service/+/invoke",
    "#",
  ];
  expect(await subscribe(...fine)).toBe("00".repeat(fine.length));
  expect(await subscribe("property/post", "property/set_reply", "service/blink/invoke_reply")).toBe("808080");
  wire.send(subscribePacket("$sys/9MaNe52pNO/heater/cmd/#", "$sys/9MaNe52pNO/other/thing/#"));
  expect(await wire.read(6)).toBe("900400018080");
});

test("properties are stored with their times, and the reply reports success", async () => {
  await subscribe("property/post/reply");
  const reported = next(platform, "datapoint");
  send("property/post", {
    id: "123",
    version: "1.0",
    params: {
      temperature: { value: 12.5, time: 1599534283111 },
      led: { value: true },
      colour: { value: "红" },
    },
  });
  expect(await receive()).toEqual({
    topic: "property/post/reply",
    json: { id: "123", code: 200, msg: "success" },
  });
  expect(await reported).toEqual({
    device: NAME,
    stream: "temperature",
    value: 12.5,
    at: "2020-09-08 11:04:43.111",
  });
  expect(platform.datapoints("heater", "led")).toMatchObject([{ value: true }]);
  expect(platform.datapoints("heater", "colour")).toMatchObject([{ value: "红" }]);
  expect(platform.violations).toEqual([]);
});

const post = (params: unknown) => ({ id: "5", version: "1.0", params });
test.each<[name: string, payload: unknown, id: string, code: number, message: RegExp]>([
  ["no JSON", "on", "", 400, /not JSON/],
  [
    "a trailing comma",
    '{"id":"5","params":{"led":{"value":true,}}}',
    "",
    400,
    /not JSON: byte 40: a comma before }/,
  ],
  ["single quotes", "{'id':'5','params':{'led':{'value':true}}}", "", 400, /not JSON: byte 1: single quotes/],
  ["an array", [], "", 400, /must be an object/],
  ["an id that is a number", { id: 5, params: {} }, "", 2405, /id must be a string of 1 to 13 digits/],
  ["an id with letters", { id: "a1", params: {} }, "", 2405, /id must be a string of 1 to 13 digits/],
  ["an id of 14 digits", { id: "12345678901234", params: {} }, "", 2405, /id must be/],
  ["another version", { ...post({}), version: "2.0" }, "5", 400, /version must be "1.0"/],
  ["no params", { id: "5" }, "5", 400, /params are missing/],
  ["empty params", post({}), "5", 2308, /params must be an object/],
  ["an unknown property", post({ lamp: { value: true } }), "5", 2306, /identifier not exist:identifier:lamp/],
  [
    "__proto__",
    '{"id":"5","params":{"__proto__":{"value":1}}}',
    "5",
    2306,
    /identifier not exist:identifier:__proto__/,
  ],
  ["a value without its object", post({ led: true }), "5", 2308, /"led" must be {"value"/],
  ["a null value", post({ led: { value: null } }), "5", 2409, /"led" must be true or false/],
  ["a bool that is a number", post({ led: { value: 1 } }), "5", 2409, /"led" must be true or false/],
  ["an int32 with a fraction", post({ count: { value: 1.5 } }), "5", 2409, /"count" must be a whole number/],
  ["an int32 too large", post({ count: { value: 2 ** 31 } }), "5", 2409, /"count" must be a whole number/],
  ["a float that is text", post({ temperature: { value: "1" } }), "5", 2409, /must be a number/],
  ["a float out of range", post({ temperature: { value: 126 } }), "5", 2409, /must be at most 125/],
  ["a text too long", post({ colour: { value: "红红红" } }), "5", 2409, /at most 7 bytes/],
  ["a time in text", post({ led: { value: true, time: "now" } }), "5", 400, /time must be in ms/],
  ["one unknown among good", post({ count: { value: 1 }, lamp: { value: 1 } }), "5", 2306, /identifier:lamp/],
  ["one bad among good", post({ count: { value: 1 }, led: { value: 1 } }), "5", 2409, /"led"/],
])("%s: the reply says what is wrong, nothing is stored", async (_name, payload, id, code, message) => {
  await subscribe("property/post/reply");
  send("property/post", payload);
  const { json } = await receive();
  expect(json).toEqual({ id, code, msg: expect.stringMatching(message) as string });
  expect(platform.violations).toMatchObject([{ device: NAME, rule: "one-json" }]);
  expect(platform.datapoints("heater", "count")).toEqual([]);
});

test("a history/post stores several values of each property with their times, and announces its events", async () => {
  await subscribe("history/post/reply");
  const announced = next(platform, "event");
  send(
    "history/post",
    post([
      {
        properties: {
          temperature: [
            { value: 1.5, time: 1599534283111 },
            { value: 2.5, time: 1599534284111 },
          ],
          led: [{ value: true, time: 1599534284111 }],
        },
        events: { overheat: [{ value: { t: 99 }, time: 1599534283111 }] },
      },
      { identity: { productID: "9MaNe52pNO", deviceName: "heater" }, properties: { count: [{ value: 3 }] } },
    ]),
  );
  expect(await receive()).toEqual({
    topic: "history/post/reply",
    json: { id: "5", code: 200, msg: "success" },
  });
  expect(platform.datapoints("heater", "temperature")).toEqual([
    { value: 1.5, at: "2020-09-08 11:04:43.111" },
    { value: 2.5, at: "2020-09-08 11:04:44.111" },
  ]);
  expect(platform.datapoints("heater", "led")).toMatchObject([{ value: true }]);
  expect(platform.datapoints("heater", "count")).toMatchObject([{ value: 3 }]);
  expect(await announced).toMatchObject({ identifier: "overheat", at: "2020-09-08 11:04:43.111" });
  expect(platform.violations).toEqual([]);
});

const values = (count: number) => ({ count: Array.from({ length: count }, () => ({ value: 1 })) });
test.each<[name: string, params: unknown, code: number, message: RegExp]>([
  ["an object", { properties: values(1) }, 2308, /params must be an array of 1 to 10 devices/],
  ["no devices", [], 2308, /params must be an array of 1 to 10 devices/],
  ["11 devices", Array(11).fill({ properties: values(1) }), 2308, /params must be an array of 1 to 10/],
  ["a device that is text", ["heater"], 2308, /each of params must be {"properties"/],
  ["nothing to store", [{}], 2308, /at least one property or event/],
  [
    "an unknown device",
    [{ identity: { productID: "9MaNe52pNO", deviceName: "x" } }],
    400,
    /there is no device/,
  ],
  ["an identity that is text", [{ identity: "heater" }], 400, /a sub-device must be {"productID"/],
  ["properties in an array", [{ properties: [values(1)] }], 2308, /properties must be an object/],
  ["a value outside a list", [{ properties: { count: { value: 1 } } }], 2308, /"count" must be an array/],
  ["an empty list", [{ properties: values(0) }], 2308, /"count" must be an array of 1 to 100 values/],
  ["101 values", [{ properties: values(101) }], 2308, /"count" must be an array of 1 to 100 values/],
  [
    "an unknown property",
    [{ properties: { ...values(1), lamp: [{ value: 1 }] } }],
    2306,
    /identifier not exist:identifier:lamp/,
  ],
  [
    "an unknown event",
    [{ properties: values(1), events: { fire: [{ value: {} }] } }],
    2306,
    /identifier:fire/,
  ],
  [
    "another type",
    [{ properties: { count: [{ value: 1 }, { value: "1" }] } }],
    2409,
    /"count" must be a whole/,
  ],
  ["a time in text", [{ properties: { count: [{ value: 1, time: "now" }] } }], 400, /time must be in ms/],
])(
  "a history/post with %s: the reply says what is wrong, nothing is stored",
  async (_name, params, code, message) => {
    await subscribe("history/post/reply");
    send("history/post", post(params));
    const { topic, json } = await receive();
    expect(topic).toBe("history/post/reply");
    expect(json).toEqual({ id: "5", code, msg: expect.stringMatching(message) as string });
    expect(platform.violations).toMatchObject([{ device: NAME, rule: "one-json" }]);
    expect(platform.datapoints("heater", "count")).toEqual([]);
  },
);

test("a history/post holds 100 values of each property, and 2000 in all", async () => {
  await subscribe("history/post/reply");
  send("history/post", post([{ properties: values(100) }]));
  expect((await receive()).json).toMatchObject({ code: 200 });
  send("history/post", post(Array.from({ length: 10 }, () => ({ properties: values(100), events: {} }))));
  expect((await receive()).json).toMatchObject({ code: 200 });
  const both = { ...values(100), temperature: values(100).count, led: [{ value: true }] };
  send("history/post", post(Array.from({ length: 10 }, () => ({ properties: both }))));
  expect((await receive()).json).toMatchObject({ code: 2308, msg: "a message may have at most 2000 values" });
});

test.each([
  ["an id of 13 digits", "1234567890123", { version: "1.0" }],
  ["a version is optional", "1", {}],
])("%s", async (_name, id, version) => {
  await subscribe("property/post/reply");
  send("property/post", { id, ...version, params: { led: { value: true } } });
  expect((await receive()).json).toEqual({ id, code: 200, msg: "success" });
});

test("setting a property waits for the set_reply", async () => {
  await subscribe("property/set");
  const asked = next(platform, "request");
  const replied = next(platform, "reply");
  const set = platform.setProperty("heater", { led: true, colour: "#00ff00" });
  const { topic, json } = await receive();
  const { id } = json as { id: string };
  expect(topic).toBe("property/set");
  expect(json).toEqual({ id, version: "1.0", params: { led: true, colour: "#00ff00" } });
  send("property/set_reply", { id, code: 200, msg: "success" });
  expect(await set).toEqual({ code: 200, message: "success" });
  expect(await asked).toMatchObject({ device: NAME, call: "property/set", id });
  expect(await replied).toEqual({ device: NAME, call: "property/set", id, code: 200, message: "success" });
});

test("without a set_reply, the call times out; a late one is reported", async () => {
  await subscribe("property/set");
  const set = platform.setProperty("heater", { led: true }, 30);
  const { json } = await receive();
  await expect(set).rejects.toThrow(
    `did not answer within 30 ms: it must publish to ${TREE}property/set_reply`,
  );
  send("property/set_reply", { id: (json as { id: string }).id, code: 200, msg: "success" });
  await settle(wire);
  expect(platform.violations).toMatchObject([{ rule: "answer" }]);
});

test("properties that cannot be set", async () => {
  await expect(platform.setProperty("heater", { led: true })).rejects.toThrow("has not subscribed to");
  await expect(platform.setProperty("heater", { lamp: true })).rejects.toThrow(
    "identifier not exist:identifier:lamp",
  );
  await expect(platform.setProperty("heater", { led: "on" })).rejects.toThrow('"led" must be true or false');
  await expect(platform.setProperty("heater", { count: 1 })).rejects.toThrow('"count" is read-only');
  await expect(platform.setProperty("527521926", { led: true })).rejects.toThrow("multiprotocol, not studio");
  wire.socket.destroy();
  await next(platform, "offline");
  await expect(platform.setProperty("heater", { led: true })).rejects.toThrow("device not online");
});

test("getting properties returns their values", async () => {
  await subscribe("property/get");
  const got = platform.getProperty("heater", ["led", "temperature"]);
  const { json } = await receive();
  const { id } = json as { id: string };
  expect(json).toEqual({ id, version: "1.0", params: ["led", "temperature"] });
  send("property/get_reply", { id, code: 200, msg: "success", data: { led: true, temperature: 20.5 } });
  expect(await got).toEqual({ code: 200, message: "success", data: { led: true, temperature: 20.5 } });
  await expect(platform.getProperty("heater", ["lamp"])).rejects.toThrow('no property "lamp"');
});

test("a get_reply that does not match the thing model is reported", async () => {
  await subscribe("property/get");
  const got = platform.getProperty("heater", ["led"]);
  const { json } = await receive();
  send("property/get_reply", {
    id: (json as { id: string }).id,
    code: 200,
    msg: "success",
    data: { led: 1 },
  });
  expect((await got).data).toEqual({ led: 1 });
  await settle(wire);
  expect(platform.violations).toMatchObject([
    { rule: "one-json", detail: expect.stringContaining('"led"') as string },
  ]);
});

test.each([
  ["no JSON", "ok"],
  ["a number for id", { id: 1, code: 200, msg: "success" }],
  ["no code", { id: "1", msg: "success" }],
])("a reply of %s is reported", async (_name, payload) => {
  send("property/set_reply", payload);
  await settle(wire);
  expect(platform.violations).toMatchObject([{ device: NAME, rule: "one-json" }]);
});

test("a service is called, and its output returned", async () => {
  await subscribe("service/+/invoke");
  const called = platform.invoke("heater", "blink", { times: 3 });
  const { topic, json } = await receive();
  const { id } = json as { id: string };
  expect(topic).toBe("service/blink/invoke");
  expect(json).toEqual({ id, version: "1.0", params: { times: 3 } });
  send("service/blink/invoke_reply", { id, code: 200, msg: "success", data: { done: true } });
  expect(await called).toEqual({ code: 200, message: "success", data: { done: true } });
  await expect(platform.invoke("heater", "jump")).rejects.toThrow('no service "jump"');
  await expect(platform.invoke("heater", "blink", { times: 11 })).rejects.toThrow("at most 10");
});

test("an event is checked, reported and replied to", async () => {
  await subscribe("event/post/reply");
  const reported = next(platform, "event");
  send("event/post", post({ overheat: { value: { t: 81 }, time: 1599534283111 } }));
  expect(await receive()).toEqual({
    topic: "event/post/reply",
    json: { id: "5", code: 200, msg: "success" },
  });
  expect(await reported).toEqual({
    device: NAME,
    identifier: "overheat",
    value: { t: 81 },
    at: "2020-09-08 11:04:43.111",
  });
  send("event/post", post({ flood: { value: {} } }));
  expect((await receive()).json).toMatchObject({ code: 2306 });
  send("event/post", post({ overheat: { value: { t: "hot" } } }));
  expect((await receive()).json).toMatchObject({ code: 2409 });
});

test("desired values are kept with their versions until the device asks", async () => {
  await subscribe("property/desired/get/reply");
  expect(platform.setDesired("heater", { led: false })).toEqual({ led: 1 });
  expect(platform.setDesired("heater", { led: true, colour: "#fff" })).toEqual({ led: 2, colour: 1 });
  send("property/desired/get", post(["led", "temperature"]));
  expect(await receive()).toEqual({
    topic: "property/desired/get/reply",
    json: { id: "5", code: 200, msg: "success", data: { led: { value: true, version: 2 } } },
  });
  send("property/desired/get", post(["lamp"]));
  expect((await receive()).json).toMatchObject({ code: 2306 });
  send("property/desired/get", post({ led: {} }));
  expect((await receive()).json).toMatchObject({ code: 2308 });
  expect(() => platform.setDesired("heater", { count: 1 })).toThrow("read-only");
});

test("an online device gets a desired value at once", async () => {
  await subscribe("property/set");
  platform.setDesired("heater", { led: true });
  const { topic, json } = await receive();
  expect(topic).toBe("property/set");
  send("property/set_reply", { id: (json as { id: string }).id, code: 200, msg: "success" });
  await settle(wire);
  expect(platform.violations).toEqual([]);
});

test("a device deletes its desired values, or those of one version; versions begin again at 1", async () => {
  await subscribe("property/desired/delete/reply");
  platform.setDesired("heater", { led: true, colour: "#fff" });
  send("property/desired/delete", post({ led: { version: 2 }, colour: {} }));
  expect(await receive()).toEqual({
    topic: "property/desired/delete/reply",
    json: { id: "5", code: 200, msg: "success" },
  });
  expect([...platform.desired(NAME).keys()]).toEqual(["led"]);
  send("property/desired/delete", post({ led: { version: 1 } }));
  await receive();
  expect(platform.setDesired("heater", { led: false })).toEqual({ led: 1 });
  send("property/desired/delete", post({ lamp: {} }));
  expect((await receive()).json).toMatchObject({ code: 2306 });
  send("property/desired/delete", post(["led"]));
  expect((await receive()).json).toMatchObject({ code: 2308 });
});

test("an event at a topic of its own name is dropped without a word, and reported here", async () => {
  await subscribe("event/post/reply");
  const reported = next(platform, "violation");
  send("event/overheat/post", post({ overheat: { value: { t: 81 } } }));
  expect((await reported).detail).toMatch(/the platform drops it; an event goes to thing\/event\/post$/);
  await settle(wire);
});

test("topics of gateways and scripts may be subscribed to", async () => {
  expect(await subscribe("sub/topo/change", "sub/property/set", "sub/login/reply")).toBe("000000");
  wire.send(
    subscribePacket("$sys/9MaNe52pNO/heater/custome/up_reply", "$sys/9MaNe52pNO/heater/custome/down/+"),
  );
  expect(await wire.read(6)).toBe("900400010000");
});

test("no topic tells the time", async () => {
  expect(await subscribe("ntp/#", "time/+")).toBe("8080");
});

test("at most ten topics", async () => {
  const topics = Array.from({ length: 10 }, (_, index) => `service/s${index}/invoke`);
  expect(await subscribe(...topics.slice(0, 8))).toBe("00".repeat(8));
  expect(await subscribe(...topics.slice(8), "property/set")).toBe("000080");
  expect(platform.violations).toMatchObject([{ rule: "subscribe-count" }]);
});

test.each(["custome/up", "custome/down_reply/7"])(
  "a topic that the platform reads, but the local OneNET does not: %s",
  async (topic) => {
    const notice = next(platform, "notice");
    wire.send(publishPacket(`$sys/9MaNe52pNO/heater/${topic}`, "{}"));
    expect((await notice).detail).toBe(`${topic}: the local OneNET has no scripts, so it drops this`);
    await settle(wire);
    expect(platform.violations).toEqual([]);
  },
);

test("text commands are not supported", async () => {
  await expect(platform.sendCommand("heater", "on")).rejects.toThrow("has not subscribed to commands");
});

test("close ends all waits", async () => {
  await subscribe("property/set");
  const set = platform.setProperty("heater", { led: true }, 60_000);
  await receive();
  const ended = expect(set).rejects.toThrow("the platform closed");
  await platform.close();
  await ended;
});
