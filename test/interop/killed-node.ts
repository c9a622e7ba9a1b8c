/** A board with two nodes of a cluster as its servers, of which one is killed while data flows. */

import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, vi } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import type { Program } from "../../scripts/bench/program.ts";
import { timeRoute } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { watchConsole } from "../support/console.ts";
import { awaited } from "../support/elsewhere.ts";
import { observe } from "../support/observer.ts";

export interface Node {
  /** Of MQTT. */
  readonly port: number;
  readonly program: Program;
}

/**
 * The board is on the second node in less than its longest wait, and no report is lost. Commands and reports go through
 * the third node.
 * @param board with the servers `broker.example:1883` and `second.example:1884`, and the topic `home/lamp`
 */
export async function killNode(board: Board, script: string, nodes: readonly Node[]): Promise<void> {
  const [first, second, third] = nodes;
  if (!first || !second || !third) throw new Error("a node is missing");
  // A node that is up refuses clients until the cluster has agreed on its store.
  const observer = await vi.waitFor(() => observe(third.port, ["home/lamp/#"]), {
    timeout: 60_000,
    interval: 500,
  });
  onTestFinished(() => observer.close());
  const device = await boardAt(board, script, await route(first), await route(second));
  const console = watchConsole(device);
  const count = (line: RegExp) => console.lines.filter((each) => line.test(each)).length;
  await device.start();
  await observer.next("home/lamp/status", /^online$/);
  await observer.send("home/lamp/set", "toggle");
  await observer.next("home/lamp/data", /"switch":1/);
  await device.clock.advance(40_000); // the link counts as stable
  await observer.send("home/lamp/set", "toggle");
  await expect.poll(() => count(/^Command: /)).toBe(2);
  const killed = device.clock.now();
  process.kill(-first.program.pid, "SIGKILL"); // the report on the command is on its way
  await expect.poll(() => count(/^OneNET: online$/)).toBe(2);
  expect(device.clock.now() - killed).toBeLessThan(board.reconnect.maximum * 1000);
  expect(console.lines).toContain("OneNET: connecting to second.example:1884");
  await observer.next("home/lamp/data", /"switch":2/);
  // A cluster may refuse a subscription for a while after it has lost a node.
  while (count(/subscription refused/) > count(/subscription granted/)) {
    await device.clock.advance(1000);
    await setTimeout(100); // of the cluster's time
  }
  await observer.send("home/lamp/set", "toggle");
  await observer.next("home/lamp/data", /"switch":3/);
}

/** A port of this process that leads to a node, whose answers the board's clock waits for. */
async function route({ port }: Node): Promise<number> {
  const behind = await awaited({ port, close: () => Promise.resolve() });
  onTestFinished(() => behind.close());
  return behind.port;
}

async function boardAt(board: Board, script: string, first: number, second: number): Promise<VirtualBoard> {
  const time = await startTimeServer(() => device.clock.now());
  const device = createVirtualBoard({
    script,
    chip: board.chip,
    air: [{ ssid: board.wifi.ssid, password: board.wifi.password }],
    network: {
      "broker.example:1883": first,
      "second.example:1884": second,
      ...timeRoute(board, time),
    },
  });
  onTestFinished(async () => {
    await device.stop();
    await time.close();
  });
  return device;
}
