/** How Rollup bundles a firmware: TypeScript in, one script out that a stock Espruino runs. */

import { plugin as typescript } from "./typescript.js";
import type { OutputOptions, RollupOptions } from "rollup";
import { bytes, constants, espruinoScript, intervals } from "./firmware-plugins.ts";
import type { Firmware } from "./firmware.ts";
import { isForeign, typeErrors } from "./own-code/index.ts";
import { handingOut } from "./shared-typescript.ts";

export interface BundleOptions extends RollupOptions {
  readonly plugins: NonNullable<RollupOptions["plugins"]>[];
  readonly output: OutputOptions;
}

/**
 * @param file where the script goes
 * @param optimizes whether the parts become one flat program; a test compares both
 */
export function rollupOptions(file: string, firmware: Firmware, optimizes = true): BundleOptions {
  const { board, source, builder } = firmware;
  return {
    input: source.input,
    // A module that nothing is used of leaves nothing behind: only main.ts does more than declare.
    treeshake: { moduleSideEffects: (id) => id.endsWith("main.ts") },
    plugins: [
      constants(board),
      typeErrors(firmware.findings.types),
      typescript({
        typescript: handingOut(builder),
        tsconfig: source.tsconfig,
        noEmitOnError: false, // the plugin would report the first error only; typeErrors reports all
      }),
      intervals(board),
      bytes(),
      espruinoScript(firmware, optimizes),
    ],
    output: { file, format: "iife", generatedCode: "es2015", sourcemap: "hidden", strict: false },
    onwarn({ code, ids, message }) {
      // The board's own code may have circular imports, as anywhere.
      if (code === "CIRCULAR_DEPENDENCY" && ids?.some((id) => id.endsWith(".ts") && isForeign(board, id)))
        return;
      throw new Error(message);
    },
  };
}
