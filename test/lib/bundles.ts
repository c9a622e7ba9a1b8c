/** Bundles of boards for tests. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { Board, Multiprotocol } from "../../src/board.ts";
import { loadBoard } from "../../scripts/lib/boards.ts";
import { buildBundle } from "../../scripts/lib/bundle.ts";

/** A shipped board, whatever local files this machine has. */
export function shipped(name: string): Board {
  return loadBoard(name, { local: false });
}

/** A shipped board of the multiprotocol generation. */
export function shippedMultiprotocol(name: string): Board & { readonly onenet: Multiprotocol } {
  const board = shipped(name);
  if (board.onenet.generation !== "multiprotocol") throw new Error(`${name} is ${board.onenet.generation}`);
  return { ...board, onenet: board.onenet };
}

/** The script of a shipped board, as global-setup.ts built it. */
export function shippedScript(name: string): Promise<string> {
  return readFile(join(inject("bundles"), `${name}.js`), "utf8");
}

const built = new Map<string, Promise<string>>();

/** The script of a board that a test made up, built once. */
export function buildScript(board: Board): Promise<string> {
  const key = JSON.stringify(board);
  let script = built.get(key);
  if (!script) built.set(key, (script = build(board)));
  return script;
}

async function build(board: Board): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  try {
    return (await buildBundle(board, directory)).code;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
