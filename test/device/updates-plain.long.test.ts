/** Updates over a plain broker: offers as retained messages, packages over HTTP. */

import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { makeOffer, readReport, type Offer, type UpdateReport } from "../../scripts/boards/update/offer.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { publishCommand } from "../../scripts/devices/publish-command.ts";
import { startPackageServer, type PackageServer } from "../../scripts/devices/package-server.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import { createVirtualBoard, type Files, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { boardFolder, MQTT } from "../scripts/boards/board-folder.ts";
import { plain } from "../support/boards.ts";
import { commandHere } from "../support/run-here.ts";
import { NEWER, OLDER, packageOf, programOf, UPDATE_KEY } from "../support/updatable.ts";

const TOPIC = "home/lamp";
const USER = { name: "teacher", password: "a password for tests" };
const BOARD: Board = plain({ update: { key: UPDATE_KEY, server: "files.example", port: 8080 } });
const OLD = await programOf(OLDER, BOARD);
const NEW = await programOf(NEWER, BOARD);
const PATH = "/lamp-v1.bin";
/** Most steps in which something has to happen. */
const MOST_STEPS = 3000;

/** Counts how often they are asked for. */
class Packages extends Map<string, string> {
  count = 0;
  override get(path: string): string | undefined {
    this.count++;
    return super.get(path);
  }
}

let broker: PlainBroker;
let server: PackageServer;
/** By their paths. */
let packages: Packages;
let device: VirtualBoard;
let files: Files;
let lines: string[];
/** What the board said of its updates. */
let reports: UpdateReport[];

beforeEach(async () => {
  broker = await startPlainBroker({ user: USER });
  packages = new Packages();
  server = await startPackageServer(packages, 0);
  files = new Map(filesOf(BOARD, packageOf(OLD, 0)));
  lines = [];
  reports = [];
  device = createVirtualBoard({
    script: "",
    chip: BOARD.chip,
    air: [BOARD.wifi],
    network: { "broker.example:1883": broker.port, "files.example:8080": server.port },
    storage: files,
  });
  device.on("console", (line) => lines.push(line));
  broker.on("message", ({ topic, payload, retain }) => {
    const report = topic === `${TOPIC}/update/state` && retain ? readReport(payload.toString()) : undefined;
    if (report) reports.push(report);
  });
});
afterEach(async () => {
  await device.stop();
  await broker.close();
  await server.close();
});

