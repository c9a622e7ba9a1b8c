/** The file of `npm run platform -- --data`: what it keeps, and what it does when it cannot. */

import Database from "libsql";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beijingTime } from "../../../scripts/local-onenet/beijing-time.ts";
import { logOf, type Data } from "../../../scripts/local-onenet/data.ts";
import { openData, readData, type DataOptions } from "../../../scripts/local-onenet/database.ts";
import { createRegistry, nameOf, type DeviceRecord } from "../../../scripts/local-onenet/devices.ts";
import { exportPoints } from "../../../scripts/local-onenet/export.ts";
import { createFileSpace } from "../../../scripts/local-onenet/files/file-space.ts";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import type { JsonValue } from "../../../scripts/local-onenet/json.ts";
import { keepLog } from "../../../scripts/local-onenet/log.ts";
import { connectAsync } from "../../support/mqtt-client.ts";
import { CHIC, dpFrame, HEATER, LAMP, NEIGHBOUR, PRODUCTS, tokenOf } from "./wire.ts";

let folder: string;
let file: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "data-"));
  file = join(folder, "class.db");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

/** Longest time that the tests keep anything, and room for all of it. */
const ROOMY = { keepDays: 365, limit: 64 * 2 ** 20 };

async function open(options: Partial<DataOptions> = {}): Promise<Data> {
  const data = await openData(file, { ...ROOMY, warn: () => undefined, ...options });
  closing.push(() => data.close());
  return data;
}

function kept(data: Data): Promise<string | undefined> {
  return new Promise((resolve) => data.whenKept(resolve));
}

function values(data: Data, device: string, stream: string): JsonValue[] {
  return [...data.points(device, stream, { newestFirst: false })].map(({ value }) => value);
}

/** All rows of a table, as SQLite's own tools see them. */
function rows(table: string): unknown[] {
  const db = new Database(file);
  try {
    return db.prepare(`select * from ${table}`).all();
  } finally {
    db.close();
  }
}

test("keeps data points of any value, name and time, in order of time", async () => {
  const data = await open();
  const all: JsonValue[] = [23.5, -1e300, "温度 😀", "\u0000", "\ud800", true, null, { a: [1, "é"] }, [], ""];
  const names = ["温度", "😀", "a\u0000b", "a\u0000c", "", "\ud800"];
  for (const name of names)
    all.forEach((value, index) =>
      data.addPoint("527521926", name, { value, at: beijingTime(1000 * index), type: 3 }),
    );
  data.addPoint("527521926", "old", { value: 2, at: "2026-05-29 08:00:01" });
  data.addPoint("527521926", "old", { value: 1, at: "2026-05-29 08:00:00" });
  data.addPoint("527521926", "old", { value: 3, at: "2026-05-29 08:00:01" });
  data.close();
  closing.pop();

  const again = await open();
  expect(again.streams("527521926").map(({ name }) => name)).toEqual([...names, "old"]);
  for (const name of names) expect(values(again, "527521926", name)).toEqual(all);
  const old = [...again.points("527521926", "old", { newestFirst: true })];
  expect(old.map(({ value }) => value)).toEqual([3, 2, 1]);
  expect(old[2]).toEqual({ value: 1, at: "2026-05-29 08:00:00" });
  const range = { from: Date.parse("2026-05-29T08:00:01+08:00"), newestFirst: false };
  expect([...again.points("527521926", "old", range)].map(({ value }) => value)).toEqual([2, 3]);
});

test("reads a stream of many pages completely, both ways", async () => {
  const data = await open();
  // Many share a time: a page may end between them.
  for (let i = 0; i < 2500; i++) data.addPoint("d", "s", { value: i, at: beijingTime(Math.floor(i / 700)) });
  const expected = Array.from({ length: 2500 }, (_, i) => i);
  expect(values(data, "d", "s")).toEqual(expected);
  expect([...data.points("d", "s", { newestFirst: true })].map(({ value }) => value)).toEqual(
    expected.reverse(),
  );
});

