/** An empty virtual board with its console on TCP, for tests that upload scripts. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { flash, type FlashOptions } from "../../scripts/flash/index.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { serveConsole } from "../../scripts/virtual-board/console-server.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { shipped, shippedFile } from "./bundles.ts";

export const BOARD = shipped("esp32-devkit");
/** Shows nothing. */
export const QUIET: FlashOptions["show"] = {
  step: () => undefined,
  progress: () => undefined,
  wait: () => undefined,
  left: () => undefined,
  board: () => undefined,
};

/** What to do after the test, the last first. */
export const atEnd: (() => unknown)[] = [];

/** To be called once in each test file. */
export function endAfterEach(): void {
  afterEach(async () => {
    for (const end of atEnd.splice(0).reverse()) await end();
  });
}

/** An empty board with its console on TCP, and the local OneNET it should reach. */
export async function emptyBoard(changes: object = {}): Promise<{ stage: Stage; port: string }> {
  const stage = await setStage(BOARD, "", changes);
  atEnd.push(() => stage.close());
  const port = await consoleOf(stage.device);
  await stage.device.start();
  return { stage, port };
}

export async function consoleOf(device: VirtualBoard): Promise<string> {
  const server = await serveConsole(device);
  atEnd.push(() => server.close());
  return server.address;
}

/** @returns what was shown about the board */
export async function run(port: string, changes: Partial<FlashOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  await flash({
    port,
    build: () => shippedFile(BOARD.name),
    chip: BOARD.chip,
    toRam: false,
    patience: 20_000,
    signal: new AbortController().signal,
    show: { ...QUIET, board: (line) => void lines.push(line) },
    ...changes,
  });
  return lines;
}

/** A separate script, longer than 512 bytes, because the tool never ends after a shorter one. */
export async function script(code: string): Promise<() => Promise<string>> {
  const directory = await mkdtemp(join(tmpdir(), "flash-"));
  atEnd.push(() => rm(directory, { recursive: true }));
  const file = join(directory, "script.js");
  await writeFile(file, `${code}//${"x".repeat(600)}\n`);
  return () => Promise.resolve(file);
}
