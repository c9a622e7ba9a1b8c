/** What a board with updates is flashed with: the loader, and its program in the first slot. */

import { join } from "node:path";
import type { Board, Update } from "../boards/board.ts";
import { defaultVersion, makePackage } from "../boards/update/package.ts";
import { filesOf } from "../boards/update/slots.ts";
import { writeOutput } from "../cli/output-file.ts";
import type { Installation } from "./index.ts";

/**
 * @param board one with updates
 * @param program its script, without what is the board's own
 * @param modules Espruino's modules that the script requires: the tool puts before the loader what the loader names
 * @param directory where the files go
 */
export async function install(
  board: Board & { readonly update: Update },
  program: string,
  modules: readonly string[],
  directory = "dist",
): Promise<Installation> {
  const time = Math.floor(Date.now() / 1000);
  const made = makePackage({ version: defaultVersion(time), time, program }, board.update.key);
  const [[, loader], [, slot]] = filesOf(board, made);
  const paths = {
    loader: join(directory, `${board.name}.loader.js`),
    slot: join(directory, `${board.name}.app0`),
  };
  const required = modules.map((module) => `if(0)require(${JSON.stringify(module)});\n`);
  await writeOutput(paths.loader, required.join("") + loader);
  await writeOutput(paths.slot, Buffer.from(slot, "latin1"));
  return paths;
}