test("calls back once a group is written", async () => {
  const data = await open();
  let isKept = false;
  data.addPoint("d", "s", { value: 1, at: beijingTime() });
  data.whenKept(() => (isKept = true));
  expect(isKept).toBe(false);
  expect(rows("point")).toEqual([]);
  expect(await kept(data)).toBeUndefined();
  expect(isKept).toBe(true);
  expect(rows("point")).toHaveLength(1);
  data.whenKept(() => (isKept = false));
  expect(isKept).toBe(false); // at once: nothing waits
});

test("is not the file of another program, of a later version, or in use", async () => {
  writeFileSync(file, "name,device\n");
  await expect(open()).rejects.toThrow(`${file} is not a database of this platform: use another file`);
  expect(readFileSync(file, "utf8")).toBe("name,device\n");

  rmSync(file);
  const other = new Database(file);
  other.exec("create table t (a)");
  other.close();
  const before = readFileSync(file);
  await expect(open()).rejects.toThrow("is not a database of this platform");
  expect(readFileSync(file)).toEqual(before);

  rmSync(file);
  (await open()).close();
  closing.pop();
  const later = readFileSync(file);
  later.writeUInt32BE(3, 60);
  writeFileSync(file, later);
  await expect(open()).rejects.toThrow("newer version of this project (its format is 3, this one knows 2)");
  expect(readFileSync(file)).toEqual(later);
  expect(existsSync(`${file}.lock`)).toBe(false);

  rmSync(file);
  await open();
  await expect(open()).rejects.toThrow(`${file} is already in use by this program`);
  await expect(openData(join(folder, "none", "class.db"), { ...ROOMY, warn: fail })).rejects.toThrow(
    "there is no folder none/; create it first",
  );
});

function fail(text: string): never {
  throw new Error(text);
}

test("deletes the oldest above its limit of size, and data streams with their last data point", async () => {
  const limit = 300_000;
  const data = await open({ limit });
  const value = "x".repeat(500);
  data.addPoint("d", "first", { value, at: beijingTime() });
  for (let i = 0; i < 4000; i++) {
    data.addPoint("d", "s", { value: `${i}${value}`, at: beijingTime(i) });
    if (i % 20 === 0) expect(await kept(data)).toBeUndefined();
  }
  expect(await kept(data)).toBeUndefined();
  expect(data.streams("d").map(({ name }) => name)).toEqual(["s"]);
  const left = values(data, "d", "s");
  expect(left.at(-1)).toBe(`3999${value}`);
  expect(left.length).toBeGreaterThan(200);
  expect(left.length).toBeLessThan(600);
  expect(readFileSync(file).length).toBeLessThanOrEqual(limit * 1.1 + 4096);
});

test("deletes what is too old, of data points, commands and log lines", async () => {
  (await open()).close();
  closing.pop();
  const db = new Database(file);
  const old = (Date.now() - 3 * 86_400_000) * 1000;
  db.exec(`insert into device (id, name) values (1, 'd');
    insert into stream values (1, 1, '"gone"', 0), (2, 1, '"here"', 0);
    insert into line values (${old}, 'd', 'old'), (${old + 2 * 86_400_000_000}, 'd', 'new');
    insert into command values (${old}, 'u', 'd', x'01', null);`);
  const add = db.prepare("insert into point values (?, ?, 0, null, '1', null)");
  for (let i = 0; i < 1500; i++) add.run(old + i, 1);
  add.run(old + 2 * 86_400_000_000, 2);
  db.close();
  const data = await open({ keepDays: 2 });
  await expect.poll(() => data.streams("d").map(({ name }) => name)).toEqual(["here"]);
  await expect.poll(() => rows("point")).toHaveLength(1);
  await expect.poll(() => rows("line")).toMatchObject([{ text: "new" }]);
  await expect.poll(() => rows("command")).toEqual([]);
});

