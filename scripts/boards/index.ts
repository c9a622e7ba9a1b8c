/** Loads board files: finds one by name, joins it with what it extends, checks it, and makes a `Board` of it. */

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board, Code, OneNet } from "./board.ts";
import { isBoardFile, readChain, type Chain } from "./chain.ts";
import { createFinder } from "./json.ts";
import { BoardError, isObject, listFiles, nearestTo, quote, type Finding, type Mistake } from "./mistake.ts";
import { normalise, type BoardFile } from "./normalise.ts";
import { readCode } from "./code.ts";
import { checkMqtt, sectionOfBoard } from "./mqtt.ts";
import { checkOneNet } from "./onenet.ts";
import { checkBoard, ownPartsIn } from "./checks.ts";
import { readRegularFile } from "./regular-file.ts";
import { checkSchema, exampleOf } from "./schema.ts";
import { t } from "../cli/language.ts";

export { BoardError, formatMistake, type Mistake } from "./mistake.ts";
export { tokenWarning } from "./onenet.ts";

/** The folder of the project's board files. */
export const BOARDS_DIRECTORY = fileURLToPath(new URL("../../boards", import.meta.url));

/** The board a command uses by default. */
export const DEFAULT_BOARD = "esp32-devkit";

export interface LoadOptions {
  /** The folder of the board files; the project's own by default. */
  readonly directory?: string;
  /** Whether `<name>.local.json` is preferred, true by default; false if all machines must get the same result. */
  readonly local?: boolean;
  /** The time, in s since 1970, from which `expires` counts and at which a token must be valid; now by default. */
  readonly now?: number;
}

/**
 * Loads a board by a name such as `kitchen`, from `kitchen.local.json` if it exists, else from `kitchen.json`.
 * The name may also be a path completed by the shell, `boards/kitchen.json`.
 *
 * A suite or studio board with a key gets its token here: the same all day, unless `expires` counts hours.
 *
 * @throws BoardError with all mistakes of the file and of those it extends
 */
export function loadBoard(name: string, options: LoadOptions = {}): Board {
  const { now = Date.now() / 1000, directory = BOARDS_DIRECTORY } = options;
  const { board, chain } = chainOf(name, options);
  const { file, code } = check(chain, now, directory);
  return normalise(board, file, code, now);
}

/**
 * Adds to each mistake in a board file the place of its field.
 * @param directory the folder of the board files
 */
function located(mistakes: readonly Mistake[], directory: string): Mistake[] {
  const finders = new Map<string, ReturnType<typeof createFinder>>();
  return mistakes.map((mistake) => {
    const { file, field, position: known } = mistake;
    if (known || field === "") return mistake;
    const find = finders.get(file) ?? finderIn(join(directory, basename(file)));
    finders.set(file, find);
    const position = find(field);
    return position ? { ...mistake, position } : mistake;
  });
}

function finderIn(path: string): ReturnType<typeof createFinder> {
  try {
    return createFinder(readRegularFile(path).toString("utf8"));
  } catch {
    return () => undefined; // it is gone by now
  }
}

/** Assigns findings in a loaded board to their places in the files to correct. */
export function placeFindings(
  name: string,
  findings: readonly Finding[],
  options: LoadOptions = {},
): readonly Mistake[] {
  return located(findings.map(chainOf(name, options).chain.placed), options.directory ?? BOARDS_DIRECTORY);
}

/** @throws BoardError if there is no such board */
function chainOf(name: string, options: LoadOptions): { readonly board: string; readonly chain: Chain } {
  const { directory = BOARDS_DIRECTORY, local = true } = options;
  const board = (name.split(/[/\\]/).at(-1) ?? "").replace(/\.json$/, "").replace(/\.local$/, "");
  const files = listBoards(directory);
  const known = local ? [...new Set([...files.shipped, ...files.local])].sort() : files.shipped;
  if (!known.includes(board)) throw new BoardError([unknownBoard(directory, board, known)]);
  return {
    board,
    chain: readChain(directory, local && files.local.includes(board) ? `${board}.local` : board),
  };
}

