/**
 * How a board's firmware is bundled: TypeScript in, one script out that a stock Espruino runs.
 * `npm run build -- <board>` uses it, and so does `npx rollup -c --configBoard <board>`.
 */

import typescript from "@rollup/plugin-typescript";

/**
 * @param {string} file where the script goes
 * @param {import("./scripts/lib/firmware-plugins.ts").FirmwarePlugins} plugins what comes before and after
 *   TypeScript
 * @param {{ input: string, tsconfig: string }} [source] another program than the firmware, for tests
 * @returns {import("rollup").RollupOptions & { output: import("rollup").OutputOptions }}
 */
export function firmwareOptions(
  file,
  plugins,
  source = { input: "src/main.ts", tsconfig: plugins.tsconfig },
) {
  return {
    input: source.input,
    // A module that nothing is used of leaves nothing behind: no module does anything but declare, save main.ts.
    treeshake: { moduleSideEffects: (id) => id.endsWith("main.ts") },
    plugins: [
      ...plugins.before,
      typescript({
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

/** @param {{ configBoard?: string }} commandLine */
export default async function (commandLine) {
  const { register } = await import("tsx/esm/api");
  register();
  const { firmwarePlugins } = await import("./scripts/lib/firmware-plugins.ts");
  const { loadBoard, DEFAULT_BOARD } = await import("./scripts/lib/boards.ts");
  const board = loadBoard(commandLine.configBoard ?? DEFAULT_BOARD);
  return firmwareOptions(`dist/${board.name}.js`, firmwarePlugins(board));
}
