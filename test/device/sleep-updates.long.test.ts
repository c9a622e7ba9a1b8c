/** Boards that sleep, and updates that are offered while they do. */

import { expect, it, onTestFinished } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { makeOffer } from "../../scripts/boards/update/offer.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { startPackageServer } from "../../scripts/devices/package-server.ts";
import type { TaskState, UpdateFault } from "../../scripts/local-onenet/index.ts";
import { startPlainBroker } from "../../scripts/local-onenet/plain.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { Mark, SET } from "../../src/app/slot.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { plain, studio } from "../support/boards.ts";
import { NEWER, OLDER, packageOf, programOf, UPDATE_KEY } from "../support/updatable.ts";

const EVERY = 600;
const TOPIC = "home/lamp";
const BOARD: Board = plain({
  name: "sleep-update",
  sleep: { every: EVERY },
  time: { server: "time.example", zone: 8 },
  update: { key: UPDATE_KEY, server: "files.example", port: 8080 },
});
const PATH = "/lamp-v1.bin";

it("installs an offer at its wakes, and gives up one whose package is missing until the next wake", async () => {
  const broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
  const packages = new Map<string, string>();
  const server = await startPackageServer(packages, 0);
  const time = await startTimeServer(() => clock.now());
  const clock = createClock(1_767_225_600_000);
  const files = new Map(filesOf(BOARD, packageOf(await programOf(OLDER, BOARD), 0)));
  const device = createVirtualBoard({
    script: "",
    chip: BOARD.chip,
    air: [BOARD.wifi],
    network: {
      "broker.example:1883": broker.port,
      "files.example:8080": server.port,
      "time.example:123/udp": time.port,
    },
    storage: files,
    clock,
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await device.stop();
    await broker.close();
    await server.close();
    await time.close();
  });
  const lines: string[] = [];
  device.on("console", (line) => lines.push(line));
  const awake: number[] = [];
  let woken = NaN;
  device.on("boot", () => (woken = clock.now()));
  device.on("sleep", () => awake.push(clock.now() - woken));
  const wake = async () => {
    const { length } = awake;
    while (awake.length === length) await clock.advance(1000);
    return awake.at(-1) ?? NaN;
  };

  await device.start();
  await wake(); // by hand
  expect(await wake()).toBeLessThan(2000);

  const bytes = packageOf(await programOf(NEWER, BOARD), 1);
  const offer = {
    version: "v1",
    time: 2001,
    size: bytes.length,
    path: PATH,
    host: "files.example",
    wait: false,
  };
  await broker.publish(`${TOPIC}/update`, makeOffer(offer, TOPIC, UPDATE_KEY), { retain: true });
  for (let i = 0; i < 2; i++) expect(await wake()).toBeLessThan(2000);
  expect(lines).toContain("Update: HTTP/1.1 404");
  expect(lines).not.toContain(NEWER);

  packages.set(PATH, bytes);
  const fetching = await wake();
  expect(lines.at(-1)).toBe("Update: going to sleep");
  expect(fetching).toBeLessThan(30_000);
  expect(await wake()).toBeLessThan(3000);
  expect(lines.filter((line) => line === NEWER)).toHaveLength(1);
  expect(files.get("app1")?.[Mark.Good]).toBe(SET); // good
  expect(broker.retained.get(`${TOPIC}/update/state`)?.toString()).toContain('"installed_version":"v1"');
  for (let i = 0; i < 3; i++) expect(await wake()).toBeLessThan(2000);
  expect(lines.filter((line) => line === NEWER)).toHaveLength(4);
});

const STUDIO: Board = studio({
  name: "sleep-update-studio",
  sleep: { every: EVERY },
  time: { server: "time.example", zone: 8 },
  update: { key: UPDATE_KEY, server: "iot-api.heclouds.com", port: 80 },
});
/** Wakes between two questions for a task, one every six hours. */
const ASKS_AFTER = 36;