/** The mistakes of a `<name>.local.json` not written yet, as `loadBoard` would report them. */
export function checkUnwritten(
  name: string,
  file: Readonly<Record<string, unknown>>,
  { directory = BOARDS_DIRECTORY, now = Date.now() / 1000 }: LoadOptions = {},
): readonly Mistake[] {
  // A copy: the check fills in the defaults.
  return look(readChain(directory, `${name}.local`, structuredClone(file)), now).mistakes;
}

/** The names of the boards in a folder, sorted: those of `<name>.json`, and those of `<name>.local.json`. */
export function listBoards(directory: string = BOARDS_DIRECTORY): { shipped: string[]; local: string[] } {
  const files = readdirSync(directory).filter(isBoardFile);
  const names = (pattern: RegExp): string[] => files.flatMap((file) => pattern.exec(file)?.[1] ?? []).sort();
  return {
    shipped: names(/^([a-z0-9][a-z0-9-]*)\.json$/),
    local: names(/^([a-z0-9][a-z0-9-]*)\.local\.json$/),
  };
}

/** The fields that still have the example values of the shipped board files, such as `wifi.ssid`. */
export function placeholders(board: Board): string[] {
  const file = { ...board, [sectionOfBoard(board)]: board.onenet };
  const fields = [
    "wifi.ssid",
    "wifi.password",
    "console.password",
    "update.key",
    ...PERSONAL[board.onenet.generation],
  ];
  return fields.filter((field) => {
    const keys = field.split(".");
    const value = keys.reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), file);
    return value !== undefined && value === exampleOf(`/${keys.join("/")}`, file);
  });
}

/** Fields whose shipped example values never work. */
const PERSONAL: Readonly<Record<OneNet["generation"], readonly string[]>> = {
  multiprotocol: ["onenet.product", "onenet.device", "onenet.authInfo", "onenet.registration.code"],
  suite: ["onenet.product", "onenet.device", "onenet.key"],
  studio: ["onenet.product", "onenet.device", "onenet.key"],
  plain: ["mqtt.server", "mqtt.userName", "mqtt.password"],
};

function unknownBoard(directory: string, board: string, known: readonly string[]): Mistake {
  const file = basename(directory);
  const problem = t`there is no board ${quote(board)}`;
  if (known.length === 0) return { file, field: "", problem, remedy: t`write a board file there` };
  const nearest = nearestTo(board, known);
  const hint = nearest === undefined ? "" : t`did you mean ${nearest}? `;
  return { file, field: "", problem, remedy: t`${hint}there are ${listFiles(known)}` };
}

function check(chain: Chain, now: number, directory: string): { file: BoardFile; code: Code | undefined } {
  const { code, mistakes } = look(chain, now);
  if (mistakes.length > 0) throw new BoardError(mistakes, located(mistakes, directory));
  return { file: chain.board as unknown as BoardFile, code }; // checked by the schema
}

/** Also fills the defaults into the chain's board. */
function look(
  { board, code: path, mistakes, placed }: Chain,
  now: number,
): { code: Code | undefined; mistakes: readonly Mistake[] } {
  const own = path === undefined ? undefined : readCode(path, board && ownPartsIn(board));
  const all = [...mistakes, ...(own?.mistakes ?? [])];
  if (board !== undefined) {
    const shape = checkSchema(board);
    // If the code cannot be read, names used from it cannot be checked.
    const isCodeRead = own === undefined || own.code !== undefined;
    const findings = [
      ...shape.findings,
      ...(isCodeRead ? checkBoard(board, own?.code, shape.brokenParts) : []),
      ...checkOneNet(board, now),
      ...checkMqtt(board),
    ];
    all.push(...findings.map(placed));
  }
  return { code: own?.code, mistakes: all };
}
