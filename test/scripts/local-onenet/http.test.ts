import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  STRANGER,
  dpFrame,
  logIn,
  openWire,
  publishPacket,
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

function request(method: string, path: string, body?: string, key = platform.apiKey): Promise<Response> {
  return fetch(`http://127.0.0.1:${platform.httpPort}${path}`, {
    method,
    headers: { "api-key": key },
    ...(body === undefined ? {} : { body }),
  });
}

async function call(method: string, path: string, body?: string, key?: string): Promise<unknown> {
  const response = await request(method, path, body, key);
  expect(response.status).toBe(200);
  return response.json();
}

const failure = (errno: number, error: RegExp) => ({ errno, error: expect.stringMatching(error) as string });

test("a command: sent, its state, its response", async () => {
  const wire = await logIn(platform);
  const sent = (await call("POST", `/cmds?device_id=${LAMP.device}`, "on")) as { data: { cmd_uuid: string } };
  const uuid = sent.data.cmd_uuid;
  expect(sent).toEqual({ errno: 0, error: "succ", data: { cmd_uuid: uuid } });
  expect(await wire.read(48)).toBe(`302e002a${Buffer.from(`$creq/${uuid}on`).toString("hex")}`);
  expect(await call("GET", `/cmds/${uuid}`)).toEqual({
    errno: 0,
    error: "succ",
    data: { status: 2, desc: "Command Sent" },
  });
  expect(await call("GET", `/cmds/${uuid}/resp`)).toEqual(failure(5, /no response yet/));

  wire.send(
    Buffer.concat([publishPacket(`$crsp/${uuid}`, Buffer.from([0xff, 0])), Buffer.from("c000", "hex")]),
  );
  await wire.read(2);
  expect(await call("GET", `/cmds/${uuid}`)).toMatchObject({ data: { status: 4 } });
  const response = await request("GET", `/cmds/${uuid}/resp`);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0xff, 0]));
  expect(await call("GET", `/cmds/${uuid}`, undefined, "key-of-300000")).toEqual(failure(5, /not found/));
});

test("an answer's size is bounded, whatever its limit of data points", async () => {
  const wire = await logIn(platform);
  const value = "x".repeat(60_000);
  // 2 bytes per character, so the 35th fills 4 MiB.
  for (let count = 0; count < 40; count++) {
    const payload = dpFrame(3, JSON.stringify({ [`s${count % 4}`]: value }));
    const [length, field] = [payload.length + 5, Buffer.from("\0\x03$dp")];
    const header = Buffer.from([0x30, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14]);
    wire.send(Buffer.concat([header, field, payload]));
  }
  await settle(wire);
  const path = `/devices/${LAMP.device}/datapoints?limit=6000`;
  const answer = (await call("GET", path)) as { data: { count: number; datastreams: { datapoints: [] }[] } };
  expect(answer.data.count).toBe(35);
  expect(answer.data.datastreams.map(({ datapoints }) => datapoints.length)).toEqual([10, 10, 10, 5]);
  expect(await call("GET", `${path}&datastream_id=s3`)).toMatchObject({ data: { count: 10 } });
});

test("a JSON command arrives byte for byte", async () => {
  const wire = await logIn(platform);
  await fetch(`http://127.0.0.1:${platform.httpPort}/cmds?device_id=${LAMP.device}`, {
    method: "POST",
    headers: { "api-key": platform.apiKey, "content-type": "application/json" },
    body: '{ "led": 1',
  });
  expect((await wire.read(56)).endsWith(Buffer.from('{ "led": 1').toString("hex"))).toBe(true);
});

test("invalid commands", async () => {
  const to = (id: string) => `/cmds?device_id=${id}`;
  expect(await call("POST", to(LAMP.device), "on")).toEqual({
    errno: 10,
    error: `device not online: ${LAMP.device}`,
  });
  await logIn(platform);
  expect(await call("POST", to("1"), "on")).toEqual(failure(5, /device not found/));
  expect(await call("POST", "/cmds", "on")).toEqual(failure(4, /device_id is missing/));
  expect(await call("POST", `${to("1")}&device_id=2`, "on")).toEqual(failure(4, /more than once/));
  expect(await call("POST", to(LAMP.device))).toEqual(failure(4, /1 to 65535 bytes/));
  expect(await call("POST", to(LAMP.device), "x".repeat(65_536))).toEqual(failure(4, /too large/));
  expect(await call("POST", to(LAMP.device), "x".repeat(65_535))).toMatchObject({ errno: 0 });
});

