/** A board that sleeps, and updates that are offered while it does. */

import { expect, it, onTestFinished } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { makeOffer } from "../../scripts/boards/update/offer.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { startPackageServer } from "../../scripts/devices/package-server.ts";
import { startPlainBroker } from "../../scripts/local-onenet/plain.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import { plain } from "../support/boards.ts";
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

it("installs an offer at its wakes, and gives up one that it cannot fetch until the next wake", async () => {
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
  for (let i = 0; i < 2; i++) expect(await wake()).toBeLessThan(8300);
  expect(lines).not.toContain(NEWER);

  packages.set(PATH, bytes);
  const fetching = await wake();
  expect(lines.at(-1)).toBe("Update: going to sleep");
  expect(fetching).toBeLessThan(30_000);
  expect(await wake()).toBeLessThan(3000);
  expect(lines.filter((line) => line === NEWER)).toHaveLength(1);
  expect(files.get("app1")?.[6]).toBe("."); // good
  expect(broker.retained.get(`${TOPIC}/update/state`)?.toString()).toContain('"installed_version":"v1"');
  for (let i = 0; i < 3; i++) expect(await wake()).toBeLessThan(2000);
  expect(lines.filter((line) => line === NEWER)).toHaveLength(4);
});
