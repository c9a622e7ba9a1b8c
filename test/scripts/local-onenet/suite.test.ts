import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  NEIGHBOUR,
  hex,
  logInWithToken,
  next,
  packet,
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
  platform = await startPlatform();
  wire = await logInWithToken(platform);
});
afterEach(() => platform.close());

const TREE = "$sys/469948/Chic_D/";
const NAME = "469948/Chic_D";
const post = (payload: string | Buffer) => publishPacket(`${TREE}dp/post/json`, payload);

/** Subscribes and returns the return codes. */
async function subscribe(...filters: string[]): Promise<string> {
  wire.send(subscribePacket(...filters));
  return (await wire.read(4 + filters.length)).slice(8);
}

test.each([
  "dp/post/json/+",
  "dp/post/json/accepted",
  "dp/#",
  "cmd/request/+",
  "cmd/response/+/+",
  "cmd/#",
  "+/post/json/rejected",
  "#",
])("a device may subscribe to its own %s", async (filter) => {
  expect(await subscribe(TREE + filter)).toBe("00");
  expect(platform.violations).toEqual([]);
});

test.each([
  "$sys/469948/Chic_E/cmd/request/+",
  "$sys/500000/Chic_D/cmd/request/+",
  "$sys/469948/+/cmd/request/+",
  "$sys/#",
  "#",
  "plain/topic",
  "$sys/469948/Chic_D",
  `${TREE}dp/post/json`,
  `${TREE}cmd/response/1`,
  `${TREE}thing/property/set`,
])("a subscription to %s is refused in the SUBACK, the others stay", async (filter) => {
  expect(await subscribe(`${TREE}cmd/request/+`, filter)).toBe("0080");
  expect(platform.violations).toMatchObject([{ device: NAME, rule: "own-notice" }]);
  await settle(wire);
});

test.each([
  ["a blank", `${TREE}cmd/ request`],
  ["Chinese", `${TREE}命令`],
  ["nine levels", `${TREE}1/2/3/4/5/6`],
  ["a # that is not last", `${TREE}#/x`],
  ["a + beside letters", `${TREE}cmd+`],
  ["513 bytes", TREE + "x".repeat(500)],
])("a filter with %s ends the connection", async (_name, filter) => {
  wire.send(subscribePacket(filter));
  expect(await wire.closed).toBe("");
  expect(platform.violations).toHaveLength(1);
});

test("nine topics in one SUBSCRIBE end the connection, eight do not", async () => {
  const topics = Array.from({ length: 9 }, (_, index) => `${TREE}cmd/request/${index}`);
  expect(await subscribe(...topics.slice(1))).toBe("00".repeat(8));
  wire.send(subscribePacket(...topics));
  await wire.closed;
  expect(platform.violations).toMatchObject([{ rule: "subscribe-packet", detail: "9 topics" }]);
});

test("at most fifteen topics", async () => {
  const topics = Array.from({ length: 15 }, (_, index) => `${TREE}cmd/request/${index}`);
  await subscribe(...topics.slice(0, 8));
  expect(await subscribe(...topics.slice(8), `${TREE}dp/post/json/+`)).toBe("00".repeat(7) + "80");
  expect(platform.violations).toMatchObject([{ rule: "subscribe-count" }]);
});

test("a device may subscribe to its image", async () => {
  expect(await subscribe(`${TREE}image/update/delta`, `${TREE}image/get/+`, `${TREE}image/#`)).toBe("000000");
});

