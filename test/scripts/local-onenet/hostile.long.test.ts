import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocalOneNet, type LocalOneNet, type TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { identifierOf } from "../../../scripts/local-onenet/iot-api/device.ts";
import { accountResource, mintToken } from "../../../scripts/boards/token.ts";
import { anyText } from "../../support/any-text.ts";
import {
  ACCOUNT,
  CHIC,
  HEATER,
  NAMESAKE,
  NEIGHBOUR,
  PRODUCTS,
  logInWithToken,
  next,
  publishPacket,
  settle,
  subscribePacket,
  tokenOf,
} from "./wire.ts";

/** A sub-device of the heater; the neighbour is one of the suite device. */
const VALVE: TokenDevice = { ...HEATER, device: "valve", key: "dmFsdmU=" };

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startLocalOneNet({
    products: PRODUCTS,
    devices: [
      { ...CHIC, subDevices: ["469948/Chic_E"] },
      NEIGHBOUR,
      NAMESAKE,
      { ...HEATER, subDevices: ["9MaNe52pNO/valve"] },
      VALVE,
    ],
    limits: { streams: 20, violations: 10 },
  });
});
afterEach(() => platform.close());

/** So that a failure repeats. */
const SEEDED = { seed: 20261130, numRuns: 200 } as const;

const OF_CHIC = "$sys/469948/Chic_D/";
const OF_SUB = "$subdev/469948/Chic_E/";
const OF_HEATER = "$sys/9MaNe52pNO/heater/";

const TOPICS = [
  [CHIC, `${OF_CHIC}dp/post/json`],
  [CHIC, `${OF_CHIC}cmd/response/1`],
  [CHIC, `${OF_CHIC}image/update`],
  [CHIC, `${OF_CHIC}image/get`],
  [CHIC, `${OF_SUB}login`],
  [CHIC, `${OF_SUB}logout`],
  [CHIC, `${OF_SUB}dp/post/json`],
  [CHIC, `${OF_SUB}cmd/response/1`],
  ...[
    "thing/property/post",
    "thing/event/post",
    "thing/history/post",
    "thing/pack/post",
    "thing/property/desired/get",
    "thing/property/desired/delete",
    "thing/property/set_reply",
    "thing/property/get_reply",
    "thing/service/blink/invoke_reply",
    "thing/sub/topo/add",
    "thing/sub/topo/delete",
    "thing/sub/topo/get",
    "thing/sub/topo/get/result",
    "thing/sub/topo/change_reply",
    "thing/sub/login",
    "thing/sub/logout",
    "thing/sub/property/set_reply",
    "thing/sub/property/get_reply",
    "thing/sub/service/invoke_reply",
    "ota/inform_reply",
    "custome/up",
  ].map((below) => [HEATER, OF_HEATER + below] as const),
] as const;

/** Near misses of real messages: the right names with arbitrary values. */
const names = fc.constantFrom(
  "id",
  "dp",
  "v",
  "t",
  "params",
  "value",
  "time",
  "led",
  "code",
  "msg",
  "data",
  "version",
  "state",
  "desired",
  "reported",
  "identity",
  "properties",
  "events",
  "productID",
  "deviceName",
  "__proto__",
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(1, 200, "1", "1.0", true, null, -0.5, 1e300),
    fc.array(tie("anything"), { maxLength: 3 }),
    fc.dictionary(names, tie("anything"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const VALVE_ID = { productID: VALVE.product, deviceName: VALVE.device };
/** Messages that are right as far as here, and hold anything below. */
const envelopes = anything.chain((value) =>
  fc.constantFrom<object>(
    { id: "1", version: "1.0", params: value },
    { id: "1", version: "1.0", params: [{ identity: VALVE_ID, properties: value }] },
    { id: "1", version: "1.0", params: [{ properties: { led: value }, events: value }] },
    { id: "1", version: "1.0", params: { ...VALVE_ID, sasToken: value } },
    { id: "1", version: "1.0", params: VALVE_ID },
    { id: "1", code: 200, msg: value, data: value },
    { id: 1, dp: { a: [{ v: value }] } },
    { state: { desired: { a: value }, reported: value } },
  ),
);
const payloads = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  envelopes.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  anything.map((value) => Buffer.from(JSON.stringify(value))),
  fc
    .array(fc.constantFrom('{"id":', '"1"', "1", ",", "[", "]", "{", "}", '"params":', '"', "\\"))
    .map((parts) => Buffer.from(parts.join(""))),
);

test("no payload stops the platform, or ends a connection", async () => {
  const wires = new Map([
    [CHIC, await logInWithToken(platform, CHIC)],
    [HEATER, await logInWithToken(platform, HEATER)],
  ]);
  /** Sub-devices that were logged in: some of the messages are right. */
  const entered = new Set<string>();
  platform.on("online", ({ device }) => entered.add(device));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TOPICS), payloads, async ([record, topic], payload) => {
      const wire = wires.get(record);
      wire?.send(publishPacket(topic, payload));
      if (wire) await settle(wire);
    }),
    { ...SEEDED, numRuns: 800 },
  );
  expect([...wires.values()].map(({ socket }) => socket.writable)).toEqual([true, true]);
  expect([...entered]).toEqual(expect.arrayContaining(["469948/Chic_E", "9MaNe52pNO/valve"]));
});

test.each([
  ["brackets that close nothing", Buffer.from(`[${"}".repeat(7000)},${"[".repeat(7000)}`)],
  ["brackets that close one another", Buffer.from("[},".repeat(5000))],
  ["an open text", Buffer.from(`"${'\\"'.repeat(8000)}`)],
])("%s: the device gets an answer, and others continue", async (_what, payload) => {
  const wire = await logInWithToken(platform, HEATER);
  const reported = next(platform, "violation");
  wire.send(publishPacket(`$sys/${HEATER.product}/${HEATER.device}/thing/property/post`, payload));
  await settle(wire);
  expect(await reported).toMatchObject({ rule: "one-json" });
});