async function until(holds: () => boolean, step = 1000): Promise<void> {
  for (let count = 0; !holds(); count++) {
    if (count > MOST_STEPS)
      throw new Error(`it never held: ${String(holds)}\n${lines.slice(-20).join("\n")}`);
    await device.clock.advance(step);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Publishes an offer of a package, version `v<time>`. */
async function offer(
  bytes: string,
  time: number,
  changes: Partial<Offer> = {},
  key = UPDATE_KEY,
): Promise<void> {
  packages.set(PATH, bytes);
  const made = {
    version: `v${time}`,
    time: 2000 + time,
    size: bytes.length,
    path: PATH,
    host: "files.example",
    wait: false,
  };
  await publish(makeOffer({ ...made, ...changes }, TOPIC, key));
}

const publish = (message: string, retain = true) => broker.publish(`${TOPIC}/update`, message, { retain });
const online = () => until(() => lines.includes("OneNET: online"));
const last = () => reports.at(-1);
const count = (text: string) => lines.filter((line) => line === text).length;
const HOUR = 3_600_000;

it("installs what the owner offers, and tells Home Assistant so", async () => {
  await offer(packageOf(NEW, 1), 1);
  await device.start();
  await until(() => last()?.installed === "v1");
  expect(lines.filter((line) => line === NEWER)).toHaveLength(1);
  expect(reports.slice(0, 2)).toEqual([
    { installed: "v0", latest: "v1", isRunning: true },
    { installed: "v1", latest: "v1", isRunning: false, step: 201 },
  ]);
  expect(broker.retained.get(`${TOPIC}/update/state`)?.toString()).toBe(
    '{"installed_version":"v1","latest_version":"v1","in_progress":false,"release_summary":"step 201"}',
  );
  expect(files.get("app1")?.[29]).toBe(".");
});

/** Waits until the board has refused a package. */
async function refused(step: number): Promise<void> {
  await device.start();
  await until(() => last()?.step === step);
  expect([last(), count(NEWER)]).toEqual([{ installed: "v0", latest: "v1", isRunning: false, step }, 0]);
}

/** Looks whether the board fetches a package again: later, and after a boot. */
async function keptAway(): Promise<void> {
  const { count: before } = packages;
  const { length } = reports;
  await until(() => reports.length > length + 1, HOUR / 60);
  await device.stop();
  await device.start();
  await until(() => reports.length > length + 2);
  expect([packages.count, count(NEWER)]).toEqual([before, 0]);
}

it("refuses a package with a byte that is another, and fetches it no more", async () => {
  const bytes = packageOf(NEW, 1);
  const at = bytes.length - 700;
  await offer(bytes.slice(0, at) + (bytes[at] === "a" ? "b" : "a") + bytes.slice(at + 1), 1);
  await refused(205);
  await keptAway();
  expect(packages.count).toBe(Math.ceil(bytes.length / 1024));
});

it("refuses a package that another key signed", async () => {
  await offer(packageOf(NEW, 1, "another key for the updates"), 1);
  await refused(205);
});

it("refuses a package that is older than its offer, and than its program", async () => {
  await offer(packageOf(NEW, 0), 1);
  await refused(204);
});

it("does not fetch what is not newer", async () => {
  await offer(packageOf(NEW, 0), 0);
  await device.start();
  await until(() => reports.length > 0);
  expect([last(), packages.count]).toEqual([{ installed: "v0", latest: "v0", isRunning: false }, 0]);
});

it("goes back from a program that throws at boot, and does not try it again", async () => {
  await offer(packageOf('print("throws"); boom();\n', 1), 1);
  await device.start();
  await until(() => last()?.step === 206);
  const { count: before } = packages;
  expect(count("throws")).toBe(3);
  await device.stop();
  await device.start();
  const { length } = reports;
  await until(() => reports.length > length);
  expect([packages.count, count("throws")]).toEqual([before, 3]);
  // A newer one is tried.
  await offer(packageOf(NEW, 2), 2);
  await until(() => last()?.installed === "v2");
  expect(count(NEWER)).toBe(1);
  expect(reports.filter(({ latest, step }) => latest === "v2" && step === 206)).toEqual([]);
});

it("obeys nobody but the owner", async () => {
  const bytes = packageOf(NEW, 1);
  await device.start();
  await online();
  await until(() => reports.length > 0);
  const { length } = reports;
  await offer(bytes, 1, {}, "another key for the updates");
  const made = {
    version: "v1",
    time: 2001,
    size: bytes.length,
    path: PATH,
    host: "files.example",
    wait: false,
  };
  const good = makeOffer(made, TOPIC, UPDATE_KEY);
  const wrong = [
    makeOffer(made, "home/other", UPDATE_KEY),
    good.replace("lamp-v1", "lamp-v2"),
    `${good} `,
    good.slice(1),
    "{}",
    "x".repeat(45),
    "\0\xff".repeat(200),
    `${" ".repeat(500)}${good}`,
  ];
  for (const message of wrong) await publish(message);
  await until(() => count("Update: wrong signature") === wrong.length + 1);
  await device.clock.advance(120_000);
  expect([packages.count, reports.length]).toEqual([0, length]);
  await publish(good);
  await until(() => last()?.installed === "v1");
});

it("waits for the command where the owner says so", async () => {
  await offer(packageOf(NEW, 1), 1, { wait: true });
  await device.start();
  await until(() => reports.length > 0);
  expect([last(), packages.count]).toEqual([{ installed: "v0", latest: "v1", isRunning: false }, 0]);
  await publish("install", false);
  await until(() => last()?.installed === "v1");
});

it("a newer offer takes the place of one that cannot be fetched, and never the reverse", async () => {
  const bytes = packageOf(NEW, 2);
  await offer(bytes, 1);
  packages.delete(PATH);
  await device.start();
  await until(() => count("Update: HTTP/1.1 404") > 0);
  const old = makeOffer(
    { version: "v1", time: 2001, size: 9000, path: PATH, host: "files.example", wait: false },
    TOPIC,
    UPDATE_KEY,
  );
  await offer(bytes, 2);
  await until(() => packages.count > 5);
  await publish(old);
  await until(() => last()?.installed === "v2");
  const { length } = reports.filter(({ isRunning }) => isRunning);
  expect(length).toBe(2);
});

it("looks every hour for a package that is not there", async () => {
  await offer(packageOf(NEW, 1), 1);
  packages.delete(PATH);
  await device.start();
  await until(() => packages.count > 0);
  for (let minutes = 0; minutes < 179; minutes++) await device.clock.advance(60_000);
  expect([packages.count, count("Update: HTTP/1.1 404")]).toEqual([3, 3]);
  packages.set(PATH, packageOf(NEW, 1));
  await until(() => last()?.installed === "v1", HOUR / 60);
});

it("after a boot, too, takes no offer before the one whose package it refused", async () => {
  await offer(packageOf(NEW, 2, "another key for the updates"), 2);
  await device.start();
  await until(() => last()?.step === 205);
  await device.stop();
  const { count: before } = packages;
  await offer(packageOf(NEW, 1), 1);
  await device.start();
  const { length } = reports;
  await until(() => reports.length > length);
  await device.clock.advance(120_000);
  expect([packages.count, last()]).toEqual([before, { installed: "v0", latest: "v1", isRunning: false }]);
  await offer(packageOf(NEW, 3), 3);
  await until(() => last()?.installed === "v3");
});

it("begins a download once for each offer, however often it is told to install", async () => {
  await offer(packageOf(NEW, 1), 1);
  packages.delete(PATH);
  await device.start();
  await until(() => packages.count > 0);
  const { length } = reports;
  for (let repeat = 0; repeat < 3; repeat++) {
    await publish("install", false);
    await device.clock.advance(5000);
  }
  await publish("");
  await publish("install", false);
  await until(() => reports.length > length);
  await device.clock.advance(120_000);
  expect([packages.count, reports.length - length, last()?.isRunning]).toEqual([1, 1, false]);
});

it("an empty message takes the offer back", async () => {
  await offer(packageOf(NEW, 1), 1);
  packages.delete(PATH);
  await device.start();
  await until(() => count("Update: HTTP/1.1 404") > 0);
  const { length } = reports;
  await publish("");
  await until(() => reports.length > length);
  const { count: before } = packages;
  await device.clock.advance(300_000);
  expect([packages.count, last()?.isRunning]).toEqual([before, false]);
});

it("holds no password and no network", () => {
  for (const secret of [USER.password, USER.name, BOARD.wifi.ssid, BOARD.wifi.password, UPDATE_KEY])
    expect(packageOf(NEW, 1).includes(secret as string), secret as string).toBe(false);
});

/** A free port, to which the packages' server moves. */
async function moveServer(): Promise<number> {
  const { port } = server;
  await server.close();
  return port;
}

/** Runs `npm run publish` for a file of the board, while time passes on it. */
async function publishWith(args: readonly string[], port: number, mqtt: object = {}, program = NEW) {
  const { name: userName, password } = USER;
  const directory = boardFolder({
    "lamp.local.json": {
      ...MQTT,
      mqtt: { server: "127.0.0.1", port: broker.port, topic: TOPIC, userName, password, ...mqtt },
      update: { key: UPDATE_KEY, server: "127.0.0.1", port },
    },
  });
  onTestFinished(() => {
    for (const end of ["bin", "json"]) rmSync(`dist/lamp-v7.${end}`, { force: true });
  });
  let isOver = false;
  const run = commandHere(
    () => publishCommand(directory, () => Promise.resolve({ program, warnings: [] })),
    ["publish", "lamp", ...args],
  ).finally(() => (isOver = true));
  await until(() => isOver);
  return run;
}

it("npm run publish serves the package, offers it, and waits for the end", async () => {
  const port = await moveServer();
  await device.start();
  await online();
  const made = await publishWith(["--version", "v7"], port);
  expect(made).toEqual({ code: 0, stdout: "lamp  done\n1 updated to v7\n", stderr: "" });
  expect([last(), count(NEWER)]).toEqual([{ installed: "v7", latest: "v7", isRunning: false, step: 201 }, 1]);
  const taken = await publishWith(["--cancel"], port);
  expect(taken).toEqual({ code: 0, stdout: "nothing is offered to lamp any more\n", stderr: "" });
  expect(broker.retained.has(`${TOPIC}/update`)).toBe(false);
});

it("npm run publish says why an update failed", async () => {
  const port = await moveServer();
  await device.start();
  await online();
  const made = await publishWith(["--json", "--version", "v7"], port, {}, 'print("throws"); boom();\n');
  expect([Number(made.code), made.stderr]).toEqual([1, ""]);
  expect(JSON.parse(made.stdout)).toMatchObject({
    ok: false,
    boards: [{ board: "lamp", device: TOPIC, outcome: "failed", step: 206 }],
  });
});

it("npm run publish says how to publish the offer where it cannot log in", async () => {
  const made = await publishWith(["--version", "v7"], await moveServer(), { password: "another" });
  expect(Number(made.code)).toBe(1);
  expect(made.stderr).toContain(`error: no log-in at 127.0.0.1:${broker.port}: it refused the log-in, code `);
  expect(made.stdout).toContain(
    `mosquitto_pub -h 127.0.0.1 -p ${broker.port} -u 'teacher' -P <password> -q 1 -r -t '${TOPIC}/update' -f dist/lamp-v7.json`,
  );
});