test("data points are stored with their times, and accepted", async () => {
  expect(await subscribe(`${TREE}dp/post/json/+`)).toBe("00");
  const reported = next(platform, "datapoint");
  wire.send(
    post(
      '{"id":123,"dp":{"temperatrue":[{"v":30,"t":1552289676},{"v":31}],"状态":[{"v":{"色":"蓝"}},{"v":"好"}],"deep":[{"v":{"b":[[[[1]]]]}}]}}',
    ),
  );
  expect(await readMessage(wire)).toEqual({ topic: `${TREE}dp/post/json/accepted`, payload: '{"id":123}' });
  expect(await reported).toEqual({
    device: NAME,
    stream: "temperatrue",
    value: 30,
    at: "2019-03-11 15:34:36.000",
  });
  expect(platform.datapoints(NAME, "temperatrue")).toEqual([
    { value: 30, at: "2019-03-11 15:34:36.000" },
    { value: 31, at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/) as string },
  ]);
  expect(platform.datapoints(NAME, "状态").map(({ value }) => value)).toEqual([{ 色: "蓝" }, "好"]);
});

test("a QoS 1 message is acknowledged, and stored once", async () => {
  const body = Buffer.from('{"id":1,"dp":{"a":[{"v":1}]}}');
  const topic = Buffer.from(`${TREE}dp/post/json`);
  wire.send(packet(0x32, Buffer.from([0, topic.length]), topic, hex("0007"), body));
  expect(await wire.read(4)).toBe("40020007");
  await settle(wire);
  expect(platform.datapoints(NAME, "a")).toHaveLength(1);
});

test("a device without a subscription gets no notification", async () => {
  wire.send(post('{"id":1,"dp":{"a":[{"v":1}]}}'));
  wire.send(post("no"));
  await settle(wire);
  expect(platform.datapoints(NAME, "a")).toHaveLength(1);
});

test("the platform's own tutorial sends single quotes: accepted with a notice", async () => {
  await subscribe(`${TREE}dp/post/json/+`);
  const notice = next(platform, "notice");
  wire.send(post("{'id':123,'dp':{'temperatrue':[{'v':30,'t':1552289676}],'power':[{'v':4.5}]}}"));
  expect((await readMessage(wire)).topic).toBe(`${TREE}dp/post/json/accepted`);
  expect(await notice).toEqual({
    device: NAME,
    detail: "single quotes in dp/post/json: the platform accepts them, but they are not JSON",
  });
  expect(platform.datapoints(NAME, "power")).toMatchObject([{ value: 4.5 }]);
  expect(platform.violations).toEqual([]);
});

test("the QuecPython tutorial's payload with its extra commas is accepted with a notice", async () => {
  await subscribe(`${TREE}dp/post/json/+`);
  const notice = next(platform, "notice");
  wire.send(
    post(
      '\n  {\n "id": 123,\n "dp": {\n "temperatrue": [{\n "v": 30,\n }],\n "power": [{\n "v": 4.5,\n }]\n }\n }',
    ),
  );
  expect((await readMessage(wire)).payload).toBe('{"id":123}');
  expect((await notice).detail).toMatch(/commas/);
  expect(platform.datapoints(NAME, "power")).toMatchObject([{ value: 4.5 }]);
  expect(platform.violations).toEqual([]);
});

