/** How Rollup bundles a firmware: TypeScript in, one script out that a stock Espruino runs. */

import typescript from "@rollup/plugin-typescript";
import type { OutputOptions, RollupOptions } from "rollup";
import type { FirmwarePlugins } from "./firmware-plugins.ts";
import { sharedTypescript } from "./shared-typescript.ts";

/** Another program than the firmware, for measurements and tests. */
export interface Source {
  readonly input: string;
  readonly tsconfig: string;
}

/**
 * @param file where the script goes
 * @param plugins what comes before and after TypeScript
 */
export function rollupOptions(
  file: string,
  plugins: FirmwarePlugins,
  source: Source = { input: "src/main.ts", tsconfig: plugins.tsconfig },
): RollupOptions & { output: OutputOptions } {
  return {
    input: source.input,
    // A module that nothing is used of leaves nothing behind: no module does anything but declare, save main.ts.
    treeshake: { moduleSideEffects: (id) => id.endsWith("main.ts") },
    plugins: [
      ...plugins.before,
      typescript({
        typescript: sharedTypescript,
        tsconfig: source.tsconfig,
        noEmitOnError: false, // the plugin would tell the first error only; one of ours tells all
        transformers(program) {
          plugins.program(program);
          return {};
        },
      }),
      ...plugins.after,
    ],
    output: { file, format: "iife", generatedCode: "es2015", sourcemap: "hidden", strict: false },
    onwarn(warning) {
      throw new Error(warning.message);
    },
  };
}