test("a full file refuses, says so once, and stores again when there is room", async () => {
  const warnings: string[] = [];
  const data = await open({ limit: 200_000, warn: (text) => warnings.push(text) });
  data.addPoint("d", "s", { value: 1, at: beijingTime() });
  expect(await kept(data)).toBeUndefined();
  for (let round = 0; round < 3; round++) {
    // In one group, more than may be in the file: SQLITE_FULL.
    for (let i = 0; i < 2000; i++) data.addPoint("d", "new", { value: "x".repeat(200), at: beijingTime() });
    expect(await kept(data)).toMatch(/class\.db: there is no more room for it/);
    expect(data.fault()).toMatch(/no more room/);
    data.addPoint("d", "s", { value: 2, at: beijingTime() });
    expect(await kept(data)).toMatch(/no more room/);
    await expect.poll(() => data.fault()).toBeUndefined();
  }
  expect(warnings).toEqual([expect.stringMatching(/the platform refuses data points/)]);
  data.addPoint("d", "new", { value: 3, at: beijingTime() });
  expect(await kept(data)).toBeUndefined();
  expect(warnings).toEqual([expect.anything(), `${file} can be written again`]);
  expect(values(data, "d", "s")).toEqual([1]);
  data.close();
  closing.pop();
  const again = await open();
  expect(values(again, "d", "new")).toEqual([3]); // its data stream was new in a group that failed
});

test("a deleted device leaves nothing, and a later one of its name starts with nothing", async () => {
  const data = await open();
  data.save([], [LAMP]);
  for (let i = 0; i < 1200; i++) data.addPoint(LAMP.device, "s", { value: i, at: beijingTime() });
  data.addPoint(logOf(LAMP.device), "status", { value: 1, at: beijingTime() });
  data.setDesired(LAMP.device, "led", { value: true, version: 1 });
  data.change({ removed: LAMP.device });
  expect(data.streams(LAMP.device)).toEqual([]);
  expect(data.streams(logOf(LAMP.device))).toEqual([]);
  data.change({ added: LAMP });
  data.addPoint(LAMP.device, "s", { value: "new", at: beijingTime() });
  expect(values(data, LAMP.device, "s")).toEqual(["new"]);
  await expect.poll(() => rows("point").length).toBe(1);
  await expect.poll(() => rows("stream")).toHaveLength(1);
  await expect.poll(() => rows("desired")).toEqual([]);
});