test.each<[name: string, payload: string | Buffer, id: number, detail: RegExp]>([
  ["nothing", "", -1, /not JSON/],
  ["text", "on", -1, /not JSON/],
  ["a comment", '{"id":1,/**/"dp":{"a":[{"v":1}]}}', -1, /not JSON: byte 8: a comment/],
  ["NUL at the end", '{"id":1,"dp":{"a":[{"v":1}]}}\0', -1, /not JSON: byte 29 is NUL/],
  ["bad UTF-8", Buffer.from('{"id":1,"dp":{"\xe6":[{"v":1}]}}', "latin1"), -1, /not JSON/],
  ["deep JSON", `{"id":1,"dp":{"a":${"[".repeat(40)}`, -1, /not JSON/],
  [
    "deep JSON behind brackets in a text",
    `{"id":1,"x":"${"}".repeat(99)}","dp":${"[".repeat(5000)}`,
    -1,
    /not JSON/,
  ],
  ["an array", "[]", -1, /must be an object/],
  ["no id", '{"dp":{"a":[{"v":1}]}}', -1, /id must be/],
  ["id 0", '{"id":0,"dp":{"a":[{"v":1}]}}', -1, /id must be/],
  ["an id that is text", '{"id":"1","dp":{"a":[{"v":1}]}}', -1, /id must be/],
  ["an id of more than 31 bits", '{"id":2147483648,"dp":{"a":[{"v":1}]}}', -1, /id must be/],
  ["no dp", '{"id":7}', 7, /dp must be an object/],
  ["an empty dp", '{"id":7,"dp":{}}', 7, /dp must be an object/],
  ["a value without a list", '{"id":7,"dp":{"a":1}}', 7, /dp\.a must be a non-empty array/],
  ["an empty list", '{"id":7,"dp":{"a":[]}}', 7, /dp\.a must be a non-empty array/],
  ["a point that is a number", '{"id":7,"dp":{"a":[1]}}', 7, /dp\.a\.0: a data point must be an object/],
  ["a point without v", '{"id":7,"dp":{"a":[{"t":1}]}}', 7, /v must be/],
  ["v null", '{"id":7,"dp":{"a":[{"v":null}]}}', 7, /v must be/],
  ["v too large", '{"id":7,"dp":{"a":[{"v":1e999}]}}', 7, /too large/],
  ["t in text", '{"id":7,"dp":{"a":[{"v":1,"t":"now"}]}}', 7, /t must be/],
  ["t with a fraction", '{"id":7,"dp":{"a":[{"v":1,"t":1.5}]}}', 7, /t must be/],
  ["t in ms", '{"id":7,"dp":{"a":[{"v":1,"t":1552289676000}]}}', 7, /t must be/],
  ["a stream without a name", '{"id":7,"dp":{"":[{"v":1}]}}', 7, /name must have/],
  [
    "more than 2000 points",
    `{"id":7,"dp":{"a":[${Array(2001).fill('{"v":1}').join(",")}]}}`,
    7,
    /at most 2000/,
  ],
  [
    "a value of six levels",
    '{"id":7,"dp":{"a":[{"v":{"b":[[[[[1]]]]]}}]}}',
    7,
    /v may have at most 5 levels/,
  ],
  ["one bad point among good ones", '{"id":7,"dp":{"a":[{"v":1}],"b":[{}]}}', 7, /dp\.b\.0/],
])("%s is rejected and reported, and nothing is stored", async (_name, payload, id, detail) => {
  await subscribe(`${TREE}dp/post/json/+`);
  wire.send(post(payload));
  const { topic, payload: answer } = await readMessage(wire);
  expect(topic).toBe(`${TREE}dp/post/json/rejected`);
  expect(JSON.parse(answer)).toEqual({ id, err_code: 98, err_msg: "Illegal Data" });
  expect(platform.violations).toMatchObject([
    { device: NAME, rule: "dp-json", detail: expect.stringMatching(detail) as string },
  ]);
  expect(platform.datapoints(NAME, "a")).toEqual([]);
});

test.each<[name: string, bytes: Buffer, rule: string]>([
  ["another device's topic", publishPacket("$sys/469948/Chic_E/dp/post/json", "x"), "own-topic"],
  ["another product's topic", publishPacket("$sys/500000/Chic_D/dp/post/json", "x"), "own-topic"],
  ["a notice", publishPacket(`${TREE}dp/post/json/accepted`, "x"), "own-topic"],
  ["a plain topic", publishPacket("hello", "x"), "own-topic"],
  ["$dp", publishPacket("$dp", "x"), "own-topic"],
  ["a topic of studio", publishPacket(`${TREE}thing/property/post`, "x"), "own-topic"],
  ["a retained message", publishPacket(`${TREE}dp/post/json`, "x", 0x31), "retain"],
  [
    "QoS 2",
    packet(
      0x34,
      Buffer.from([0, TREE.length + 12]),
      Buffer.from(`${TREE}dp/post/json`),
      hex("0001"),
      Buffer.from("x"),
    ),
    "qos",
  ],
])("%s ends the connection", async (_name, bytes, rule) => {
  const offline = next(platform, "offline");
  const reported: string[] = [];
  platform.on("datapoint", () => reported.push("datapoint"));
  wire.send(bytes);
  expect(await wire.closed).toBe("");
  expect((await offline).why).toMatch(/^cut for breaking a rule: /);
  expect(platform.violations).toMatchObject([{ device: NAME, rule }]);
  expect(reported).toEqual([]);
});

