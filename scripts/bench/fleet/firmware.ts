/** The firmware's own modules on Node: what keeps a board connected, and what its messages look like. */

import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import type { Board } from "../../boards/board.ts";
import { featuresModule } from "../../compile/board-module.ts";

/** What a simulated board uses of src/. All text is byte strings. */
export interface Firmware {
  readonly createConnection: typeof import("../../../src/app/connection.ts").createConnection;
  readonly createSubscriptions: typeof import("../../../src/app/subscriptions.ts").createSubscriptions;
  readonly sized: typeof import("../../../src/mqtt/bytes.ts").sized;
  readonly createMultiprotocol: typeof import("../../../src/onenet/multiprotocol.ts").createMultiprotocol;
  readonly createPlain: typeof import("../../../src/onenet/plain.ts").createPlain;
  readonly createStudio: typeof import("../../../src/onenet/studio.ts").createStudio;
  readonly createSuite: typeof import("../../../src/onenet/suite.ts").createSuite;
  readonly type1: typeof import("../../../src/onenet/dp.ts").type1;
}

const ENTRY = `
export { createConnection } from "./app/connection";
export { createSubscriptions } from "./app/subscriptions";
export { sized } from "./mqtt/bytes";
export { createMultiprotocol } from "./onenet/multiprotocol";
export { createPlain } from "./onenet/plain";
export { createStudio } from "./onenet/studio";
export { createSuite } from "./onenet/suite";
export { type1 } from "./onenet/dp";
`;

const SOURCES = fileURLToPath(new URL("../../../src", import.meta.url));

/** Loads the sources as the build does for this board: with its features, and without the others. */
export async function loadFirmware(board: Board): Promise<Firmware> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: SOURCES, loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    target: "es2022",
    logLevel: "silent", // failures are thrown
    plugins: [
      {
        name: "features",
        setup(build) {
          build.onResolve({ filter: /^virtual:features$/ }, ({ path }) => ({ path, namespace: "features" }));
          build.onLoad({ filter: /./, namespace: "features" }, () => ({ contents: featuresModule(board) }));
        },
      },
    ],
  });
  const module = { exports: {} };
  const load = compileFunction(outputFiles[0]?.text ?? "", ["module"]) as (to: typeof module) => void;
  load(module);
  return module.exports as Firmware;
}
