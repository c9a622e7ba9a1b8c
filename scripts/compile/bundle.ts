/** Builds a board's script: what `npm run build` writes and what every test and tool runs. */

import { join } from "node:path";
import type { Board } from "../boards/board.ts";
import { identityOf, kindOf } from "../boards/update/identity.ts";
import { writeOutput } from "../cli/output-file.ts";
import { SCRIPTS } from "./cache.ts";
import { ingredientsOf } from "./ingredients.ts";
import type { Script } from "./script.ts";

export interface Bundle {
  /** The script's path. */
  readonly file: string;
  /** The script: ASCII, so that its length is its size in bytes. */
  readonly code: string;
  /** Of a board with updates, the script without what is the board's own: the same for all boards of a kind. */
  readonly program: string;
  /** What of the board's own code will hardly do what was meant, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Bundles the firmware for a board and writes it to `<directory>/<board>.js`. Unchanged ingredients give the cached script.
 * @param make compiles the script, `makeScript` in this process by default
 * @throws UserError listing every problem and its place: type errors, or code that Espruino cannot run; or if the script
 * cannot be written
 */
export async function buildBundle(board: Board, directory = "dist", make: Make = makeHere): Promise<Bundle> {
  const file = join(directory, `${board.name}.js`);
  const { code: program, warnings } = await scriptOf(kindOf(board), file, make);
  const code = identityOf(board) + program;
  await writeOutput(file, code);
  return { file, code, program, warnings };
}

type Make = (board: Board, file: string) => Promise<Script>;

async function makeHere(board: Board, file: string): Promise<Script> {
  const { makeScript } = await import("./script.ts"); // TypeScript and Rollup take a second to load
  return makeScript(board, file);
}

async function scriptOf(board: Board, file: string, make: Make): Promise<Pick<Bundle, "code" | "warnings">> {
  const before = ingredientsOf(board);
  const known = before && (await SCRIPTS.get(before.key));
  if (known) return known;
  const { code, warnings, sources } = await make(board, file);
  const isComplete = before && sources.every((source) => before.covers(source));
  // Not cached if an ingredient changed during the build.
  if (isComplete && ingredientsOf(board)?.key === before.key)
    await SCRIPTS.set(before.key, { code, warnings });
  return { code, warnings };
}
