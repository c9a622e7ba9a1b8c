/**
 * A fleet of virtual boards with the whole firmware, updated in waves by one `npm run publish` over the local OneNET.
 * `UPDATE_BOARDS=50` takes so many boards.
 */

import { expect, onTestFinished, test } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { loadBoard } from "../../scripts/boards/index.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { publishCommand } from "../../scripts/devices/publish-command.ts";
import { startLocalOneNet } from "../../scripts/local-onenet/index.ts";
import { declare } from "../../scripts/stage/declare.ts";
import { serverRoutes, timeRoute } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import { boardFolder, STUDIO } from "../scripts/boards/board-folder.ts";
import { PRODUCT_KEY } from "../scripts/local-onenet/wire.ts";
import { commandHere } from "../support/run-here.ts";
import { NEWER, OLDER, packageOf, programOf, UPDATE_KEY } from "../support/updatable.ts";

const COUNT = Number(process.env["UPDATE_BOARDS"] ?? 50);
/** Names of board files and devices: `lamp-01` and so on. */
const NAMES = Array.from({ length: COUNT }, (_, index) => `lamp-${String(index + 1).padStart(2, "0")}`);
/** Most seconds of the boards in which something has to happen. */
const PATIENCE = 4000;

interface Fleet {
  /** One of the boards; all are of one kind. */
  readonly board: Board;
  /** Runs `npm run publish -- --all` while time passes on the boards. */
  publish(version: string, programFor: (board: string) => string): Promise<Report>;
  /** What a board has printed first, at each boot. */
  booted(board: string): readonly string[];
  readonly violations: readonly unknown[];
}

interface Report {
  readonly boards: readonly { board: string; wave: number; outcome: string; step?: number }[];
  readonly error?: { message: string };
}

/** Boards that are online, with an older program. */
async function startFleet(): Promise<Fleet> {
  const directory = boardFolder(
    Object.fromEntries(
      NAMES.map((device) => [
        `${device}.local.json`,
        { ...STUDIO, onenet: { ...STUDIO.onenet, device }, update: { key: UPDATE_KEY } },
      ]),
    ),
  );
  const boards = NAMES.map((name) => loadBoard(name, { directory }));
  const [first] = boards as [Board];
  const declared = boards.map((board) => declare(board, {}, undefined));
  const platform = await startLocalOneNet({
    products: declared
      .slice(0, 1)
      .flatMap(({ products }) => products.map((each) => ({ ...each, key: PRODUCT_KEY }))),
    devices: declared.flatMap(({ devices }) => devices),
  });
  const time = await startTimeServer(Date.now);
  const made = packageOf(await programOf(OLDER, first), 0);
  // They begin at once, so their seconds are the same.
  const clock = createClock(Date.now());
  const lines = new Map<string, string[]>();
  const devices = boards.map((board) => {
    const device = createVirtualBoard({
      script: "",
      chip: board.chip,
      air: accessPointsOf(board),
      network: {
        ...serverRoutes(board, platform.suitePort),
        "iot-api.heclouds.com:80": platform.httpPort,
        ...timeRoute(board, time),
      },
      clock,
      storage: new Map(filesOf(board, made)),
    });
    const own: string[] = [];
    lines.set(board.name, own);
    device.on("console", (line) => own.push(line));
    return device;
  });
  onTestFinished(async () => {
    await Promise.all(devices.map((device) => device.stop()));
    await platform.close();
    await time.close();
  });

  async function until(holds: () => boolean): Promise<void> {
    for (let seconds = 0; !holds(); seconds++) {
      if (seconds > PATIENCE) throw new Error(`it never held: ${String(holds)}`);
      await clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  await Promise.all(devices.map((device) => device.start()));
  const { product } = first.onenet as { product: string };
  await until(() =>
    NAMES.every((name) => platform.updates.versions(`${product}/${name}`)?.s_version === "v0"),
  );
  return {
    board: first,
    violations: platform.violations,
    booted: (board) => (lines.get(board) ?? []).filter((line) => [OLDER, NEWER, FAILING].includes(line)),
    async publish(version, programFor) {
      let isOver = false;
      const server = `http://127.0.0.1:${platform.httpPort}`;
      const run = commandHere(
        () =>
          publishCommand(directory, ({ name }) =>
            Promise.resolve({ program: programFor(name), warnings: [] }),
          ),
        ["publish", "--all", "--json", "--version", version, "--server", server],
        { stdin: PRODUCT_KEY, env: { ONENET_KEY: undefined } },
      ).finally(() => (isOver = true));
      await until(() => isOver);
      const { stdout } = await run;
      return JSON.parse(stdout) as Report;
    },
  };
}

const FAILING = "This program never comes online.";

test(
  "a fleet is updated in waves by one command, and one that fails stops the next wave",
  { timeout: 600_000 },
  async () => {
    const before = process.cpuUsage();
    const fleet = await startFleet();
    const [first] = NAMES as [string];
    const failed = await fleet.publish("v1", () => `print("${FAILING}");\n`);
    expect(failed.error?.message).toBe(`1 of ${COUNT} not updated; stopped, ${COUNT - 1} not started`);
    expect(failed.boards[0]).toMatchObject({ board: first, wave: 1, outcome: "failed", step: 206 });
    expect(NAMES.map((name) => fleet.booted(name).length)).toEqual([5, ...Array<number>(COUNT - 1).fill(1)]);
    expect(fleet.booted(first)).toEqual([OLDER, FAILING, FAILING, FAILING, OLDER]);

    const newer = await programOf(NEWER, fleet.board);
    const done = await fleet.publish("v2", () => newer);
    expect(done.boards.map(({ outcome }) => outcome)).toEqual(Array(COUNT).fill("done"));
    expect(done.boards.map(({ wave }) => wave)).toEqual([1, 2, 2, 2, 2, ...Array<number>(COUNT - 5).fill(3)]);
    for (const name of NAMES) expect(fleet.booted(name).slice(-2), name).toEqual([OLDER, NEWER]);
    expect(fleet.violations).toEqual([]);
    const { user, system } = process.cpuUsage(before);
    console.log(`${COUNT} boards: ${((user + system) / 1e6).toFixed(0)} s of processor time`);
  },
);
