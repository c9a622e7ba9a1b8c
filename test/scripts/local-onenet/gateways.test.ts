/** Gateways of studio: their topology, and sub-devices that are online, report and are set through them. */

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { startLocalOneNet, type LocalOneNet, type TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { LIMITS } from "../../../scripts/local-onenet/limits.ts";
import { mintToken } from "../../../scripts/boards/token.ts";
import {
  CHIC,
  HEATER,
  PRODUCTS,
  PRODUCT_KEY,
  logInWithToken,
  next,
  publishPacket,
  readMessage,
  settle,
  subscribePacket,
  tokenOf,
  type Wire,
} from "./wire.ts";

/** Sub-devices, of the gateway's own product and of another. */
const VALVE: TokenDevice = { ...HEATER, device: "valve", key: "dmFsdmU=" };
const BULB: TokenDevice = { ...HEATER, product: "aB3dE6gH9j", device: "bulb", key: "YnVsYg==" };
const OTHER: TokenDevice = { ...HEATER, device: "other", key: "b3RoZXI=" };
const GATEWAY = "9MaNe52pNO/heater";
const TREE = "$sys/9MaNe52pNO/heater/thing/";

let platform: LocalOneNet;
let wire: Wire;
const heard: string[] = [];

async function start(more: { subDevices?: readonly string[]; most?: number } = {}): Promise<void> {
  const { subDevices, most } = more;
  const [, , , studio] = PRODUCTS;
  platform = await startLocalOneNet({
    products: [...PRODUCTS, ...(studio ? [{ ...studio, product: BULB.product }] : [])],
    devices: [subDevices ? { ...HEATER, subDevices } : HEATER, VALVE, BULB, OTHER, CHIC],
    strict: true,
    ...(most === undefined ? {} : { limits: { subDevices: most } }),
  });
  platform.on("online", ({ device }) => heard.push(`${device} online`));
  platform.on("offline", ({ device }) => heard.push(`${device} offline`));
  wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket(`${TREE}#`));
  await wire.read(5);
  heard.length = 0;
}

beforeEach(() => start({ subDevices: ["9MaNe52pNO/valve", "aB3dE6gH9j/bulb"] }));
afterEach(() => platform.close());

async function restart(more: Parameters<typeof start>[0]): Promise<void> {
  await platform.close();
  await start(more);
}

function send(topic: string, payload: unknown, from = wire): void {
  from.send(publishPacket(TREE + topic, JSON.stringify(payload)));
}

/** The next message, below `thing/`. */
async function receive(from = wire): Promise<{ topic: string; json: { id: string; params?: unknown } }> {
  const { topic, payload } = await readMessage(from);
  return { topic: topic.slice(TREE.length), json: JSON.parse(payload) as { id: string } };
}

const identityOf = ({ product, device }: TokenDevice) => ({ productID: product, deviceName: device });

/** Posts, and returns the reply. */
async function post(topic: string, params: unknown): Promise<unknown> {
  send(topic, { id: "7", version: "1.0", params });
  const reply = await receive();
  expect(reply.topic).toBe(`${topic}/reply`);
  return reply.json;
}

const SUCCESS = { id: "7", code: 200, msg: "success" };
const refusal = (message: RegExp | string) => ({
  id: "7",
  code: 400,
  msg: expect.stringMatching(message) as string,
});
const isOnline = ({ product, device }: TokenDevice) =>
  platform.devices().find(({ name }) => name === `${product}/${device}`)?.online;

test("a gateway binds a sub-device with the sub-device's token, asks for its topology, and unbinds it", async () => {
  await restart({});
  const bulb = { ...identityOf(BULB), sasToken: tokenOf(BULB) };
  expect(await post("sub/topo/get", {})).toEqual({ ...SUCCESS, data: [] });
  expect(await post("sub/topo/add", bulb)).toEqual(SUCCESS);
  expect(await post("sub/topo/add", bulb)).toEqual(SUCCESS);
  expect(await post("sub/topo/add", { ...identityOf(VALVE), sasToken: tokenOf(VALVE) })).toEqual(SUCCESS);

  send("sub/topo/get", { id: "123", version: "1.0" });
  expect(await receive()).toEqual({
    topic: "sub/topo/get/reply",
    json: { id: "123", code: 200, msg: "success", data: [identityOf(BULB), identityOf(VALVE)] },
  });
  const taken = next(platform, "reply");
  send("sub/topo/get/result", { id: "123", code: 200, msg: "success" });
  expect(await taken).toEqual({
    device: GATEWAY,
    call: "sub/topo/get",
    id: "123",
    code: 200,
    message: "success",
  });
  expect(platform.registry.find("heater")).toMatchObject({
    subDevices: ["aB3dE6gH9j/bulb", "9MaNe52pNO/valve"],
  });

  expect(await post("sub/topo/delete", bulb)).toEqual(SUCCESS);
  expect(await post("sub/topo/get", {})).toMatchObject({ data: [identityOf(VALVE)] });
  expect(platform.violations).toEqual([]);
});