test("when a device was online outlives a platform that was killed, and after that the device is offline", async () => {
  const name = "469948/Chic_D";
  const data = await open();
  data.save(PRODUCTS, [CHIC]);
  data.setSeen(name, { first: 1000, last: 1000 });
  data.addPoint(logOf(name), "status", { value: 1, at: beijingTime(1000) });
  data.close();
  closing.pop();

  const again = await open();
  const registry = createRegistry(again.products, again.devices);
  const platform = await startLocalOneNet({ registry, data: again });
  closing.push(() => platform.close());
  const query = `product_id=469948&device_name=Chic_D&start_time=0&end_time=${Date.now() + 1000}`;
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}/device/status-history?${query}`, {
    headers: { authorization: tokenOf(CHIC) },
  });
  expect(await response.json()).toMatchObject({
    code: 0,
    data: { list: [{ status: 0 }, { time: 1000, status: 1 }] },
  });
  expect([...platform.export("json")].join("")).not.toContain("status");
});

test("exports CSV that a spreadsheet reads and does not run, and JSON", async () => {
  const data = await open();
  data.save([], [{ ...LAMP, title: "灯，一班" }, CHIC]);
  const texts = [
    "=1+1",
    "+1",
    "-1",
    "@a",
    "\t=1",
    "＝1",
    "－1",
    'say "hi", twice',
    "two\r\nlines",
    "温度 😀",
    "plain",
  ];
  texts.forEach((value, index) => data.addPoint(LAMP.device, "文本", { value, at: beijingTime(index) }));
  data.addPoint("469948/Chic_D", "t", { value: -1.5, at: "2026-05-29 08:00:00" });
  data.addPoint("469948/Chic_D", "t", { value: { "=a": 1 }, at: "2026-05-29 08:00:01" });
  await kept(data);
  // Another process may read while this one writes.
  const reader = await readData(file);
  closing.push(() => reader.close());
  const csv = [...exportPoints(reader, reader.devices, {}, "csv")].join("");
  expect(csv.startsWith("\ufeffat,device,title,stream,value\r\n")).toBe(true);
  const lines = csv.slice(1).split(/(?<=\d\d\d\r\n|)\r\n(?=19|20|$)/);
  expect(lines.slice(1, -1)).toEqual([
    ...[
      "'=1+1",
      "'+1",
      "'-1",
      "'@a",
      "'\t=1",
      "'＝1",
      "'－1",
      '"say ""hi"", twice"',
      '"two\r\nlines"',
      "温度 😀",
      "plain",
    ].map(
      (value, index) =>
        `1970-01-01 08:00:00.0${String(index).padStart(2, "0")},527521926,灯，一班,文本,${value}`,
    ),
    "2026-05-29 08:00:00,469948/Chic_D,,t,-1.5",
    '2026-05-29 08:00:01,469948/Chic_D,,t,"{""=a"":1}"',
  ]);
  const json = [...exportPoints(reader, reader.devices, {}, "json")].join("");
  const parsed = JSON.parse(json) as { value: unknown }[];
  expect(parsed.map(({ value }) => value)).toEqual([...texts, -1.5, { "=a": 1 }]);
  expect(parsed[0]).toEqual({
    at: "1970-01-01 08:00:00.000",
    device: "527521926",
    title: "灯，一班",
    stream: "文本",
    value: "=1+1",
  });
  expect([...exportPoints(reader, [], {}, "json")].join("")).toBe("[]\n");
});

/** A platform on the file. */
async function startKept(options: Partial<DataOptions> = {}): Promise<{ platform: LocalOneNet; data: Data }> {
  const data = await open(options);
  const devices: readonly DeviceRecord[] =
    data.devices.length > 0 ? data.devices : [LAMP, CHIC, NEIGHBOUR, HEATER];
  const products = data.products.length > 0 ? data.products : PRODUCTS;
  data.save(products, devices);
  const registry = createRegistry(products, devices, (change) => data.change(change));
  const platform = await startLocalOneNet({ registry, data });
  closing.push(() => platform.close());
  keepLog(platform, data);
  return { platform, data };
}

function client(platform: LocalOneNet, record: DeviceRecord) {
  const isToken = record.generation !== "multiprotocol";
  return connectAsync(`mqtt://127.0.0.1:${isToken ? platform.suitePort : platform.mqttPort}`, {
    clientId: record.device,
    username: record.product,
    password: isToken ? tokenOf(record) : record.authInfo,
  });
}

function frame(values: object): Buffer {
  return dpFrame(3, JSON.stringify(values));
}

test("a platform that starts again knows its data points, devices, commands and desired values", async () => {
  const { platform, data } = await startKept();
  const lamp = await client(platform, LAMP);
  await lamp.publish("$dp", frame({ 温度: 21.5, "😀": "高", température: 3 }), { qos: 1 });
  lamp.on("message", (topic: string) => {
    if (topic.startsWith("$creq/")) void lamp.publish(topic.replace("$creq/", "$crsp/"), "好的 😀");
  });
  const { uuid } = await platform.sendCommand(LAMP.device, "开灯", 5000);
  platform.setDesired("heater", { led: true });
  platform.setDesired("heater", { led: false });
  const heater = await client(platform, HEATER);
  await heater.end();
  platform.registry.add({ ...LAMP, device: "600", title: "张三 😀" });
  await lamp.end();
  await platform.close();
  data.close();
  closing.splice(-2);

  const { platform: later } = await startKept();
  expect(later.datapoints(LAMP.device, "温度").map(({ value }) => value)).toEqual([21.5]);
  expect(later.streams(LAMP.device)).toEqual(["温度", "😀", "température"]);
  expect([...later.desired("9MaNe52pNO/heater")]).toEqual([["led", { value: false, version: 2 }]]);
  expect(later.setDesired("heater", { led: true })).toEqual({ led: 3 });
  expect([...later.registry.devices.values()]).toContainEqual(expect.objectContaining({ title: "张三 😀" }));
  const response = await fetch(`http://127.0.0.1:${later.httpPort}/cmds/${uuid}/resp`, {
    headers: { "api-key": later.apiKey },
  });
  expect(await response.text()).toBe("好的 😀");
  const points = await api(later, "GET", `/devices/${LAMP.device}/datapoints?datastream_id=温度`);
  expect(points).toMatchObject({ data: { count: 1, datastreams: [{ id: "温度" }] } });
  const table = await fetch(
    `http://127.0.0.1:${later.httpPort}/local/datapoints?format=csv&device=527521926`,
    {
      headers: { "api-key": later.apiKey },
    },
  );
  expect(await table.text()).toMatch(/,527521926,lamp,温度,21\.5\r\n/);
  expect(rows("line")).toContainEqual(
    expect.objectContaining({ device: LAMP.device, text: expect.stringContaining("开灯") as string }),
  );
  expect(rows("device")).toContainEqual(
    expect.objectContaining({ name: "9MaNe52pNO/heater", first_seen: expect.any(Number) as number }),
  );
});

