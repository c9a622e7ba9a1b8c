/** `npm run publish -- <board…>`: updates boards over the network. */

import { BOARDS_DIRECTORY } from "./boards/index.ts";
import { publishCommand } from "./devices/publish-command.ts";
import { modulesOf } from "./flash/modules.ts";
import { list, t } from "./cli/language.ts";

await publishCommand(BOARDS_DIRECTORY, async (board) => {
  // TypeScript and Rollup take a second to load, so only when needed.
  const { buildBundle } = await import("./compile/bundle.ts");
  const { program, warnings } = await buildBundle(board);
  const modules = modulesOf(program);
  const needs = t`it needs Espruino's modules ${list(modules)}: boards without them need npm run flash`;
  return { program, warnings: modules.length === 0 ? warnings : [...warnings, needs] };
});
