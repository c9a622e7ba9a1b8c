/** Builds the bundles to be timed: the firmware or a part of it, with entry points for the bench. */

import { rollup, type Plugin } from "rollup";
import type { Board } from "../boards/board.ts";
import { readFirmware } from "../compile/firmware.ts";
import { rollupOptions, type BundleOptions } from "../compile/rollup-options.ts";

/** A board's script that also sets the global `publish`, which publishes at the board's QoS. */
export function bundleFirmware(board: Board): Promise<string> {
  const { plugins, ...options } = rollupOptions("", readFirmware(board));
  return bundle({ ...options, plugins: [...plugins, exposing('global["publish"] = publish;')] });
}

/** The codec for Node, codec/main.ts: sets the globals `publish`, `receive` and `received`. */
export function bundleCodec(board: Board): Promise<string> {
  const input = "scripts/bench/codec/main.ts";
  return bundle(
    rollupOptions("", readFirmware(board, { input, tsconfig: "scripts/bench/codec/tsconfig.json" })),
  );
}

async function bundle(options: BundleOptions): Promise<string> {
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
