/** `npm run publish` over HTTP against the local OneNET: waves, failures, what goes wrong on purpose. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { isSigned, readPackage } from "../../../scripts/boards/update/package.ts";
import { publishCommand } from "../../../scripts/devices/publish-command.ts";
import { startLocalOneNet, type LocalOneNet, type TokenDevice } from "../../../scripts/local-onenet/index.ts";
import { writeRegistry } from "../../../scripts/local-onenet/registry-file.ts";
import { startUpdatedDevice, type UpdatedDevice } from "../../support/updated-device.ts";
import { commandHere } from "../../support/run-here.ts";
import { boardFolder, COMPLETE, KEY, MQTT, STUDIO } from "../boards/board-folder.ts";
import { PRODUCT_KEY } from "../local-onenet/wire.ts";

const PRODUCT = "9MaNe52pNO";
const UPDATE_KEY = "a key of sixteen bytes";

let platform: LocalOneNet;
let directory: string;
let devices: UpdatedDevice[];
afterEach(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await platform.close();
});
beforeEach(() => {
  devices = [];
});

const recordOf = (device: string): TokenDevice => ({
  generation: "studio",
  product: PRODUCT,
  device,
  key: KEY,
});

/** A platform, board files with a key, and devices that are online, but the last `offline` of them. */
async function prepare(
  names: readonly string[],
  {
    offline = 0,
    key = UPDATE_KEY,
    works,
  }: { offline?: number; key?: string; works?: (device: string) => boolean } = {},
): Promise<void> {
  const records = names.map(recordOf);
  const thingModel = { properties: [] };
  platform = await startLocalOneNet({
    products: [{ generation: "studio", product: PRODUCT, key: PRODUCT_KEY, thingModel }],
    devices: records,
  });
  directory = boardFolder({
    "old.json": COMPLETE,
    "plain.json": MQTT,
    "example.json": { ...STUDIO, update: { key: "your-key-for-updates" } },
    ...Object.fromEntries(
      names.map((device) => [
        `${device}.local.json`,
        { ...STUDIO, onenet: { generation: "studio", product: PRODUCT, device, key: KEY }, update: { key } },
      ]),
    ),
  });
  devices = await Promise.all(
    records.slice(0, names.length - offline).map((record) =>
      startUpdatedDevice({
        platform,
        record,
        key: UPDATE_KEY,
        works: () => works?.(record.device) ?? true,
      }),
    ),
  );
}

const programOf = (board: string) => `print(${JSON.stringify(board)});\n`;

async function run(args: readonly string[]) {
  const isSent = !args.includes("--files");
  const server = isSent ? ["--server", `http://127.0.0.1:${platform.httpPort}`] : [];
  const { code, ...said } = await commandHere(
    () =>
      publishCommand(directory, ({ name }) => Promise.resolve({ program: programOf(name), warnings: [] })),
    ["publish", ...server, ...args.filter((arg) => arg !== "--files")],
    { stdin: PRODUCT_KEY, env: { ONENET_KEY: undefined } },
  );
  return { code: Number(code), ...said };
}

const classOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `class-${String(index + 1).padStart(2, "0")}`);

interface Report {
  readonly ok: boolean;
  readonly version: string;
  readonly boards: readonly { board: string; wave: number; outcome: string; step?: number }[];
  readonly error?: { message: string };
}
const reportOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Report;

test("fifty boards are updated in waves by one command", async () => {
  await prepare(classOf(50));
  const started: string[] = [];
  platform.on("update", ({ device, state }) => {
    if (state === "waiting") started.push(device);
  });
  const made = await run(["--all", "--json", "--version", "v2"]);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const { ok, version, boards } = reportOf(made);
  expect([ok, version]).toEqual([true, "v2"]);
  expect(boards.map(({ wave }) => wave)).toEqual([1, 2, 2, 2, 2, ...Array.from({ length: 45 }, () => 3)]);
  expect(boards.every(({ outcome }) => outcome === "done")).toBe(true);
  expect(started.length).toBe(50);
  // Of one kind: the program is made once.
  expect(new Set(devices.map((device) => device.program()))).toEqual(new Set([programOf("class-01")]));
  expect(platform.updates.versions(`${PRODUCT}/class-50`)).toMatchObject({ s_version: "v2" });
  expect(platform.violations).toEqual([]);
});

test("one that fails in the second wave stops the third", async () => {
  await prepare(classOf(12), { works: (device) => device !== "class-03" });
  const made = await run(["--all", "--json"]);
  expect(made.code).toBe(1);
  const { ok, boards, error } = reportOf(made);
  expect([ok, error?.message]).toEqual([false, "1 of 12 not updated; stopped, 7 not started"]);
  const outcomes = boards.map(({ outcome }) => outcome);
  expect(outcomes.slice(0, 5)).toEqual(["done", "done", "failed", "done", "done"]);
  expect(outcomes.slice(5).every((outcome) => outcome === "not started")).toBe(true);
  expect(boards[2]).toMatchObject({ board: "class-03", wave: 2, step: 206 });
  expect(devices.filter((device) => device.program() !== "").length).toBe(4);
});

test("one that fails in the first wave stops the second", async () => {
  await prepare(classOf(3), { works: (device) => device !== "class-01" });
  const made = await run(["--all"]);
  expect(made).toEqual({
    code: 1,
    stdout: "class-01  failed, step 206: the program did not get online, and the one before it runs again\n",
    stderr: "error: 1 of 3 not updated; stopped, 2 not started\n",
  });
});

