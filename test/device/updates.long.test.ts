/** Updates over the network, through OneNET's service as its documents have it. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { readable } from "../../scripts/boards/wifi.ts";
import { KEY, studio } from "../support/boards.ts";
import {
  NEWER,
  OLDER,
  packageOf,
  programOf,
  setUpdatable,
  UPDATABLE,
  UPDATE_KEY,
  type Updatable,
} from "../support/updatable.ts";

const OLD = await programOf(OLDER);
const NEW = await programOf(NEWER);

let bench: Updatable;
beforeEach(async () => {
  bench = await setUpdatable(OLD);
});
afterEach(() => bench.close());

const isNew = (): boolean => bench.lines.includes(NEWER);

it("goes through the platform's steps, field by field, and the new program stays", async () => {
  const { platform, device, until, files } = bench;
  const update = packageOf(NEW, 1);
  platform.offer(update, "v1");
  await device.start();
  await until(() => platform.requests.at(-1)?.includes("check?type=2&version=v1") === true);
  expect(isNew()).toBe(true);
  expect([platform.version(), platform.status(), platform.steps]).toEqual(["v1", 4, [101, 201]]);
  const base = "/fuse-ota/P1q2w3/lamp/";
  const ranges = Array.from({ length: Math.ceil(update.length / 1024) }, (_, i) => i * 1024);
  expect(platform.requests.slice(0, ranges.length + 5)).toEqual([
    `POST ${base}version {"s_version":"v0","f_version":"v0"}`,
    `GET ${base}check?type=2&version=v0`,
    ...ranges.map((start) => `GET ${base}1317438/download bytes=${start}-${start + 1023}`),
    `POST ${base}1317438/status {"step":101}`,
    `POST ${base}1317438/status {"step":201}`,
    `POST ${base}version {"s_version":"v1","f_version":"v1"}`,
  ]);
  expect(files.get("app1")?.startsWith(`//${"1317438".padEnd(23, "\xff")}.\xff\xff..\xff//`)).toBe(true);
  await device.stop();
  bench.lines.length = 0;
  await device.start();
  await until(() => bench.lines.includes("OneNET: online"));
  expect(isNew()).toBe(true);
});

it("asks at a log-in, and again every six hours", async () => {
  const { platform, device, until } = bench;
  const checks = () => platform.requests.filter((request) => request.includes("/check")).length;
  await device.start();
  await until(() => checks() === 1);
  platform.offer(packageOf(NEW, 1), "v1");
  for (let minutes = 1; minutes < 358; minutes++) await device.clock.advance(60_000);
  expect(checks()).toBe(1);
  for (let minutes = 358; minutes < 363; minutes++) await device.clock.advance(60_000);
  expect(checks()).toBeGreaterThan(1);
  await until(() => platform.steps.includes(201));
  expect(isNew()).toBe(true);
});

it("holds no secret, and leaves the board its own name and network", async () => {
  const { platform, device, until, lines } = bench;
  const other = studio({
    title: "another student's",
    name: "other",
    wifi: { ssid: "home", password: "at home" },
  });
  const theirs = {
    ...other,
    onenet: { ...other.onenet, device: "other lamp", token: "their token", key: "their key" },
    update: { ...UPDATABLE.update, key: "their key for updates" },
  };
  const update = packageOf(await programOf(NEWER, theirs), 1);
  for (const { title, wifi, onenet, update: own } of [UPDATABLE, theirs]) {
    const token = "token" in onenet ? onenet.token : "";
    for (const secret of [title, readable(wifi.ssid), readable(wifi.password), token, KEY, own.key])
      expect([secret.length > 3, update.includes(secret)], secret).toEqual([true, false]);
  }
  platform.offer(update, "v1");
  await device.start();
  await until(() => platform.steps.includes(201));
  const after = lines.slice(lines.indexOf(NEWER));
  expect(after).toContain(UPDATABLE.title);
  expect(after).toContain(`Wi-Fi: joining ${readable(UPDATABLE.wifi.ssid)}`);
});

/** Offers an update that the board refuses. */
async function refused(update: string, step: number): Promise<void> {
  const { platform, device, until, lines } = bench;
  platform.offer(update, "v1");
  await device.start();
  await until(() => platform.steps.includes(step));
  expect([platform.steps, platform.status()]).toEqual([[step], 5]);
  await device.clock.advance(30_000);
  expect([isNew(), lines.filter((line) => line === OLDER).length]).toEqual([false, 1]);
}

it("refuses a program with a byte that is another", async () => {
  const update = packageOf(NEW, 1);
  const at = update.length - 700;
  await refused(update.slice(0, at) + (update[at] === "a" ? "b" : "a") + update.slice(at + 1), 205);
});

it("refuses a program that another key signed", () => refused(packageOf(NEW, 1, `${UPDATE_KEY}s`), 205));

it("refuses what is no package", () => refused("print('anything')\n".repeat(90), 205));

it("refuses a program that is not newer than its own", () => refused(packageOf(NEW, 0), 204));

it("refuses a program that has no room", async () => {
  bench.files.set("photos", "x".repeat(880_000));
  await refused(packageOf(NEW, 1), 102);
  expect(bench.lines).toContain("Update: step 102");
});

/** Offers an update that fails on trial. */
async function failed(update: string, step = 1000): Promise<void> {
  const { platform, device, until, lines } = bench;
  platform.offer(update, "v1");
  await device.start();
  await until(() => platform.steps.includes(206), step);
  expect([platform.steps, platform.status()]).toEqual([[101, 206], 5]);
  expect([platform.version(), lines.at(-1)]).toEqual(["v0", expect.any(String)]);
  expect(lines.filter((line) => line === OLDER)).toHaveLength(2);
}

it("goes back from a program that throws at boot", () => failed(packageOf('print("throws"); boom();\n', 1)));

it("goes back from a program that never logs in", async () => {
  await failed(packageOf('print("idle");\n', 1));
  expect(bench.lines.filter((line) => line === "idle")).toHaveLength(3);
});

it("resumes a download after the link was lost", async () => {
  const { platform, device, until } = bench;
  platform.offer(packageOf(NEW, 1), "v1");
  await device.start();
  await until(() => platform.requests.filter((request) => request.includes("/download")).length > 4);
  device.air.drop();
  await until(() => platform.steps.includes(201));
  const ranges = platform.requests.filter((request) => request.includes("bytes=0-"));
  expect([isNew(), ranges]).toEqual([true, [expect.any(String)]]);
});
