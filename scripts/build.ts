/** `npm run build -- <board>`: makes `dist/<board>.js`, the script that a board runs. */

import type { Chip } from "../src/board.ts";
import { warningsOf } from "./lib/board-warnings.ts";
import { DEFAULT_BOARD, listBoards, loadBoard } from "./lib/boards.ts";
import { byteBudget } from "./lib/budgets.ts";
import { CHIPS } from "./lib/chips.ts";
import { boardsOf, examples, EXIT, printJson, runCommand, UserError, warn } from "./lib/command.ts";
import { modulesOf } from "./lib/modules.ts";
import { createProgress } from "./lib/progress.ts";

interface Options {
  all?: true;
  json?: true;
}

await runCommand(
  "build",
  "Builds the script of one or more boards.",
  (command) =>
    command
      .argument("[board...]", `names of files in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", "the same, as the other commands take it")
      .option("--all", "every board that the project ships")
      .option("--json", "the result as JSON, for programs")
      .addHelpText(
        "after",
        examples(
          [
            ["npm run build -- kitchen", "boards/kitchen.local.json, or boards/kitchen.json"],
            ["npm run build -- esp32-devkit mpython"],
            ["npm run -s build -- --all --json"],
          ],
          "docs/boards.md",
        ),
      ),
  async (command) => {
    const { all, json } = command.opts<Options>();
    // All board files are read first: one with a mistake stops the build before anything is written.
    const boards = (all ? listBoards().shipped : boardsOf(command)).map((name) => loadBoard(name));
    const progress = createProgress();
    const built: object[] = [];
    const over: string[] = [];
    for (const [index, board] of boards.entries()) {
      progress.show(`building ${board.name}, ${index + 1} of ${boards.length}`);
      // TypeScript and Rollup take a second to load: not before they are needed.
      const { buildBundle } = await import("./lib/bundle.ts");
      const { file, code, warnings: ofCode } = await buildBundle(board).finally(progress.clear);
      const budget = byteBudget(board.name);
      if (code.length > budget) over.push(file);
      // What the project ships has example values, of course.
      const warnings = all ? [] : [...warningsOf(board), ...ofCode];
      const modules = modulesOf(code);
      built.push({ board: board.name, file, bytes: code.length, budget, modules, warnings });
      if (json) continue;
      const kind = `${board.onenet.generation}, ${board.led.kind}${board.onenet.tls ? ", TLS" : ""}`;
      console.log(
        `${file.padEnd(32)} ${kind.padEnd(22)} ${code.length} bytes, ${share(code.length, board.chip)}`,
      );
      if (modules.length > 0)
        console.log(`  with Espruino's own ${modules.join(", ")}, which npm run flash brings`);
      warnings.forEach(warn);
    }
    if (over.length > 0) {
      const message = `over the budget that the project has set itself in budgets.json: ${over.join(", ")}`;
      throw new UserError(message, EXIT.failed, { boards: built });
    }
    if (json) printJson({ boards: built });
  },
);

/** How much of a chip's flash a script takes. */
function share(bytes: number, chip: Chip): string {
  const { storage, title } = CHIPS[chip];
  return `${((bytes / storage) * 100).toFixed(0)} % of the room in flash on ${title}`;
}
