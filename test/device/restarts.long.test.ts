/** No sequence of events makes a board restart, or write its flash, more than a few times an hour. */

import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { plain, plainAt } from "../support/boards.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { WatchedFlash } from "../support/watched-flash.ts";

const MINUTE = 60_000;
const HOURS = 4;
/** Most restarts in an hour. */
const A_FEW = 6;
/** Most flash writes in an hour: replacing a file counts as two, because the old one is marked as erased. */
const A_FEW_WRITES = 2 * A_FEW;

let device: VirtualBoard | undefined;
let platform: AnsweringPlatform | undefined;
afterEach(async () => {
  await device?.stop();
  await platform?.close();
  device = platform = undefined;
});

/**
 * Runs for some hours.
 * @param happen what happens each minute
 * @returns how often the board restarted and wrote its flash in the worst hour
 */
async function live(
  board: Board,
  happen: (board: VirtualBoard, platform: AnsweringPlatform) => void,
): Promise<{ restarts: number; writes: number; total: number }> {
  const server = (platform = await startAnsweringPlatform());
  const { chip, wifi, onenet } = board;
  const storage = new WatchedFlash();
  const made = (device = createVirtualBoard({
    script: await buildScript(board),
    chip,
    storage,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: { [`${onenet.server}:${onenet.port}`]: server.port },
  }));
  const restartsAt: number[] = [];
  const writesAt: number[] = [];
  made.on("reboot", () => restartsAt.push(made.clock.now()));
  await made.start();
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const before = storage.writes;
    await made.clock.advance(MINUTE);
    for (let i = before; i < storage.writes; i++) writesAt.push(made.clock.now());
    happen(made, server);
  }
  return { restarts: worst(restartsAt), writes: worst(writesAt), total: restartsAt.length };
}

/** Most of these times that lie within one hour. */
function worst(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((time) => time >= from && time < from + 60 * MINUTE).length),
  );
}

function expectFew({ restarts, writes }: { restarts: number; writes: number }): void {
  expect(restarts).toBeLessThanOrEqual(A_FEW);
  expect(writes).toBeLessThanOrEqual(A_FEW_WRITES);
}

describe("a board restarts and writes its flash at most a few times an hour", () => {
  it("if no publish is ever acknowledged", async () => {
    expectFew(await live(plainAt(1, true), (_board, server) => server.withhold()));
  });

  it("if every link is cut", async () => {
    expectFew(await live(shippedMultiprotocol("esp32-devkit"), (_board, server) => server.cut()));
  });

  it("if it crashes soon after each log-in", async () => {
    let seen = 0;
    const lived = await live(plainAt(1, true), (board, server) => {
      if (server.logIns() > seen) board.type("E.reboot()\n");
      seen = server.logIns();
    });
    expectFew(lived);
    expect(lived.total).toBeGreaterThan(HOURS);
  });
});

it("own code that throws at boot and at every call causes no restart", async () => {
  const board: Board = {
    ...plain({ name: "throws" }),
    code: {
      file: resolve("test/support/throwing-code.ts"),
      starts: true,
      sources: ["light"],
      commands: ["fail"],
    },
    streams: [{ id: "light", source: "light", period: 60, dpType: 3 }],
  };
  expect(await live(board, () => undefined)).toEqual({ restarts: 0, writes: 0, total: 0 });
});
