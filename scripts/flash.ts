/**
 * `npm run flash -- <board>`: builds a board's script, uploads it and waits until the board is online.
 */

import type { Board } from "./boards/board.ts";
import { warningsOf } from "./boards/warnings.ts";
import { DEFAULT_BOARD, listBoards, loadBoard, placeholders } from "./boards/index.ts";
import { boardOf } from "./boards/arguments.ts";
import { listFiles } from "./boards/mistake.ts";
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
import { createBuilder } from "./compile/builder.ts";
import { choosePort } from "./flash/choose-port.ts";
import { flash, type Left } from "./flash/index.ts";
import { install } from "./flash/install.ts";
import { withoutToken } from "./flash/port.ts";
import { createProgress } from "./cli/progress.ts";
import { out } from "./cli/terminal.ts";
import { list, t } from "./cli/language.ts";

interface Options {
  board?: string;
  port?: string;
  ram?: true;
  wait: number;
  exampleValues?: true;
  json?: true;
}

/** Longest time in which Ctrl-C lets the work end by itself, in ms: a port or a name server may not answer. */
const GRACE = 500;

/** What an interruption leaves behind. */
const LEFT: Readonly<Record<Left, string>> = {
  erased: t`the board's previous program is erased, and nothing of the new one was sent: flash it again`,
  part: t`the board may have only part of the script: flash it again`,
  all: t`the board has the whole script and will carry on by itself`,
  stopped: t`the program in the board's flash runs again after a restart: press EN or RST`,
};

await runCommand(
  "flash",
  t`Builds a board's script, uploads it, restarts the board and waits until it is online.`,
  (command) =>
    command
      .argument("[board]", t`name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", t`same as the [board] argument`)
      .option(
        "--port <port>",
        t`serial port, or tcp://host:port; tcp://:token@host:port for a virtual board (default: the only port a board is on)`,
      )
      .option(
        "--ram",
        t`upload to RAM, which spares the flash while you experiment; lost when the board restarts`,
      )
      .option("--wait <seconds>", t`longest wait for the board to come online`, wholeNumber(3600), 60)
      .option("--example-values", t`flash a real board even if its file still has example values`)
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run flash -- kitchen", t`finds the port; asks if there are several`],
            ["npm run flash -- kitchen --port /dev/ttyUSB0", t`npm run ports lists the serial ports`],
            ["npm run flash -- kitchen --port COM3 --ram"],
            ["npm run flash -- kitchen --port tcp://192.168.1.20"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { ram: toRam = false, wait, exampleValues = false, json, ...given } = command.opts<Options>();
    if (command.args.length === 0 && given.board === undefined && !json) warn(unnamed());
    const board = loadBoard(boardOf(command));
    const { update } = board;
    let program = "";
    // A virtual board, which has a token, works with example values.
    const isReal = given.port === undefined || withoutToken(given.port) === given.port;
    if (!exampleValues && isReal) refuseExamples(board);
    const progress = createProgress();
    const say = (text: string) => {
      progress.clear();
      if (!json) console.log(text);
    };
    const warnings = [...warningsOf(board)];
    let script: object = {};
    let port = given.port ?? "";
    let left: Left | undefined;
    const builder = createBuilder();

    const work = async (signal: AbortSignal) => {
      signal.addEventListener("abort", builder.close);
      if (given.port === undefined) {
        const isAttended = process.stdin.isTTY && process.stdout.isTTY && !json;
        const found = await choosePort({ chip: board.chip, terminal: isAttended ? {} : undefined, signal });
        port = found.path;
        say(out.bold(`${board.title}: ${port}, ${found.what}`));
      } else say(out.bold(`${board.title}: ${withoutToken(port)}`));
      if (!json) warnings.forEach(warn);
      progress.show(t`identifying the board`);
      return flash({
        port,
        chip: board.chip,
        async build() {
          progress.show(t`building ${board.name}`);
          const { file, code, warnings: ofCode, ...bundle } = await builder.build(board);
          ({ program } = bundle);
          progress.clear();
          if (!json) ofCode.forEach(warn);
          warnings.push(...ofCode);
          script = { file, bytes: code.length };
          say(t`${file}, ${code.length} bytes`);
          return file;
        },
        toRam,
        ...(update && {
          install: (modules: readonly string[]) => install({ ...board, update }, program, modules),
        }),
        ...consoleOf(board),
        patience: wait * 1000,
        signal,
        show: {
          step: say,
          progress: (done) => progress.show(t`upload`, done),
          wait: (text) => progress.show(text),
          left: (what) => (left = what),
          board: (line) => say(`  ${out.cyan(line)}`),
        },
      });
    };
    const { VERSION, BOARD } = await interruptible(work, () => left && LEFT[left], GRACE)
      .finally(progress.clear)
      .finally(builder.close);
    say(out.green(t`${board.title} is online`));
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

/** Which board it is if none was named, and how to name another. */
function unnamed(): string {
  const { local } = listBoards();
  const others = local.length > 0 ? t`; yours: ${listFiles(local)}` : "";
  return t`no board was named: this is ${DEFAULT_BOARD}; to flash another, name it, as in npm run flash -- kitchen${others}`;
}

/** @throws UserError if a real board cannot go online with this board file */
function refuseExamples(board: Board): void {
  const examples = placeholders(board);
  if (examples.length === 0) return;
  throw new UserError(
    t`${board.name}: not flashed, because the board cannot come online with example values: ${list(examples)}; put your own in boards/${board.name}.local.json (npm run new-board asks for them), or use --example-values`,
  );
}