test("reveals nothing without the right key", async () => {
  expect(await call("GET", `/devices/${LAMP.device}`, undefined, "wrong")).toEqual(failure(3, /auth failed/));
  const bare = await fetch(`http://127.0.0.1:${platform.httpPort}/devices/${LAMP.device}`);
  expect(await bare.json()).toEqual(failure(3, /auth failed/));
});

test.each([
  ["/thingmodel/set-device-property", "authorization: version=2018-10-31", 10403],
  ["/datapoint/synccmds", "authorization: x", 10403],
  [`/cmds?device_id=${LAMP.device}`, "api-key: wrong", 3],
  ["/register_de?register_code=guess", "x: y", 3],
])("the caller is checked before the body is read: %s", async (path, header, code) => {
  const wire = await openWire(platform.httpPort);
  // The body never arrives.
  const headers = ["host: x", "connection: close", "content-length: 60000", header];
  wire.send(Buffer.from([`POST ${path} HTTP/1.1`, ...headers, "", ""].join("\r\n")));
  const answer = Buffer.from(await wire.closed, "hex").toString();
  expect(answer).toMatch(new RegExp(`\\{"(errno|code)":${code},`));
});

test.each([
  ["GET", "/nothing", /^no such call: GET \/nothing; docs/],
  ["GET", "/cmds", /^no such call: GET \/cmds; the nearest is POST \/cmds;/],
  ["GET", "/device/527521926", /the nearest is GET \/devices\/:id;/],
  [
    "GET",
    "/devices/527521926/datastream?limit=1",
    /datastream; the nearest is GET \/devices\/:id\/datastreams;/,
  ],
  ["DELETE", "/devices/527521926", /no such call: DELETE .* nearest is GET/],
  ["POST", `/${"x".repeat(5000)}`, /^no such call: POST \/x{99}; docs/],
])(
  "an unknown call is reported with the nearest one, with or without a key: %s %s",
  async (method, path, why) => {
    const key = platform.apiKey;
    expect(await call(method, path, method === "POST" ? "body" : undefined, key)).toEqual(failure(2, why));
    expect(await call(method, path, undefined, "wrong")).toEqual(failure(2, why));
  },
);

test("a product's key gives access only to its devices", async () => {
  const path = `/devices/${LAMP.device}`;
  expect(await call("GET", path, undefined, "key-of-244754")).toMatchObject({ errno: 0 });
  expect(await call("GET", path, undefined, "key-of-300000")).toEqual(failure(5, /device not found/));
  expect(await call("GET", "/nothing")).toEqual(failure(2, /no such call/));
  expect(await call("GET", "/devices/%FF")).toEqual(failure(4, /not a valid url/));
});

test("a device, its data streams and its data points", async () => {
  const wire = await logIn(platform);
  for (const value of [1, 2, 3]) wire.send(publishPacket("$dp", dpFrame(3, `{"温度":${value},"b":"x"}`)));
  wire.send("c000");
  await wire.read(2);
  const device = await call("GET", `/devices/${LAMP.device}`);
  expect(device).toMatchObject({
    errno: 0,
    data: {
      protocol: "MQTT",
      id: LAMP.device,
      title: "lamp",
      online: true,
      datastreams: [{ id: "温度" }, { id: "b" }],
    },
  });
  expect(JSON.stringify(device)).not.toContain(LAMP.authInfo);
  expect(await call("GET", `/devices/${LAMP.device}/datastreams?datastream_ids=温度`)).toMatchObject({
    data: [
      {
        id: "温度",
        current_value: 3,
        update_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
      },
    ],
  });

  const points = (query: string) => call("GET", `/devices/${LAMP.device}/datapoints${query}`);
  expect(await points("")).toMatchObject({
    data: {
      count: 6,
      datastreams: [
        { id: "温度", datapoints: [{ value: 1 }, { value: 2 }, { value: 3 }] },
        { id: "b", datapoints: [{ value: "x" }, { value: "x" }, { value: "x" }] },
      ],
    },
  });
  expect(await points("?datastream_id=温度,none&limit=2&sort=DESC")).toMatchObject({
    data: { count: 2, datastreams: [{ id: "温度", datapoints: [{ value: 3 }, { value: 2 }] }] },
  });
  for (const limit of ["0", "6001", "x", "-1", "1e3"]) {
    expect(await points(`?limit=${limit}`)).toEqual(failure(4, /limit/));
  }
});

