/** `npm run onenet` and its client, over HTTP against the local OneNET. */

import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { AddressInfo } from "node:net";
import type { LocalOneNet } from "../../scripts/local-onenet/index.ts";
import { runHere, startHere } from "../support/run-here.ts";
import {
  CHIC,
  HEATER,
  PRODUCT_KEY,
  logInWithToken,
  next,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
} from "./local-onenet/wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

function onenet(product: string, ...words: string[]) {
  const server = `http://127.0.0.1:${platform.httpPort}`;
  return runHere("onenet", [...words, "--product", product, "--server", server], {
    stdin: `${PRODUCT_KEY}\n`,
    env: { ONENET_KEY: undefined },
  });
}

test("devices are created, listed and deleted", async () => {
  const created = await onenet("469948", "create", "new-lamp", "--desc", "灯 é 💡");
  expect(created).toMatchObject({ code: 0, stderr: "" });
  expect(created.stdout).toMatch(/^created new-lamp\nits access key: [\w+/]{43}=\n$/);
  const listed = await onenet("469948", "list");
  expect(listed.stdout).toBe(
    ["Chic_D    never online", "Chic_E    never online", "new-lamp  never online    灯 é 💡", ""].join("\n"),
  );
  expect(await onenet("469948", "delete", "new-lamp")).toMatchObject({
    code: 0,
    stdout: "deleted new-lamp\n",
  });
  expect(platform.registry.devices.has("469948/new-lamp")).toBe(false);
});

test("the list goes on beyond a page", async () => {
  for (let count = 0; count < 200; count++) platform.registry.add({ ...CHIC, device: `lamp-${count}` });
  const { stdout } = await onenet("469948", "list", "--json");
  const { devices } = JSON.parse(stdout) as { devices: { name: string }[] };
  expect(new Set(devices.map(({ name }) => name)).size).toBe(202);
});

test("properties are set, read, and their history listed", async () => {
  const wire = await logInWithToken(platform, HEATER);
  const thing = "$sys/9MaNe52pNO/heater/thing/";
  wire.send(subscribePacket(`${thing}#`));
  await wire.read(5);
  const set = onenet(HEATER.product, "set", "heater", "led=true", "colour=#ff0000");
  const { topic, payload } = await readMessage(wire);
  const { id, params } = JSON.parse(payload) as { id: string; params: unknown };
  expect(params).toEqual({ led: true, colour: "#ff0000" });
  wire.send(publishPacket(`${topic}_reply`, JSON.stringify({ id, code: 200, msg: "success" })));
  expect(await set).toMatchObject({ code: 0, stdout: "heater has set led=true, colour=#ff0000\n" });

  const time = Date.now() - 60_000;
  for (const value of [false, true]) {
    const post = { id: "1", params: { led: { value, time: time + Number(value) } } };
    wire.send(publishPacket(`${thing}property/post`, JSON.stringify(post)));
  }
  await settle(wire);
  const newest = { name: "led", value: "true", time: time + 1 };
  const got = await onenet(HEATER.product, "get", "heater", "--json");
  expect(JSON.parse(got.stdout)).toEqual({ ok: true, device: "heater", values: [newest] });
  const history = await onenet(HEATER.product, "history", "heater", "led", "--json");
  expect(JSON.parse(history.stdout)).toEqual({
    ok: true,
    device: "heater",
    values: [newest, { name: "led", value: "false", time }],
  });
  const one = await onenet(HEATER.product, "history", "heater", "led", "--limit", "1");
  expect(one.stdout).toBe(`${new Date(time + 1).toISOString()}  led  true\n`);
});

test("a device that refuses a value is reported", async () => {
  const wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket("$sys/9MaNe52pNO/heater/thing/#"));
  await wire.read(5);
  const set = onenet(HEATER.product, "set", "heater", "led=true");
  const { topic, payload } = await readMessage(wire);
  const { id } = JSON.parse(payload) as { id: string };
  wire.send(publishPacket(`${topic}_reply`, JSON.stringify({ id, code: 500, msg: "stuck" })));
  const error = 'error: the device refused: {"code":500,"msg":"stuck"}\n';
  expect(await set).toEqual({ code: 1, stdout: "", stderr: error });
});