test("a file of the version before has room for documents once a platform has opened it", async () => {
  const data = await open();
  data.addPoint("1", "t", { value: 1, at: beijingTime() });
  data.close();
  closing.pop();
  const old = new Database(file);
  old.exec("drop table document; pragma user_version = 1");
  old.close();
  (await readData(file)).close(); // an export changes nothing
  expect(() => rows("document")).toThrow();
  const again = await open();
  again.keepFile("package", "1", { 名: "é" }, Buffer.from([0, 255]));
  expect(values(again, "1", "t")).toEqual([1]);
  expect(again.documents("package")).toEqual([
    { name: "1", json: { 名: "é" }, bytes: Buffer.from([0, 255]) },
  ]);
});

/** "A restart of the platform in the middle of an update." */
test("packages, tasks and versions of updates survive the end of the platform", async () => {
  const { platform, data } = await startKept();
  const { updates } = platform;
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const whole = updates.addPackage(CHIC.product, "v1", bytes);
  const own = updates.addPackage(HEATER.product, "v2", bytes, HEATER.device);
  updates.start("469948/Chic_D", whole.id, { kind: "cut", at: 200 });
  updates.start("heater", own.id, { kind: "hash" });
  updates.report(CHIC, { s_version: "v0", f_version: "2v29" });
  updates.report(NEIGHBOUR, { s_version: "v9", f_version: "2v29" });
  expect(updates.sends("469948/Chic_D", 0, 100)).toBeUndefined();
  updates.sends("9MaNe52pNO/heater", 0, 256);
  updates.step(HEATER, 101);
  updates.step(HEATER, 205);
  platform.registry.remove("469948/Chic_E");
  updates.forget("469948/Chic_E");
  const before = [CHIC, HEATER].map((record) => updates.task(nameOf(record)));
  await platform.close();
  data.close();
  closing.splice(-2);

  const { updates: later } = (await startKept()).platform;
  expect(later.packages(CHIC.product)).toEqual([whole]);
  expect(later.packages(HEATER.product)).toEqual([own]);
  expect([CHIC, HEATER].map((record) => later.task(nameOf(record)))).toEqual(before);
  expect(later.content("469948/Chic_D").bytes).toEqual(bytes);
  expect([CHIC, NEIGHBOUR].map((record) => later.versions(nameOf(record))?.s_version)).toEqual([
    "v0",
    undefined,
  ]);
  // They go on where they were: the cut is still to come, and what is over stays over.
  expect(later.sends("469948/Chic_D", 100, 256)).toBe(200);
  expect(later.sends("469948/Chic_D", 200, 256)).toBeUndefined();
  expect(later.step(CHIC, 101)).toBeUndefined();
  expect(later.step(HEATER, 201)).toBe("over");
  expect(later.addPackage(CHIC.product, "v3", bytes).id).toBe(own.id + 1);
  expect(later.start("heater", own.id).tid).toBeGreaterThan(before[1]?.tid ?? Infinity);
});