test("a result of a topology that was not asked for is reported", async () => {
  send("sub/topo/get/result", { id: "123", code: 200, msg: "success" });
  await settle(wire);
  expect(platform.violations).toMatchObject([
    { rule: "answer", detail: 'sub/topo/get_reply with the id "123"' },
  ]);
});

const expired = () =>
  mintToken({ resource: "products/aB3dE6gH9j/devices/bulb", expires: 1, method: "md5" }, BULB.key);
test.each<[name: string, params: () => unknown, message: RegExp]>([
  ["no device", () => ({}), /a sub-device must be {"productID"/],
  ["an unknown device", () => ({ ...identityOf(BULB), deviceName: "x" }), /there is no device aB3dE6gH9j\/x/],
  ["a device of suite", () => ({ ...identityOf(CHIC), sasToken: tokenOf(CHIC) }), /there is no device/],
  ["no token", () => identityOf(BULB), /sasToken is missing/],
  ["the gateway's token", () => ({ ...identityOf(BULB), sasToken: tokenOf(HEATER) }), /the token's res is/],
  ["an old token", () => ({ ...identityOf(BULB), sasToken: expired() }), /the token expired/],
  ["itself", () => ({ ...identityOf(HEATER), sasToken: tokenOf(HEATER) }), /cannot be its own gateway/],
])("topo/add is refused: %s", async (_name, params, message) => {
  await restart({});
  expect(await post("sub/topo/add", params())).toEqual(refusal(message));
  expect(platform.violations).toMatchObject([{ device: GATEWAY, rule: "one-json" }]);
  expect(platform.registry.find("heater")).not.toHaveProperty("subDevices");
});

test("a device has one gateway", async () => {
  const other = await logInWithToken(platform, OTHER);
  const tree = "$sys/9MaNe52pNO/other/thing/";
  other.send(subscribePacket(`${tree}#`));
  await other.read(5);
  const params = { ...identityOf(BULB), sasToken: tokenOf(BULB) };
  other.send(publishPacket(`${tree}sub/topo/add`, JSON.stringify({ id: "7", params })));
  expect(JSON.parse((await readMessage(other)).payload)).toEqual(
    refusal("aB3dE6gH9j/bulb has another gateway, 9MaNe52pNO/heater"),
  );
});

test("a gateway has at most 1500 sub-devices", async () => {
  expect(LIMITS.subDevices).toBe(1500);
  await restart({ subDevices: ["9MaNe52pNO/valve"], most: 1 });
  const params = { ...identityOf(BULB), sasToken: tokenOf(BULB) };
  expect(await post("sub/topo/add", params)).toEqual(refusal("a gateway has at most 1 sub-devices"));
  await expect(platform.setSubDevices("heater", ["valve", "bulb"])).rejects.toThrow("at most 1 sub-devices");
});

test("a changed topology is announced to the gateway in full, and its answer returned", async () => {
  expect(await post("sub/login", identityOf(VALVE))).toEqual(SUCCESS);
  const changed = platform.setSubDevices("heater", ["bulb", "other"]);
  const { topic, json } = await receive();
  expect(topic).toBe("sub/topo/change");
  expect(json).toEqual({
    id: json.id,
    version: "1.0",
    params: { subList: [identityOf(BULB), identityOf(OTHER)] },
  });
  send("sub/topo/change_reply", { id: json.id, code: 200, msg: "success" });
  expect(await changed).toEqual({ code: 200, message: "success" });
  expect(heard).toEqual(["9MaNe52pNO/valve online", "9MaNe52pNO/valve offline"]);
  expect(platform.violations).toEqual([]);
});

test("a sub-device that is deleted leaves its gateway, which is told", async () => {
  expect(await post("sub/login", identityOf(VALVE))).toEqual(SUCCESS);
  const authorization = mintToken(
    { resource: "products/9MaNe52pNO", expires: 2e9, method: "md5" },
    PRODUCT_KEY,
  );
  const deleted = fetch(`http://127.0.0.1:${platform.httpPort}/device/delete`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify({ product_id: "9MaNe52pNO", device_name: "valve" }),
  });
  expect(await receive()).toMatchObject({
    topic: "sub/topo/change",
    json: { params: { subList: [identityOf(BULB)] } },
  });
  expect(await (await deleted).json()).toMatchObject({ code: 0 });
  expect(heard).toEqual(["9MaNe52pNO/valve online", "9MaNe52pNO/valve offline"]);
  expect(await post("sub/login", identityOf(VALVE))).toEqual(refusal("there is no device 9MaNe52pNO/valve"));
});

test("a sub-device is online from its login to its logout", async () => {
  expect(isOnline(BULB)).toBe(false);
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  expect(isOnline(BULB)).toBe(true);
  const gone = next(platform, "offline");
  expect(await post("sub/logout", identityOf(BULB))).toEqual(SUCCESS);
  expect((await gone).why).toBe("its gateway 9MaNe52pNO/heater logged it out");
  expect(isOnline(BULB)).toBe(false);
  expect(heard).toEqual(["aB3dE6gH9j/bulb online", "aB3dE6gH9j/bulb offline"]);
  expect(await post("sub/logout", identityOf(BULB))).toEqual(refusal("aB3dE6gH9j/bulb is not logged in"));
});

test("a login needs the topology, and a device without a connection of its own", async () => {
  const unbound = refusal(
    "9MaNe52pNO/other is no sub-device of this device: bind it with thing/sub/topo/add",
  );
  expect(await post("sub/login", identityOf(OTHER))).toEqual(unbound);
  await logInWithToken(platform, VALVE);
  expect(await post("sub/login", identityOf(VALVE))).toEqual(refusal("has a connection of its own"));
  expect(isOnline(OTHER)).toBe(false);
});

test("sub-devices go offline with their gateway, and a gateway that comes back logs them in again", async () => {
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  expect(await post("sub/login", identityOf(VALVE))).toEqual(SUCCESS);
  const again = await logInWithToken(platform, HEATER); // replaces the first connection
  expect([isOnline(BULB), isOnline(VALVE)]).toEqual([false, false]);
  again.send(subscribePacket(`${TREE}#`));
  await again.read(5);
  send("sub/login", { id: "8", params: identityOf(BULB) }, again);
  expect((await receive(again)).json).toMatchObject({ code: 200 });
  const gone = next(platform, "offline");
  again.socket.destroy();
  expect((await gone).device).toBe("aB3dE6gH9j/bulb");
  await expect.poll(() => heard.at(-1)).toBe("9MaNe52pNO/heater offline");
  expect(isOnline(BULB)).toBe(false);
  await expect(platform.setProperty("bulb", { led: true })).rejects.toThrow(
    "device not online: aB3dE6gH9j/bulb",
  );
});

test("a sub-device that connects by itself stays online when its gateway leaves", async () => {
  expect(await post("sub/login", identityOf(VALVE))).toEqual(SUCCESS);
  await logInWithToken(platform, VALVE);
  wire.socket.destroy();
  await expect.poll(() => heard.at(-1)).toBe("9MaNe52pNO/heater offline");
  expect(isOnline(VALVE)).toBe(true);
});

test("properties of a sub-device are set through its gateway, with bare values", async () => {
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  const asked = next(platform, "request");
  const replied = next(platform, "reply");
  const set = platform.setProperty("bulb", { led: true });
  const { topic, json } = await receive();
  expect(topic).toBe("sub/property/set");
  expect(json).toEqual({
    id: json.id,
    version: "1.0",
    params: { ...identityOf(BULB), params: { led: true } },
  });
  send("sub/property/set_reply", { id: json.id, code: 200, msg: "success" });
  expect(await set).toEqual({ code: 200, message: "success" });
  const call = { device: "aB3dE6gH9j/bulb", call: "property/set", id: json.id };
  expect(await asked).toEqual({ ...call, params: { led: true } });
  expect(await replied).toEqual({ ...call, code: 200, message: "success" });
});

test("at most 50 properties of a sub-device are set at once, and its gateway has 5 s", async () => {
  const properties = Array.from({ length: 51 }, (_, index) => ({
    identifier: `p${index}`,
    accessMode: "rw" as const,
    dataType: { type: "bool" as const },
  }));
  await platform.close();
  platform = await startLocalOneNet({
    products: [{ generation: "studio", product: "9MaNe52pNO", thingModel: { properties } }],
    devices: [{ ...HEATER, subDevices: ["9MaNe52pNO/valve"] }, VALVE],
  });
  wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket(`${TREE}#`));
  await wire.read(5);
  expect(await post("sub/login", identityOf(VALVE))).toEqual(SUCCESS);
  const values = Object.fromEntries(properties.map(({ identifier }) => [identifier, true]));
  await expect(platform.setProperty("valve", values)).rejects.toThrow("at most 50 properties");
  const fifty = Object.fromEntries(Object.entries(values).slice(1));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const set = platform.setProperty("valve", fifty, 60_000);
  const late = expect(set).rejects.toThrow("device 9MaNe52pNO/heater did not answer within 5000 ms");
  expect((await receive()).topic).toBe("sub/property/set");
  vi.advanceTimersByTime(5000);
  await late;
});