test("when a device came and left, what was asked of it, and its events", async () => {
  expect((await onenet(HEATER.product, "log", "heater", "--hours", "2")).stdout).toBe(
    "nothing in the last 2 h\n",
  );
  expect((await onenet(HEATER.product, "online-history", "heater")).stdout).toBe(
    "nothing in the last 24 h\n",
  );
  const wire = await logInWithToken(platform, HEATER);
  wire.send(subscribePacket("$sys/9MaNe52pNO/heater/thing/#"));
  await wire.read(5);
  const set = platform.setProperty("heater", { led: true });
  const { topic, payload } = await readMessage(wire);
  const { id } = JSON.parse(payload) as { id: string };
  wire.send(publishPacket(`${topic}_reply`, JSON.stringify({ id, code: 200, msg: "success" })));
  await set;
  const overheat = { value: { t: 81 }, time: Date.now() - 60_000 };
  const post = JSON.stringify({ id: "1", params: { overheat } });
  wire.send(publishPacket("$sys/9MaNe52pNO/heater/thing/event/post", post));
  await settle(wire);
  const offline = next(platform, "offline");
  wire.socket.destroy();
  await offline;

  const logged = await onenet(HEATER.product, "log", "heater");
  expect(logged).toMatchObject({ code: 0, stderr: "" });
  expect(logged.stdout).toMatch(
    /^\S+Z {2}operation {2}type=set {2}params=\{"led":true\} {2}code=200\n\S+Z {2}event {2}identifier=overheat {2}value=\{"t":81\}\n$/,
  );
  const newest = await onenet(HEATER.product, "log", "heater", "--limit", "1", "--json");
  const time = expect.any(Number) as number;
  const operation = { kind: "operation", time, type: "set", params: '{"led":true}', code: 200 };
  expect(JSON.parse(newest.stdout)).toEqual({ ok: true, device: "heater", log: [operation] });
  const came = await onenet(HEATER.product, "online-history", "--all");
  expect(came.stdout).toMatch(/^heater {2}\S+Z {2}offline\nheater {2}\S+Z {2}online\n$/);
});

test("a device with data streams: a command, the newest values, their history", async () => {
  const wire = await logInWithToken(platform, CHIC);
  wire.send(subscribePacket("$sys/469948/Chic_D/cmd/request/+"));
  await wire.read(5);
  const sent = onenet("469948", "command", "Chic_D", "开灯");
  const { topic, payload } = await readMessage(wire);
  expect(payload).toBe("开灯");
  wire.send(publishPacket(topic.replace("request", "response"), "好\u001b[31m"));
  expect(await sent).toMatchObject({ code: 0, stdout: "好[31m\n" });
  wire.send(
    publishPacket("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"a":[{"v":1}],"b":[{"v":{"c":2}}]}}'),
  );
  await settle(wire);
  expect((await onenet("469948", "get", "Chic_D")).stdout).toMatch(
    /^\S+Z {2}a {2}1\n\S+Z {2}b {2}\{"c":2\}\n$/,
  );
  expect((await onenet("469948", "history", "Chic_D", "b")).stdout).toMatch(/^\S+Z {2}b {2}\{"c":2\}\n$/);
});

/** A device that gives every command the same answer. */
async function answering(record: typeof CHIC, answer: string): Promise<void> {
  const wire = await logInWithToken(platform, record);
  wire.send(subscribePacket(`$sys/${record.product}/${record.device}/cmd/request/+`));
  await wire.read(5);
  void (async () => {
    for (;;) {
      const { topic } = await readMessage(wire);
      wire.send(publishPacket(topic.replace("request", "response"), answer));
      await settle(wire);
    }
  })().catch(() => undefined); // the test is over
}

test("a command goes to all devices, or to some by names and patterns", async () => {
  for (const name of ["Chic_D", "Chic_E"]) platform.registry.remove(`469948/${name}`);
  const members = ["Ada", "王小明", "Bo (b)"].map((title, index) => ({
    ...CHIC,
    device: `3b-0${index + 1}`,
    title,
  }));
  for (const member of members) platform.registry.add(member);
  const [ada = CHIC, wang = CHIC] = members;
  await answering(ada, "on");
  await answering(wang, "开");
  const some = await onenet("469948", "command", "on", "--group", "ADA，小*,3b-02,王*");
  expect(some).toMatchObject({ code: 1, stdout: "" });
  expect(some.stderr).toBe("error: no device is named 小*; see npm run onenet -- list\n");
  const two = await onenet("469948", "command", "on", "--group", "ADA，王*");
  expect(two).toEqual({ code: 0, stdout: "Ada (3b-01)  on\n王小明 (3b-02)  开\n", stderr: "" });
  const all = await onenet("469948", "command", "on", "--all");
  expect(all).toEqual({
    code: 1,
    stdout: "Ada (3b-01)  on\n王小明 (3b-02)  开\n",
    stderr:
      "error: Bo (b) (3b-03): OneNET refused with code 10421: device not online; connect the device, then try again\n" +
      "error: 1 of 3 devices failed\n",
  });
  const json = await onenet("469948", "command", "on", "--group", "bo (b),3b-01", "--json");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    ok: false,
    results: [
      { device: "3b-01", name: "Ada", ok: true, response: "on" },
      { device: "3b-03", name: "Bo (b)", ok: false, error: expect.stringContaining("10421") as unknown },
    ],
    error: { message: "1 of 2 devices failed" },
  });
});

