/** Compiles a board's script from TypeScript. */

import { rollup } from "rollup";
import type { Board } from "../boards/board.ts";
import { UserError } from "../cli/command.ts";
import { readFirmware } from "./firmware.ts";
import { rollupOptions } from "./rollup-options.ts";

export interface Script {
  /** ASCII: its length is its size in bytes. */
  readonly code: string;
  /** Warnings about likely mistakes in the board's own code, one line each. */
  readonly warnings: readonly string[];
  /** The TypeScript files read, as absolute paths, except TypeScript's own libraries. */
  readonly sources: readonly string[];
}

/**
 * @param file the path of the script; only source maps depend on it
 * @throws UserError listing every problem and its place: type errors, or code that Espruino cannot run
 */
export async function makeScript(board: Board, file: string): Promise<Script> {
  const firmware = readFirmware(board);
  const program = firmware.builder.getProgram();
  const sources = program
    .getSourceFiles()
    .filter((source) => !program.isSourceFileDefaultLibrary(source))
    .map(({ fileName }) => fileName);
  const options = rollupOptions(file, firmware);
  try {
    await using build = await rollup(options);
    const { output } = await build
      .generate({ ...options.output, sourcemap: false })
      // Source maps take their time, and only faults have places. The same fault ends this as well.
      .catch(() => build.generate(options.output));
    return { code: output[0].code, warnings: firmware.findings.warnings, sources };
  } catch (error) {
    throw isMistake(error) ? new UserError(error.message.replace(/^\[plugin [^\]]+\] /, "")) : error;
  }
}

/** Whether a plugin reported a mistake in the program; any other error is a failure of the build itself. */
function isMistake(error: unknown): error is Error {
  const plugin = error instanceof Error && "plugin" in error ? error.plugin : undefined;
  return plugin === "type-errors" || plugin === "gate" || plugin === "byte-strings";
}