test("properties of a sub-device are asked for through its gateway, and checked against its thing model", async () => {
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  const got = platform.getProperty("bulb", ["led"]);
  const { topic, json } = await receive();
  expect(topic).toBe("sub/property/get");
  expect(json.params).toEqual({ ...identityOf(BULB), params: ["led"] });
  send("sub/property/get_reply", { id: json.id, code: 200, msg: "success", data: { led: 1 } });
  expect(await got).toEqual({ code: 200, message: "success", data: { led: 1 } });
  await settle(wire);
  expect(platform.violations).toMatchObject([
    { device: GATEWAY, detail: 'sub/property/get_reply: "led" must be true or false' },
  ]);
});

test("a service of a sub-device is called through its gateway", async () => {
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  const called = platform.invoke("bulb", "blink", { times: 2 });
  const { topic, json } = await receive();
  expect(topic).toBe("sub/service/invoke");
  expect(json.params).toEqual({ ...identityOf(BULB), identifier: "blink", input: { times: 2 } });
  const data = { ...identityOf(BULB), identifier: "blink", output: { done: true } };
  send("sub/service/invoke_reply", { id: json.id, code: 200, msg: "success", data });
  expect(await called).toEqual({ code: 200, message: "success", data: { done: true } });
  expect(platform.violations).toEqual([]);
});