test.each<[words: string[], code: number, error: RegExp]>([
  [
    ["delete", "--all"],
    2,
    /^error: --all and --group go with get, set, log, online-history, command, not with delete\n/,
  ],
  [["command", "Chic_D", "on", "--all"], 2, /^error: write: command <text>\n/],
  [["command", "on", "--all", "--group", "a"], 2, /cannot be used with option '--all'/],
  [["command", "on", "--group", " ,"], 1, /^error: --group has no names/],
  [["get", "x"], 1, /^error: OneNET refused with code 10410: device not found; check the device's name/],
  [["create", "Chic_D"], 1, /code 10406: device already exists; choose another name/],
  [["command", "Chic_D", "on"], 1, /code 10421: device not online; connect the device/],
  [["set", "Chic_D", "led"], 2, /^error: write a property and its value as led=true, not led\n/],
  [["set", "Chic_D"], 2, /^error: write: set <device> <property>=<value>…\n/],
  [["list", "lamp"], 2, /^error: write: list, and nothing after it\n/],
  [["__proto__"], 2, /^error: no such call: __proto__; it is one of list, create,/],
  [[], 2, /^error: the call is missing; it is one of list, create,/],
  [["list", "--hours", "0"], 2, /whole number from 1 to 8760/],
])("what goes wrong is named, with a remedy: %j", async (words, code, error) => {
  const outcome = await onenet("469948", ...words);
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.stderr).toMatch(error);
});

test.each<[name: string, server: string, stdin: string, code: number, error: RegExp]>([
  ["a wrong key", "", "d3Jvbmc=", 1, /code 10403: .*sign does not match .*check that the key is/],
  ["a key that is not base64", "", "wrong!", 1, /the key is not base64/],
  ["no key", "", "", 2, /access key is missing: set ONENET_KEY, or pipe it in/],
  [
    "no server",
    "http://127.0.0.1:1",
    PRODUCT_KEY,
    1,
    /^error: no connection to http:\/\/127\.0\.0\.1:1: .*: start npm run platform, or give its port with --server/,
  ],
  ["no address", "127.0.0.1", PRODUCT_KEY, 2, /Must be an address such as/],
])("%s is reported, and no key printed", async (_name, server, stdin, code, error) => {
  const address = server || `http://127.0.0.1:${platform.httpPort}`;
  const args = ["list", "--product", "469948", "--server", address];
  const outcome = await runHere("onenet", args, { stdin, env: { ONENET_KEY: undefined } });
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.stderr).toMatch(error);
  if (stdin !== "") expect(outcome.stderr).not.toContain(stdin);
});

async function serve(status: number, answer: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each<[status: number, answer: string, error: RegExp]>([
  [200, "<html>", /^error: the answer is not JSON: is this OneNET's HTTP API\?/],
  [200, "[]", /the answer has another form/],
  [200, "{}", /the answer has no code/],
  [200, '{"code":0,"data":{"list":7}}', /the answer has another form/],
  [200, '{"code":99999,"msg":"\\u001b[31m坏"}', /^error: OneNET refused with code 99999: \[31m坏\n$/],
  [502, "", /HTTP status 502/],
  [302, "", /no connection/],
])("an answer that makes no sense: %i %s", async (status, answer, error) => {
  const args = ["list", "--product", "469948", "--server", await serve(status, answer)];
  const outcome = await runHere("onenet", args, { stdin: PRODUCT_KEY, env: { ONENET_KEY: undefined } });
  expect(outcome).toMatchObject({ code: 1, stdout: "" });
  expect(outcome.stderr).toMatch(error);
});

test("Ctrl-C ends a call that waits", async () => {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const server = createServer(() => reach()).listen(0, "127.0.0.1"); // it never answers
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const args = ["list", "--product", "1", "--server", `http://127.0.0.1:${port}`];
  const surroundings = { stdin: PRODUCT_KEY, env: { ONENET_KEY: undefined } };
  const { interrupt, finished } = startHere("onenet", args, surroundings);
  await reached;
  interrupt();
  expect(await finished).toMatchObject({ code: 130, stdout: "", stderr: "error: interrupted\n" });
});