test("boards that are online come first; a task that is cancelled elsewhere ends as well", async () => {
  await prepare(["on-2", "on-1", "off-1"], { offline: 1 });
  const order: string[] = [];
  platform.on("update", ({ device, state }) => {
    if (state !== "waiting") return;
    order.push(device);
    if (device.endsWith("off-1")) setImmediate(() => platform.updates.cancel("off-1"));
  });
  const made = run(["off-1", "on-2", "on-1", "--json"]);
  const { boards } = reportOf(await made);
  expect(order[0]).toBe(`${PRODUCT}/on-2`);
  expect(boards.map(({ board, outcome }) => [board, outcome])).toEqual([
    ["on-2", "done"],
    ["on-1", "done"],
    ["off-1", "cancelled"],
  ]);
});

test.each([
  ["cut:70", "done", 201],
  ["hash", "failed", 205],
  ["signature", "failed", 205],
])("what goes wrong on purpose: %s", async (fault, outcome, step) => {
  await prepare(["lamp"]);
  const { boards } = reportOf(await run(["lamp", "--try", fault, "--json"]));
  expect(boards).toEqual([{ board: "lamp", device: "lamp", wave: 1, outcome, step }]);
  expect(devices[0]?.program()).toBe(outcome === "done" ? programOf("lamp") : "");
});

test("a program that never comes online, on purpose", async () => {
  await prepare(["lamp"]);
  await run(["lamp", "--try", "offline"]);
  expect(devices[0]?.program()).toContain("never comes online");
});

test("Ctrl-C says what is under way", async () => {
  await prepare(["lamp"], { offline: 1 });
  platform.on("update", () => setImmediate(() => process.listeners("SIGINT").at(-1)?.("SIGINT")));
  const made = await run(["lamp"]);
  expect(made).toEqual({
    code: 130,
    stdout: "",
    stderr:
      "error: interrupted; under way, and they go on: lamp; npm run publish -- --cancel <board…> ends them\n",
  });
  expect(platform.updates.task(`${PRODUCT}/lamp`)).toMatchObject({ state: "waiting" });
});

test("a wrong key", async () => {
  await prepare(["lamp"], { key: "another of sixteen bytes" });
  const made = await run(["lamp"]);
  expect(made.stdout).toBe("lamp  failed, step 205: not as it was signed: another key, or damaged\n");
});

test("an older version", async () => {
  await prepare(["lamp"]);
  await run(["lamp", "--version", "2"]);
  const old = platform.updates.packages(PRODUCT)[0]?.id ?? 0;
  const failed = new Promise((resolve) =>
    platform.on("update", ({ state, step }) => state === "failed" && resolve(step)),
  );
  platform.updates.start("lamp", old);
  expect(await failed).toBe(204);
});

test("versions and tasks are listed, and cancelled", async () => {
  await prepare(["lamp", "tree"], { offline: 1 });
  await run(["lamp", "--version", "v2"]);
  const { id } = platform.updates.addPackage(PRODUCT, "v9", Buffer.from("x"), "tree");
  platform.updates.start("tree", id);
  const listed = await run(["--all", "--list"]);
  expect(listed.stdout).toBe("lamp  version v2  v2 done, step 201\ntree  version ?  v9 waiting\n");
  const cancelled = await run(["--all", "--cancel"]);
  expect(cancelled.stdout).toBe("tree  version ?  v9 cancelled\n");
  expect((await run(["lamp", "--cancel"])).stdout).toBe("no task was under way\n");
});

test("for a platform without calls for it, one package is written for all boards of a kind", async () => {
  await prepare(["lamp", "tree"]);
  const file = join("dist", "lamp-test.7.bin");
  onTestFinished(() => rmSync(file, { force: true }));
  const made = await run(["lamp", "tree", "--files", "--version", "test.7"]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toMatch(/^dist.lamp-test\.7\.bin {2}\d+ bytes, for lamp, tree of product 9MaNe52pNO\n/);
  expect(made.stdout).toContain("远程升级");
  const bytes = readFileSync(file, "latin1");
  expect(isSigned(bytes, UPDATE_KEY)).toBe(true);
  expect(readPackage(bytes)).toMatchObject({ version: "test.7", program: programOf("lamp") });
  expect(existsSync(file)).toBe(true);
});

test("the registry has the keys of its products", async () => {
  await prepare(["lamp"]);
  const registry = join(dirname(directory), "registry.json");
  writeRegistry(registry, [...platform.registry.products.values()], [...platform.registry.devices.values()]);
  const made = await run(["lamp", "--registry", registry]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  ["no board", [], "name the boards to update, or give --all"],
  ["a board and --all", ["lamp", "--all"], "name the boards to update, or give --all, not both"],
  ["a board without the section", ["old"], 'old has no "update": add it'],
  ["an example key", ["example"], "example: still example values: update.key"],
  ["a broker of one's own", ["plain"], 'plain has no "update"'],
  ["an unknown device", ["ghost"], "ghost: product 9MaNe52pNO has no device ghost; create it first"],
  ["OneNET itself", ["lamp", "--server", "https://iot-api.heclouds.com"], "OneNET has no calls to upload"],
  ["a fault without a platform", ["lamp", "--files", "--try", "hash"], "need --registry or --server"],
  ["an unknown fault", ["lamp", "--try", "fire"], "Must be cut:<byte>, hash, signature or offline."],
  ["a bad version", ["lamp", "--version", "a b"], "Must be 1 to 20"],
])("refused: %s", async (_what, args, message) => {
  await prepare(["lamp", "ghost"], { offline: 1 });
  platform.registry.remove(`${PRODUCT}/ghost`);
  const made = await run(args);
  expect(made.stderr).toContain(message);
  expect(made.code).not.toBe(0);
});
