/** Loads board files: finds one by its name, joins it with what it extends, checks all of it, makes a `Board` of it. */

import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../../src/board.ts";
import { readChain, type Chain } from "./boards/chain.ts";
import { BoardError, nearestTo, quote, type Mistake } from "./boards/mistake.ts";
import { normalise, type BoardFile } from "./boards/normalise.ts";
import { checkRules } from "./boards/rules.ts";
import { checkSchema, exampleOf } from "./boards/schema.ts";

export { BoardError, formatMistake, type Mistake } from "./boards/mistake.ts";

/** The folder of the project's board files. */
export const BOARDS_DIRECTORY = fileURLToPath(new URL("../../boards", import.meta.url));

/** The board that a command takes when none is named. */
export const DEFAULT_BOARD = "esp32-devkit";

export interface LoadOptions {
  /** The folder of the board files; the project's own unless told. */
  readonly directory?: string;
  /** Whether `<name>.local.json` is preferred, true unless told; false where all machines must see the same. */
  readonly local?: boolean;
}

/**
 * The board of a name such as `kitchen`, from `kitchen.local.json` if there is one, else from `kitchen.json`.
 * The name may also be written as a shell completes it, `boards/kitchen.json`.
 *
 * @throws BoardError with all mistakes of the file and of those that it extends
 */
export function loadBoard(name: string, options: LoadOptions = {}): Board {
  const { directory = BOARDS_DIRECTORY, local = true } = options;
  const board = (name.split(/[/\\]/).at(-1) ?? "").replace(/\.json$/, "").replace(/\.local$/, "");
  const files = listBoards(directory);
  const known = local ? [...new Set([...files.shipped, ...files.local])].sort() : files.shipped;
  if (!known.includes(board)) throw new BoardError([unknownBoard(directory, board, known)]);
  const chain = readChain(directory, local && files.local.includes(board) ? `${board}.local` : board);
  return normalise(board, check(chain));
}

/** The names of the boards in a folder, sorted: of `<name>.json`, and of `<name>.local.json`. */
export function listBoards(directory: string = BOARDS_DIRECTORY): { shipped: string[]; local: string[] } {
  const files = readdirSync(directory).sort();
  const names = (pattern: RegExp): string[] => files.flatMap((file) => pattern.exec(file)?.[1] ?? []);
  return {
    shipped: names(/^([a-z0-9][a-z0-9-]*)\.json$/),
    local: names(/^([a-z0-9][a-z0-9-]*)\.local\.json$/),
  };
}

/** The fields that still hold the example that the project's board files come with, such as `wifi.ssid`. */
export function placeholders(board: Board): string[] {
  const { wifi, onenet } = board;
  const values: [string, string][] = [
    ["wifi.ssid", wifi.ssid],
    ["wifi.password", wifi.password],
    ["onenet.product", onenet.product],
    ["onenet.device", onenet.device],
    ["onenet.authInfo", onenet.authInfo],
  ];
  return values
    .filter(([field, value]) => value === exampleOf(`/${field.replace(".", "/")}`))
    .map(([field]) => field);
}

function unknownBoard(directory: string, board: string, known: readonly string[]): Mistake {
  const file = basename(directory);
  const problem = `there is no board ${quote(board)}`;
  if (known.length === 0) return { file, field: "", problem, remedy: "write a board file there" };
  const nearest = nearestTo(board, known);
  const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
  return { file, field: "", problem, remedy: `${hint}there are ${known.join(", ")}` };
}

function check({ board, mistakes, placed }: Chain): BoardFile {
  if (board === undefined) throw new BoardError(mistakes);
  const all = [...mistakes, ...[...checkSchema(board), ...checkRules(board)].map(placed)];
  if (all.length > 0) throw new BoardError(all);
  return board as unknown as BoardFile; // the schema has seen to it
}
