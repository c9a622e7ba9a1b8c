/** Bundles of boards for tests. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inject } from "vitest";
import type { Board, Multiprotocol } from "../../scripts/boards/board.ts";
import { listBoards, loadBoard } from "../../scripts/boards/index.ts";
import { buildBundle } from "../../scripts/compile/bundle.ts";

const MONTH = 30 * 86_400;
/** The time for tokens, in s since 1970. The same for 30 days, so that cached builds stay valid. */
const NOW = Math.floor(Date.now() / 1000 / MONTH) * MONTH;

/** A shipped board, whatever local files this machine has. */
export function shipped(name: string): Board {
  return loadBoard(name, { local: false, now: NOW });
}

/** A shipped board of the multiprotocol generation. */
export function shippedMultiprotocol(name: string): Board & { readonly onenet: Multiprotocol } {
  const board = shipped(name);
  if (board.onenet.generation !== "multiprotocol") throw new Error(`${name} is ${board.onenet.generation}`);
  return { ...board, onenet: board.onenet };
}

/** The path of a shipped board's script, `<name>.js`. */
export function shippedFile(name: string): Promise<string> {
  return built(name, () => shipped(name));
}

/** The script of a shipped board. */
export async function shippedScript(name: string): Promise<string> {
  return readFile(await shippedFile(name), "utf8");
}

/** The script of any board, built once per test run, because a build takes seconds. */
export async function buildScript(board: Board): Promise<string> {
  const key = JSON.stringify(board);
  const isShipped = listBoards().shipped.includes(board.name) && JSON.stringify(shipped(board.name)) === key;
  const name = isShipped ? board.name : createHash("sha256").update(key).digest("hex");
  return readFile(await built(name, () => board), "utf8");
}

/** Test threads share a folder: one of them builds, the others wait. */
async function built(name: string, board: () => Board): Promise<string> {
  const file = join(inject("bundles"), `${name}.js`);
  const workplace = `${file}.building`;
  while (!existsSync(file)) {
    if (!(await isMade(workplace))) await setTimeout(50);
    else {
      try {
        await rename((await buildBundle(board(), workplace)).file, file);
      } finally {
        await rm(workplace, { recursive: true });
      }
    }
  }
  return file;
}

/** Creates a folder. @returns whether it did not exist */
async function isMade(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
