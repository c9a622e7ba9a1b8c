/** `npm run flash -- <board> --port <port>`: builds a board's script, puts it onto the board, waits until it is online. */

import type { Board } from "../src/board.ts";
import { warningsOf } from "./lib/board-warnings.ts";
import { DEFAULT_BOARD, loadBoard, placeholders } from "./lib/boards.ts";
import { consoleOf } from "./lib/console-password.ts";
import {
  boardOf,
  examples,
  interruptible,
  printJson,
  runCommand,
  UserError,
  warn,
  wholeNumber,
} from "./lib/command.ts";
import { flash } from "./lib/flash.ts";
import { withoutToken } from "./lib/port.ts";
import { createProgress } from "./lib/progress.ts";
import { out } from "./lib/terminal.ts";

interface Options {
  port: string;
  ram?: true;
  wait: number;
  exampleValues?: true;
  json?: true;
}

await runCommand(
  "flash",
  "Builds a board's script, uploads it, restarts the board and waits until it is online.",
  (command) =>
    command
      .argument("[board]", `name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", "the same, as the other commands take it")
      .requiredOption(
        "--port <port>",
        "serial port, or tcp://host:port; tcp://:token@host:port for a virtual board",
      )
      .option("--ram", "to RAM: gone when the board restarts, and easy on the flash while you try things")
      .option("--wait <seconds>", "longest wait for the board to come online", wholeNumber(3600), 60)
      .option("--example-values", "onto a real board, though its file still has example values")
      .option("--json", "the result as JSON, for programs")
      .addHelpText(
        "after",
        examples(
          [
            ["npm run flash -- kitchen --port /dev/ttyUSB0", "npm run ports lists the serial ports"],
            ["npm run flash -- kitchen --port COM3 --ram"],
            ["npm run flash -- kitchen --port tcp://192.168.1.20"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { port, ram: toRam = false, wait, exampleValues = false, json } = command.opts<Options>();
    const board = loadBoard(boardOf(command));
    const isVirtual = withoutToken(port) !== port; // which is at home with them
    if (!exampleValues && !isVirtual) refuseExamples(board);
    const progress = createProgress();
    const say = (text: string) => {
      progress.clear();
      if (!json) console.log(text);
    };
    say(out.bold(`${board.title}: ${withoutToken(port)}`));
    const warnings = warningsOf(board);
    if (!json) warnings.forEach(warn);

    let script: object = {};
    let left: string | undefined;
    progress.show("asking the board who it is");
    const work = (signal: AbortSignal) =>
      flash({
        port,
        chip: board.chip,
        async build() {
          progress.show(`building ${board.name}`);
          // TypeScript and Rollup take a second to load: not before they are needed.
          const { buildBundle } = await import("./lib/bundle.ts");
          const { file, code, warnings: ofCode } = await buildBundle(board);
          progress.clear();
          if (!json) ofCode.forEach(warn);
          warnings.push(...ofCode);
          script = { file, bytes: code.length };
          say(`${file}, ${code.length} bytes`);
          return file;
        },
        toRam,
        ...consoleOf(board),
        patience: wait * 1000,
        signal,
        show: {
          step: say,
          progress: (done) => progress.show("upload", done),
          wait: (text) => progress.show(text),
          writing: () => (left = "the board may hold half a script: flash it again"),
          written: () => (left = "the board has the whole script, and goes on by itself"),
          board: (line) => say(`  ${out.cyan(line)}`),
        },
      });
    const { VERSION, BOARD } = await interruptible(work, () => left).finally(progress.clear);
    say(out.green(`${board.title} is online`));
    if (json)
      printJson({
        board: board.name,
        port: withoutToken(port),
        espruino: VERSION,
        chip: BOARD,
        ...script,
        warnings,
      });
  },
);

/** @throws UserError for a board file that no real board can go online with */
function refuseExamples(board: Board): void {
  const examples = placeholders(board);
  if (examples.length === 0) return;
  throw new UserError(
    `${board.name}: nothing was flashed: with example values the board never comes online: ${examples.join(", ")}; put yours into boards/${board.name}.local.json (npm run new-board asks for them), or flash them with --example-values`,
  );
}
