/**
 * `npm run flash -- <board> --port <port>`: builds a board's script, uploads it and waits until the board is online.
 */

import type { Board } from "./boards/board.ts";
import { warningsOf } from "./boards/warnings.ts";
import { DEFAULT_BOARD, loadBoard, placeholders } from "./boards/index.ts";
import { boardOf } from "./boards/arguments.ts";
import { consoleOf } from "./flash/console-password.ts";
import {
  examples,
  interruptible,
  printJson,
  runCommand,
  UserError,
  warn,
  wholeNumber,
} from "./cli/command.ts";
import { flash } from "./flash/index.ts";
import { install } from "./flash/install.ts";
import { withoutToken } from "./flash/port.ts";
import { createProgress } from "./cli/progress.ts";
import { out } from "./cli/terminal.ts";

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
      .option("--board <name>", "same as the [board] argument")
      .requiredOption(
        "--port <port>",
        "serial port, or tcp://host:port; tcp://:token@host:port for a virtual board",
      )
      .option(
        "--ram",
        "upload to RAM, which spares the flash while you experiment; lost when the board restarts",
      )
      .option("--wait <seconds>", "longest wait for the board to come online", wholeNumber(3600), 60)
      .option("--example-values", "flash a real board even if its file still has example values")
      .option("--json", "print the result as JSON, for programs")
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
    const { update } = board;
    const isVirtual = withoutToken(port) !== port; // a virtual board works with example values
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
    progress.show("identifying the board");
    const work = (signal: AbortSignal) =>
      flash({
        port,
        chip: board.chip,
        async build() {
          progress.show(`building ${board.name}`);
          // TypeScript and Rollup take a second to load, so only when needed.
          const { buildBundle } = await import("./compile/bundle.ts");
          const { file, code, warnings: ofCode } = await buildBundle(board);
          progress.clear();
          if (!json) ofCode.forEach(warn);
          warnings.push(...ofCode);
          script = { file, bytes: code.length };
          say(`${file}, ${code.length} bytes`);
          return file;
        },
        toRam,
        ...(update
          ? {
              install: (program: string, modules: readonly string[]) =>
                install(board.name, update.key, program, modules),
            }
          : {}),
        ...consoleOf(board),
        patience: wait * 1000,
        signal,
        show: {
          step: say,
          progress: (done) => progress.show("upload", done),
          wait: (text) => progress.show(text),
          writing: () => (left = "the board may have only part of the script: flash it again"),
          written: () => (left = "the board has the whole script and will carry on by itself"),
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

/** @throws UserError if a real board cannot go online with this board file */
function refuseExamples(board: Board): void {
  const examples = placeholders(board);
  if (examples.length === 0) return;
  throw new UserError(
    `${board.name}: not flashed, because the board cannot come online with example values: ${examples.join(", ")}; put your own in boards/${board.name}.local.json (npm run new-board asks for them), or use --example-values`,
  );
}