test("a command reaches a subscribed device, and its answer is returned and accepted once", async () => {
  await subscribe(`${TREE}cmd/#`);
  const answered = platform.sendCommand(NAME, "开灯", 60_000);
  const command = await readMessage(wire);
  expect(command.payload).toBe("开灯");
  const uuid = command.topic.slice(`${TREE}cmd/request/`.length);
  wire.send(publishPacket(`${TREE}cmd/response/${uuid}`, "done"));
  expect(await readMessage(wire)).toEqual({ topic: `${TREE}cmd/response/${uuid}/accepted`, payload: "" });
  expect(await answered).toEqual({ uuid, response: Buffer.from("done") });

  wire.send(publishPacket(`${TREE}cmd/response/${uuid}`, "again"));
  const { topic, payload } = await readMessage(wire);
  expect(topic).toBe(`${TREE}cmd/response/${uuid}/rejected`);
  expect(JSON.parse(payload)).toEqual({ err_code: 113, err_msg: "cmd id not found" });
  expect(platform.violations).toMatchObject([{ rule: "command-response" }]);
});

test("an answer of 1024 bytes is rejected, one of 1023 is not", async () => {
  await subscribe(`${TREE}cmd/request/+`, `${TREE}cmd/response/+/+`);
  const answered = platform.sendCommand(NAME, "on", 60_000);
  const { topic } = await readMessage(wire);
  const answerTopic = topic.replace("request", "response");
  wire.send(publishPacket(answerTopic, "x".repeat(1024)));
  const rejected = await readMessage(wire);
  expect(rejected.topic).toBe(`${answerTopic}/rejected`);
  expect(JSON.parse(rejected.payload)).toEqual({ err_code: 99, err_msg: "maximum payload size exceeded" });
  wire.send(publishPacket(answerTopic, "x".repeat(1023)));
  expect((await readMessage(wire)).topic).toBe(`${answerTopic}/accepted`);
  expect((await answered).response).toHaveLength(1023);
});

test("a command to a device that is unsubscribed or offline, or answered by another", async () => {
  await expect(platform.sendCommand(NAME, "on")).rejects.toThrow(
    "469948/Chic_D has not subscribed to commands",
  );
  await expect(platform.sendCommand("Chic_E", "on")).rejects.toThrow("device not online: 469948/Chic_E");
  await subscribe(`${TREE}cmd/request/+`);
  const { uuid } = await platform.sendCommand(NAME, "on");
  const neighbour = await logInWithToken(platform, NEIGHBOUR);
  neighbour.send(publishPacket(`$sys/469948/Chic_E/cmd/response/${uuid}`, "me"));
  await settle(neighbour);
  expect(platform.violations).toMatchObject([{ device: "469948/Chic_E", rule: "command-response" }]);
});

test("an unsubscribed device gets no command", async () => {
  await subscribe(`${TREE}cmd/request/+`);
  const topic = Buffer.from(`${TREE}cmd/request/+`);
  wire.send(packet(0xa2, hex("0002"), Buffer.from([0, topic.length]), topic));
  expect(await wire.read(4)).toBe("b0020002");
  await expect(platform.sendCommand(CHIC.product + "/Chic_D", "on")).rejects.toThrow("has not subscribed");
});
