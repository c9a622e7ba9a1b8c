/** `npm run build -- <board>`: builds `dist/<board>.js`, a board's script. */

import type { Chip } from "../src/board.ts";
import { warningsOf } from "./boards/warnings.ts";
import { DEFAULT_BOARD, listBoards, loadBoard } from "./boards/index.ts";
import { serverKind } from "./boards/mqtt.ts";
import { boardsOf } from "./boards/arguments.ts";
import { byteBudget } from "./compile/budgets.ts";
import { CHIPS } from "./boards/chips.ts";
import { examples, EXIT, printJson, runCommand, UserError, warn } from "./cli/command.ts";
import { modulesOf } from "./flash/modules.ts";
import { createProgress } from "./cli/progress.ts";
import { padEnd } from "./cli/columns.ts";
import { list, t } from "./cli/language.ts";

interface Options {
  all?: true;
  json?: true;
}

await runCommand(
  "build",
  t`Builds the script of one or more boards.`,
  (command) =>
    command
      .argument("[board...]", t`names of files in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", t`same as the [board] argument`)
      .option("--all", t`build every board shipped with the project`)
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run build -- kitchen", t`boards/kitchen.local.json, or boards/kitchen.json`],
            ["npm run build -- esp32-devkit mpython"],
            ["npm run -s build -- --all --json"],
          ],
          "docs/boards.md",
        ),
      ),
  async (command) => {
    const { all, json } = command.opts<Options>();
    // Read all board files first, so that a mistake stops the build before anything is written.
    const boards = (all ? listBoards().shipped : boardsOf(command)).map((name) => loadBoard(name));
    const progress = createProgress();
    const built: object[] = [];
    const over: string[] = [];
    for (const [index, board] of boards.entries()) {
      progress.show(t`building ${board.name}, ${index + 1} of ${boards.length}`);
      // TypeScript and Rollup take a second to load, so only when needed.
      const { buildBundle } = await import("./compile/bundle.ts");
      const { file, code, warnings: ofCode } = await buildBundle(board).finally(progress.clear);
      const budget = byteBudget(board);
      if (code.length > budget) over.push(file);
      // The shipped boards have example values on purpose.
      const warnings = all ? [] : [...warningsOf(board), ...ofCode];
      const modules = modulesOf(code);
      built.push({ board: board.name, file, bytes: code.length, budget, modules, warnings });
      if (json) continue;
      const kind = list([
        serverKind(board),
        board.led?.kind ?? t`no LED`,
        ...(board.onenet.tls ? ["TLS"] : []),
      ]);
      console.log(
        t`${padEnd(file, 32)} ${padEnd(kind, 22)} ${code.length} bytes, ${share(code.length, board.chip)}`,
      );
      if (modules.length > 0)
        console.log(t`  with Espruino's modules ${list(modules)}, which npm run flash uploads too`);
      warnings.forEach(warn);
    }
    if (over.length > 0) {
      const message = t`over the budget in budgets.json: ${list(over)}`;
      throw new UserError(message, EXIT.failed, { boards: built });
    }
    if (json) printJson({ boards: built });
  },
);

/** The share of a chip's flash a script takes. */
function share(bytes: number, chip: Chip): string {
  const { storage, title } = CHIPS[chip];
  return t`${((bytes / storage) * 100).toFixed(0)} % of the flash on ${title}`;
}
