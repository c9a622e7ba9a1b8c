/** Bundles of boards for tests. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { Board } from "../../src/board.ts";
import { loadBoard } from "../../scripts/lib/boards.ts";
import { buildBundle } from "../../scripts/lib/bundle.ts";

/** A shipped board, whatever local files this machine has. */
export function shipped(name: string): Board {
  return loadBoard(name, { local: false });
}

/** The script of a shipped board, as global-setup.ts built it. */
export function shippedScript(name: string): Promise<string> {
  return readFile(join(inject("bundles"), `${name}.js`), "utf8");
}

/** Builds the script of a board that a test made up. */
export async function buildScript(board: Board): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  try {
    return (await buildBundle(board, directory)).code;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
