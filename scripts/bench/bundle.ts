/** Builds the bundles to be timed: the firmware or a part of it, with entry points for the bench. */

import { rollup, type Plugin } from "rollup";
import type { Board } from "../boards/board.ts";
import { firmwarePlugins } from "../compile/firmware-plugins.ts";
import { rollupOptions } from "../compile/rollup-options.ts";

/** A board's script that also sets the global `publish`, which publishes at the board's QoS. */
export function bundleFirmware(board: Board): Promise<string> {
  const plugins = firmwarePlugins(board);
  return bundle(
    rollupOptions("", { ...plugins, after: [exposing('global["publish"] = publish;'), ...plugins.after] }),
  );
}

/** The codec for Node, codec/main.ts: sets the globals `publish`, `receive` and `received`. */
export function bundleCodec(board: Board): Promise<string> {
  return bundle(
    rollupOptions("", firmwarePlugins(board), {
      input: "scripts/bench/codec/main.ts",
      tsconfig: "scripts/bench/codec/tsconfig.json",
    }),
  );
}

async function bundle(options: ReturnType<typeof rollupOptions>): Promise<string> {
  const build = await rollup(options);
  try {
    const { output } = await build.generate(options.output);
    return output[0].code;
  } finally {
    await build.close();
  }
}

/** @param line JavaScript appended to main.ts, which can use its declarations */
function exposing(line: string): Plugin {
  return {
    name: "expose",
    transform: (code, id) => (id.endsWith("/src/main.ts") ? { code: `${code}\n${line}`, map: null } : null),
  };
}