test("a pack/post stores properties and events of the gateway and of its sub-devices, logged in or not", async () => {
  const announced = next(platform, "event");
  const packed = await post("pack/post", [
    { properties: { led: { value: true } } },
    {
      identity: identityOf(BULB),
      properties: { temperature: { value: 21.5, time: 1599534283111 }, colour: { value: "红" } },
      events: { overheat: { value: { t: 99 }, time: 1599534283111 } },
    },
  ]);
  expect(packed).toEqual(SUCCESS);
  expect(platform.datapoints("heater", "led")).toMatchObject([{ value: true }]);
  expect(platform.datapoints("bulb", "temperature")).toEqual([
    { value: 21.5, at: "2020-09-08 11:04:43.111" },
  ]);
  expect(platform.datapoints("bulb", "colour")).toMatchObject([{ value: "红" }]);
  expect(await announced).toMatchObject({ device: "aB3dE6gH9j/bulb", identifier: "overheat" });
  expect(platform.violations).toEqual([]);
});

test("a history/post stores earlier values of sub-devices", async () => {
  const values = [
    { value: 1, time: 1599534283111 },
    { value: 2, time: 1599534284111 },
  ];
  const packed = await post("history/post", [{ identity: identityOf(VALVE), properties: { count: values } }]);
  expect(packed).toEqual(SUCCESS);
  expect(platform.datapoints("valve", "count").map(({ value }) => value)).toEqual([1, 2]);
});

const led = { properties: { led: { value: true } } };
const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, { value: 1 }]));
test.each<[name: string, params: unknown, code: number, message: RegExp]>([
  ["an object", led, 2308, /params must be an array of 1 to 10 devices/],
  ["11 devices", Array(11).fill(led), 2308, /params must be an array of 1 to 10 devices/],
  ["101 properties of a device", [{ properties: many }], 2308, /at most 100 properties and events/],
  ["a list of values", [{ properties: { led: [{ value: true }] } }], 2308, /"led" must be {"value"/],
  ["nothing", [{ identity: identityOf(BULB) }], 2308, /at least one property or event/],
  ["an unknown property", [led, { properties: { lamp: { value: 1 } } }], 2306, /identifier:lamp/],
  ["an unbound device", [led, { identity: identityOf(OTHER), ...led }], 400, /other is no sub-device/],
  ["an empty identity", [led, { identity: {}, ...led }], 400, /a sub-device must be/],
])("a pack/post with %s is refused as a whole", async (_name, params, code, message) => {
  expect(await post("pack/post", params)).toEqual({
    id: "7",
    code,
    msg: expect.stringMatching(message) as string,
  });
  expect(platform.datapoints("heater", "led")).toEqual([]);
});

test("a desired value of a sub-device that is logged in goes through its gateway at once", async () => {
  expect(await post("sub/login", identityOf(BULB))).toEqual(SUCCESS);
  platform.setDesired("bulb", { led: true });
  const { topic, json } = await receive();
  expect(topic).toBe("sub/property/set");
  send("sub/property/set_reply", { id: json.id, code: 200, msg: "success" });
  await settle(wire);
  expect(platform.violations).toEqual([]);
});