test("a message to a topic goes to the key's products", async () => {
  const lamp = await logIn(platform);
  const stranger = await logIn(platform, STRANGER);
  for (const wire of [lamp, stranger]) {
    wire.send(subscribePacket("t"));
    await wire.read(5);
  }
  expect(await call("POST", "/mqtt?topic=t", "1", "key-of-244754")).toEqual({ errno: 0, error: "succ" });
  expect(await call("POST", "/mqtt?topic=t", "2")).toEqual({ errno: 0, error: "succ" });
  expect(await lamp.read(12)).toBe("300400017431300400017432");
  expect(await stranger.read(6)).toBe("300400017432");
  expect(await call("POST", "/mqtt?topic=$dp", "1")).toEqual(failure(4, /letters, digits/));
});

test("data points can be posted for a device, in the $dp formats", async () => {
  const path = `/devices/${LAMP.device}/datapoints`;
  expect(await call("POST", `${path}?type=3`, '{"温度":22.5}')).toEqual({ errno: 0, error: "succ" });
  const streams = '{"datastreams":[{"id":"switch","datapoints":[{"value":3}]}]}';
  expect(await call("POST", path, streams)).toEqual({ errno: 0, error: "succ" });
  expect(platform.datapoints(LAMP.device, "温度")).toMatchObject([{ value: 22.5, type: 3 }]);
  expect(platform.datapoints(LAMP.device, "switch")).toMatchObject([{ value: 3, type: 1 }]);
  expect(await call("POST", `${path}?type=3`, "no")).toEqual(failure(4, /not valid JSON/));
  expect(await call("POST", `${path}?type=2`, "{}")).toEqual(failure(4, /type must be 3, 4 or 5/));
  expect(await call("POST", `${path}?type=3`, "{}", "key-of-300000")).toEqual(failure(5, /device not found/));
});

const POST = `/studio/http/device/thing/property/post?topic=${encodeURIComponent("$sys/9MaNe52pNO/heater/thing/property/post")}&protocol=http`;
const LED = '{"id":"1","version":"1.0","params":{"led":{"value":true}}}';

async function post(path: string, token: string, body = LED): Promise<unknown> {
  const headers = { token };
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}${path}`, {
    method: "POST",
    headers,
    body,
  });
  return response.json();
}

test("a studio device posts properties over HTTP, with its token", async () => {
  expect(await post(POST, tokenOf(HEATER))).toEqual({ errno: 0, error: "succ" });
  expect(platform.datapoints("heater", "led")).toMatchObject([{ value: true }]);
  expect(await post(POST, tokenOf(HEATER), LED.replace("led", "lamp"))).toEqual(
    failure(4, /identifier not exist:identifier:lamp/),
  );
});

test.each([
  ["no token", POST, "", 3, /the header token is empty/],
  ["another device's token", POST, tokenOf(CHIC), 3, /the token's res is/],
  ["an unknown device", POST.replace("heater", "x"), tokenOf(HEATER), 3, /the product has no such device/],
  [
    "a device of suite",
    POST.replace("9MaNe52pNO%2Fheater", "469948%2FChic_D"),
    tokenOf(CHIC),
    4,
    /no thing model/,
  ],
  ["another topic", POST.replace("property%2Fpost", "event%2Fpost"), tokenOf(HEATER), 4, /topic must be/],
  [
    "no topic",
    "/studio/http/device/thing/property/post",
    tokenOf(HEATER),
    4,
    /the parameter topic is missing/,
  ],
])("a post over HTTP is refused: %s", async (_name, path, token, errno, error) => {
  expect(await post(path, token)).toEqual(failure(errno, error));
});
