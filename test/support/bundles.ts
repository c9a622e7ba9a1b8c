/** Bundles of boards for tests. */

import { readFile } from "node:fs/promises";
import { inject } from "vitest";
import type { Board, Multiprotocol } from "../../scripts/boards/board.ts";
import { loadBoard } from "../../scripts/boards/index.ts";

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
  return built(shipped(name));
}

/** The script of a shipped board. */
export async function shippedScript(name: string): Promise<string> {
  return readFile(await shippedFile(name), "utf8");
}

/**
 * The script of any board, built once per test run, because a build takes a second.
 * @throws Error that lists the mistakes in its own code
 */
export async function buildScript(board: Board): Promise<string> {
  return readFile(await built(board), "utf8");
}

/** Has a board's script built (script-server.ts). @returns its path */
async function built(board: Board): Promise<string> {
  const response = await fetch(inject("scriptServer"), { method: "POST", body: JSON.stringify(board) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
