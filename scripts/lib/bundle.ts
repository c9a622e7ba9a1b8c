/** Builds a board's script: what `npm run build` writes and what every test and tool runs. */

import { join } from "node:path";
import { rollup } from "rollup";
import { firmwareOptions } from "../../rollup.config.js";
import type { Board } from "../../src/board.ts";
import { UserError } from "./command.ts";
import { firmwarePlugins } from "./firmware-plugins.ts";
import { writeOutput } from "./output-file.ts";

export interface Bundle {
  /** The script's path. */
  readonly file: string;
  /** The script: ASCII, so that its length is its size in bytes. */
  readonly code: string;
  /** What of the board's own code will hardly do what was meant, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Bundles the firmware for a board and writes it to `<directory>/<board>.js`.
 * @throws UserError with all that is wrong and where it stands: type errors, or what Espruino could not run; or that the
 * script cannot be written
 */
export async function buildBundle(board: Board, directory = "dist"): Promise<Bundle> {
  const file = join(directory, `${board.name}.js`);
  const plugins = firmwarePlugins(board);
  const options = firmwareOptions(file, plugins);
  try {
    await using build = await rollup(options);
    const { output } = await build.generate(options.output);
    const { code } = output[0];
    await writeOutput(file, code);
    return { file, code, warnings: plugins.warnings };
  } catch (error) {
    throw isMistake(error) ? new UserError(error.message.replace(/^\[plugin [^\]]+\] /, "")) : error;
  }
}

/** What one of the plugins found wrong with the program, as opposed to what went wrong in one. */
function isMistake(error: unknown): error is Error {
  const plugin = error instanceof Error && "plugin" in error ? error.plugin : undefined;
  return plugin === "type-errors" || plugin === "gate" || plugin === "byte-strings";
}