test("uploaded files survive, and leave with their device or when they are deleted", async () => {
  const { data } = await startKept();
  const files = createFileSpace(data);
  const kept = files.add("469948/Chic_D", "灯 é 😀.jpg", Buffer.from([0, 255, 10]));
  files.remove(files.add("469948/Chic_D", "b.txt", Buffer.from("b")).fid);
  files.add("9MaNe52pNO/heater", "c.txt", Buffer.from("c"));
  files.forget("9MaNe52pNO/heater");
  data.close();
  closing.pop();
  await closing.pop()?.();
  const later = createFileSpace(await open());
  expect([later.list(), later.used()]).toEqual([[kept], 3]);
  expect(later.bytes(kept.fid)).toEqual(Buffer.from([0, 255, 10]));
});

test("old packages leave the file, and one that it has no room for is not kept", async () => {
  const { platform, data } = await startKept();
  const { updates } = platform;
  const large = Buffer.alloc(1024 * 1024);
  for (let count = 0; count < 34; count++) updates.addPackage(CHIC.product, String(count), large);
  expect(await kept(data)).toBeUndefined();
  expect(rows("document")).toHaveLength(32);
  const other = new Database(file);
  closing.push(() => other.close());
  other.exec("begin immediate");
  expect(() => updates.addPackage(HEATER.product, "v1", Buffer.from("x"))).toThrow("cannot store anything");
  expect(updates.packages(HEATER.product)).toEqual([]);
  other.exec("rollback");
});

test("a full file ends no session: what is refused is not acknowledged, or refused in words", async () => {
  const { platform, data } = await startKept();
  const lamp = await client(platform, LAMP);
  const chic = await client(platform, CHIC);
  const heater = await client(platform, HEATER);
  const answers: string[] = [];
  for (const [one, tree] of [
    [chic, "$sys/469948/Chic_D/dp/post/json/+"],
    [heater, "$sys/9MaNe52pNO/heater/thing/property/post/reply"],
  ] as const) {
    await one.subscribe(tree);
    one.on("message", (topic: string, payload: Buffer) =>
      answers.push(`${topic.split("/").at(-1)} ${payload.toString()}`),
    );
  }
  // Another program holds the file: as with a full disk, a commit fails.
  const other = new Database(file);
  closing.push(() => other.close());
  other.exec("begin immediate");
  let isAcknowledged = false;
  void lamp.publish("$dp", frame({ t: 1 }), { qos: 1 }).then(
    () => (isAcknowledged = true),
    () => undefined,
  );
  void chic.publish("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"t":[{"v":1}]}}');
  void heater.publish(
    "$sys/9MaNe52pNO/heater/thing/property/post",
    '{"id":"1","params":{"count":{"value":1}}}',
  );
  await expect
    .poll(() => answers.toSorted())
    .toEqual([
      'rejected {"id":1,"err_code":97,"err_msg":"Not Stored"}',
      'reply {"id":"1","code":507,"msg":"the platform cannot store it"}',
    ]);
  const posted = await api(platform, "POST", `/devices/${LAMP.device}/datapoints?type=3`, { t: 2 });
  expect(posted).toMatchObject({ errno: 1, error: expect.stringMatching(/cannot store/) as string });
  expect(isAcknowledged).toBe(false);
  expect([lamp, chic, heater].map(({ socket }) => socket.destroyed)).toEqual([false, false, false]);
  other.exec("rollback");
  await expect.poll(() => data.fault()).toBeUndefined();
  await lamp.publish("$dp", frame({ t: 3 }), { qos: 0 });
  await chic.publish("$sys/469948/Chic_D/dp/post/json", '{"id":2,"dp":{"t":[{"v":2}]}}', { qos: 1 });
  expect(values(data, "469948/Chic_D", "t")).toEqual([2]);
  expect(values(data, LAMP.device, "t")).toEqual([3]);
  expect(isAcknowledged).toBe(false);
  await lamp.end();
});

async function api(platform: LocalOneNet, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}${path}`, {
    method,
    headers: { "api-key": platform.apiKey },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}