test("no filter reaches another device's topics", async () => {
  const level = fc.constantFrom(
    "$sys",
    "469948",
    "500000",
    "Chic_D",
    "Chic_E",
    "$subdev",
    "login",
    "cmd",
    "request",
    "response",
    "1",
    "+",
    "#",
  );
  const filters = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) => levels.join("/"));
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const wire = await logInWithToken(platform, CHIC);
      wire.send(subscribePacket(filter));
      const answer = await wire.read(5).catch(() => "cut");
      const isOwn = filter.startsWith(OF_CHIC) || filter.startsWith(OF_SUB);
      if (!isOwn) expect(answer).not.toBe("9003000100");
      wire.socket.destroy();
      await wire.closed;
    }),
    SEEDED,
  );
});

const USER = mintToken(
  { resource: accountResource(ACCOUNT.user), expires: 2e9, method: "sha256" },
  ACCOUNT.key,
);
const OTA = "/fuse-ota/9MaNe52pNO/heater";
const IMAGE = `/mqtt/v1/devices/${identifierOf("469948/Chic_D")}/image`;
const CALLS = [
  ["POST", "/device/create"],
  ["POST", "/device/update"],
  ["POST", "/device/movedevice"],
  ["GET", "/device/status-history"],
  ["GET", "/device/event-log"],
  ["POST", "/device/file-upload"],
  ["GET", "/device/file-list"],
  ["GET", "/device/file-download"],
  ["POST", "/device/file-delete"],
  ["GET", "/device/file-device-count"],
  ["POST", "/thingmodel/set-device-desired-property"],
  ["POST", "/thingmodel/delete-device-desired-property"],
  ["POST", `${OTA}/version`],
  ["GET", `${OTA}/check`],
  ["GET", `${OTA}/1000001/check`],
  ["GET", `${OTA}/1000001/download`],
  ["POST", `${OTA}/1000001/status`],
  ["POST", "/local-ota/package"],
  ["POST", "/local-ota/task"],
  ["GET", "/local-ota/tasks"],
  ["POST", "/local-ota/cancel"],
  ["GET", IMAGE],
  ["PUT", `${IMAGE}/properties`],
  ["GET", "/local/datapoints"],
] as const;

const IDS = { product_id: HEATER.product, device_name: HEATER.device };
const scraps = fc.oneof(
  fc.constantFrom("", "1", "2", "-1", "9".repeat(15), "a", "../a.txt", "灯.txt", "\u202e.jpg", "__proto__"),
  anyText({ maxLength: 8 }),
);
const fieldNames = fc.constantFrom(
  ...["desc", "device_name", "target_user_tel", "fid", "params", "s_version", "f_version", "step"],
  ...[
    "package_id",
    "fault",
    "offset",
    "limit",
    "sort",
    "start_time",
    "end_time",
    "type",
    "version",
    "format",
  ],
);
const queries = fc.dictionary(fieldNames, scraps, { noNullPrototype: true });
const fields = fc.dictionary(fieldNames, fc.oneof(scraps, anything), { noNullPrototype: true });

/** A form with a file, of which a part is cut out. */
const forms = fc.tuple(scraps, fc.nat(300), fc.nat(20)).map(([name, from, length]) => {
  const part = (header: string, text: string) =>
    `--b\r\ncontent-disposition: form-data; ${header}\r\n\r\n${text}\r\n`;
  const own = Object.entries(IDS).map(([key, text]) => part(`name="${key}"`, text));
  const form = Buffer.from(`${own.join("")}${part(`name="file"; filename="${name}"`, "x")}--b--`);
  return Buffer.concat([form.subarray(0, from), form.subarray(from + length)]);
});

/** What an answer says if the program has failed, and not the call. */
const OWN_MISTAKE =
  /failed to answer|Cannot (read|set|convert)|is not (a function|iterable|defined)|call stack/;

test("no call of the HTTP API fails, whatever it holds", async () => {
  const { id } = platform.updates.addPackage(HEATER.product, "2", Buffer.from("0123456789"));
  platform.updates.start("heater", id);
  const address = `http://127.0.0.1:${platform.httpPort}`;
  const bodies = fc.oneof(
    fields.map((json) => Buffer.from(JSON.stringify({ ...IDS, ...json }))),
    envelopes.map((json) => Buffer.from(JSON.stringify(json))),
    forms,
    payloads,
  );
  const tokens = fc.constantFrom(USER, USER, USER, tokenOf(HEATER), "x");
  const codes = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(
      ...([fc.constantFrom(...CALLS), tokens, queries, bodies, scraps] as const),
      async ([method, path], authorization, query, body, range) => {
        const search = new URLSearchParams({ ...IDS, ...query });
        const type = path.endsWith("upload") ? "multipart/form-data; boundary=b" : "application/json";
        const bytes = /^[ -~]*$/.test(range) ? `bytes=${range}-` : "";
        const headers = { authorization, "content-type": type, range: bytes };
        const response = await fetch(`${address}${path}?${search.toString()}`, {
          method,
          headers,
          ...(method === "GET" ? {} : { body }),
        });
        const text = await response.text();
        expect([200, 206]).toContain(response.status);
        expect(text).not.toMatch(OWN_MISTAKE);
        codes.add(/"code":(\d+)/.exec(text)?.[1]);
      },
    ),
    { ...SEEDED, numRuns: 400 },
  );
  expect([...codes]).toEqual(expect.arrayContaining(["0", "10001", "10403"]));
});
