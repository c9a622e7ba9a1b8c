/** The firmware's updates over the local OneNET: its own tasks and faults, by MQTT notice and HTTP. */

import { expect, onTestFinished, test } from "vitest";
import type { LocalOneNet, TaskState, UpdateFault } from "../../scripts/local-onenet/index.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { installed, NEWER, OLDER, packageOf, programOf, UPDATABLE } from "../support/updatable.ts";

const OLD = await programOf(OLDER);
const NEW = await programOf(NEWER);
/** Most steps in which something has to happen. */
const MOST_STEPS = 3000;

interface Bench {
  readonly device: VirtualBoard;
  readonly onenet: LocalOneNet;
  readonly lines: readonly string[];
  /** Starts a task, and waits for its end. @returns the last step */
  readonly update: (bytes: string, fault?: UpdateFault) => Promise<number | undefined>;
}

async function setBench(): Promise<Bench> {
  const { wifi, chip } = UPDATABLE;
  const server = await startServerSide(UPDATABLE, {}, () => device);
  const { onenet } = server;
  if (onenet === undefined) throw new Error("no OneNET");
  const device: VirtualBoard = createVirtualBoard({
    script: "",
    chip,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: { ...server.network, "iot-api.heclouds.com:80": onenet.httpPort },
    storage: installed(OLD),
  });
  onTestFinished(async () => {
    await device.stop();
    await server.close();
  });
  const lines: string[] = [];
  device.on("console", (line) => lines.push(line));

  async function until(holds: () => boolean): Promise<void> {
    for (let count = 0; !holds(); count++) {
      if (count > MOST_STEPS)
        throw new Error(`it never held: ${String(holds)}\n${lines.slice(-20).join("\n")}`);
      await device.clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  await device.start();
  await until(() => lines.includes("OneNET: online"));
  const [record] = onenet.registry.devices.values();
  const name = `${record?.product ?? ""}/${record?.device ?? ""}`;
  await until(() => onenet.updates.versions(name) !== undefined);
  return {
    device,
    onenet,
    lines,
    async update(bytes, fault) {
      const ended: readonly TaskState[] = ["done", "failed"];
      const { id } = onenet.updates.addPackage(record?.product ?? "", "v1", Buffer.from(bytes, "latin1"));
      onenet.updates.start(name, id, fault);
      await until(() => ended.includes(onenet.updates.task(name)?.state ?? "waiting"));
      return onenet.updates.task(name)?.step;
    },
  };
}

test.each([
  ["nothing", undefined, 201],
  ["the link is cut at a byte", { kind: "cut", at: 5000 }, 201],
  ["a byte differs", { kind: "hash" }, 205],
  ["the signature differs", { kind: "signature" }, 205],
] as const)("an update in which goes wrong: %s", async (_what, fault, step) => {
  const { update, onenet, lines } = await setBench();
  expect(await update(packageOf(NEW, 1), fault)).toBe(step);
  expect(lines.includes(NEWER)).toBe(step === 201);
  expect(onenet.violations).toEqual([]);
});

test("a program that never comes online", async () => {
  const { update, lines } = await setBench();
  expect(await update(packageOf('print("This program never comes online.")\n', 1))).toBe(206);
  expect(lines.filter((line) => line === "This program never comes online.").length).toBe(3);
});
