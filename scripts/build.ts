/** `npm run build -- <board>`: makes `dist/<board>.js`, the script that a board runs. */

import pc from "picocolors";
import { listBoards, loadBoard, placeholders, tokenWarning, DEFAULT_BOARD } from "./lib/boards.ts";
import { byteBudget } from "./lib/budgets.ts";
import { runCommand, UserError } from "./lib/command.ts";

interface Options {
  board?: string;
  all?: true;
}

await runCommand(
  "build",
  "Builds the script of one or more boards.",
  (command) =>
    command
      .argument("[board...]", `names of files in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", "the same, as the other commands take it")
      .option("--all", "every board that the project ships"),
  async (command) => {
    const { board, all } = command.opts<Options>();
    const named = all ? listBoards().shipped : [...command.args, ...(board ? [board] : [])];
    // All board files are read first: one with a mistake stops the build before anything is written.
    const boards = (named.length > 0 ? named : [DEFAULT_BOARD]).map((name) => loadBoard(name));
    // TypeScript and Rollup take a second to load: not before they are needed.
    const { buildBundle } = await import("./lib/bundle.ts");
    const over: string[] = [];
    for (const board of boards) {
      const { file, code } = await buildBundle(board);
      const kind = `${board.onenet.generation}, ${board.led.kind}${board.onenet.tls ? ", TLS" : ""}`;
      const budget = byteBudget(board.name);
      console.log(`${file.padEnd(36)} ${kind.padEnd(28)} ${code.length} of ${budget} bytes`);
      if (code.length > budget) over.push(file);
      const warning = tokenWarning(board, Date.now() / 1000);
      if (warning) console.log(pc.yellow(`  ${warning}`));
      const examples = placeholders(board);
      if (examples.length > 0 && !all) {
        console.log(
          pc.yellow(
            `  still example values: ${examples.join(", ")}\n  put yours into boards/${board.name}.local.json before you flash it: docs/boards.md`,
          ),
        );
      }
    }
    if (over.length > 0) throw new UserError(`over the budget of budgets.json: ${over.join(", ")}`);
  },
);