/** A studio board that was started by hand, and is awake for its first 30 s. */
async function startStudio() {
  const clock = createClock(1_767_225_600_000);
  const server = await startServerSide(
    STUDIO,
    {},
    () => device,
    () => clock.now(),
  );
  const { onenet } = server;
  if (onenet === undefined) throw new Error("no OneNET");
  const files = new Map(filesOf(STUDIO, packageOf(await programOf(OLDER, STUDIO), 0)));
  const device: VirtualBoard = createVirtualBoard({
    script: "",
    chip: STUDIO.chip,
    air: [STUDIO.wifi],
    network: { ...server.network, "iot-api.heclouds.com:80": onenet.httpPort },
    storage: files,
    clock,
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await device.stop();
    await server.close();
  });
  const lines: string[] = [];
  device.on("console", (line) => lines.push(line));
  let isAwake = true;
  let woken = NaN;
  device.on("boot", () => {
    isAwake = true;
    woken = clock.now();
  });
  device.on("sleep", () => (isAwake = false));

  /** @returns how long the board was awake, in ms */
  async function wake(): Promise<number> {
    if (!isAwake) await clock.advance(EVERY * 1000);
    while (isAwake) await clock.advance(100);
    return clock.now() - woken;
  }

  await device.start();
  await clock.advance(10_000);
  const [record] = onenet.registry.devices.values();
  const name = `${record?.product ?? ""}/${record?.device ?? ""}`;
  return {
    ...{ onenet, files, lines, wake, name },
    offer: (program: string, fault?: UpdateFault): void => {
      const made = Buffer.from(packageOf(program, 1), "latin1");
      const { id } = onenet.updates.addPackage(record?.product ?? "", "v1", made);
      onenet.updates.start(name, id, fault);
    },
    state: (): TaskState | undefined => onenet.updates.task(name)?.state,
    step: () => onenet.updates.task(name)?.step,
    /** Wakes until a line is on the console. @returns how long each time awake was, in ms */
    wakeUntil: async (line: string, most: number): Promise<number[]> => {
      const awake: number[] = [];
      for (const { length } = lines; !lines.slice(length).includes(line);) {
        if (awake.length > most) throw new Error(`never: ${line}\n${lines.slice(-20).join("\n")}`);
        awake.push(await wake());
      }
      return awake;
    },
  };
}

it.each<[string, UpdateFault | undefined, number]>([
  ["", undefined, ASKS_AFTER + 1],
  [", and begins anew after the link was cut", { kind: "cut", at: 5000 }, 2 * ASKS_AFTER + 1],
])("studio: takes a task when it asks, every six hours%s", async (_what, fault, most) => {
  const { onenet, files, lines, name, offer, wake, wakeUntil, state, step } = await startStudio();
  expect(onenet.updates.versions(name)).toBeDefined();
  await wake();
  expect(await wake()).toBeLessThan(2000);
  offer(await programOf(NEWER, STUDIO), fault);
  const awake = await wakeUntil("Update: going to sleep", most);
  const [fetching = NaN] = awake.slice(-1);
  // It asks at one wake of many, and the others are as short as ever.
  expect(awake.filter((ms) => ms > 1000)).toHaveLength(fault ? 2 : 1);
  expect(awake.length).toBeGreaterThan(most - 4);
  expect(Math.max(...awake)).toBeLessThan(30_000);
  expect([state(), lines.includes(NEWER)]).toEqual(["upgrading", false]);

  const trial = await wake();
  expect([state(), step(), files.get("app1")?.[Mark.Good]]).toEqual(["done", 201, SET]);
  expect(trial).toBeLessThan(3000);
  for (let i = 0; i < 3; i++) expect(await wake()).toBeLessThan(2000);
  expect(lines.filter((line) => line === NEWER)).toHaveLength(4);
  expect(onenet.violations).toEqual([]);
  console.log(`asks after ${awake.length} wakes, fetches in ${fetching} ms, trial ${trial} ms`);
});

it("studio: takes a task at a notice while it is awake", async () => {
  const { lines, offer, wake, state, step } = await startStudio();
  offer(await programOf(NEWER, STUDIO));
  expect(await wake()).toBeLessThan(20_000);
  expect(lines.at(-1)).toBe("Update: going to sleep");
  expect(await wake()).toBeLessThan(3000);
  expect([lines.includes(NEWER), state(), step()]).toEqual([true, "done", 201]);
});

it.each([
  ["sleeps", `print("It is lost.");setTimeout(()=>ESP32.deepSleep(${EVERY}e6),8000);\n`, ASKS_AFTER + 5],
  ["stays awake", 'print("It is lost.");\n', ASKS_AFTER + 5],
  ["throws", 'print("It is lost.");throw new Error("lost");\n', ASKS_AFTER + 5],
])(
  "studio: a program that never comes online and %s goes back to the old one",
  async (_what, program, most) => {
    const { files, lines, offer, wakeUntil, wake, state, step } = await startStudio();
    await wake();
    offer(program);
    await wakeUntil("Update: step 206", most);
    expect([state(), step(), files.get("app1")?.[Mark.Bad]]).toEqual(["failed", 206, SET]);
    expect(lines.filter((line) => line === "It is lost.")).toHaveLength(3);
    for (let i = 0; i < 2; i++) expect(await wake()).toBeLessThan(2000);
  },
);
