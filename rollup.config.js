/** `npx rollup -c --configBoard <board>` makes what `npm run build -- <board>` makes. */

import { register } from "tsx/esm/api";

/** @param {{ configBoard?: string }} commandLine */
export default async function (commandLine) {
  register();
  const { loadBoard, DEFAULT_BOARD } = await import("./scripts/boards/index.ts");
  const { readFirmware } = await import("./scripts/compile/firmware.ts");
  const { rollupOptions } = await import("./scripts/compile/rollup-options.ts");
  const board = loadBoard(commandLine.configBoard ?? DEFAULT_BOARD);
  return rollupOptions(`dist/${board.name}.js`, readFirmware(board));
}
