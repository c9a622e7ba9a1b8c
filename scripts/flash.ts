/** `npm run flash -- <board> --port <port>`: builds a board's script, puts it onto the board, waits until it is online. */

import pc from "picocolors";
import { DEFAULT_BOARD, loadBoard, placeholders } from "./lib/boards.ts";
import { runCommand, UserError } from "./lib/command.ts";
import { flash } from "./lib/flash.ts";
import { createProgress } from "./lib/progress.ts";

const EXAMPLES = `
Examples:
  npm run flash -- kitchen --port /dev/ttyUSB0
  npm run flash -- kitchen --port COM3 --ram
  npm run flash -- --port tcp://192.168.1.20

npm run ports lists the serial ports; docs/flashing.md tells the rest.`;

/** Exit code of a command that Ctrl-C ended, as shells have it. */
const INTERRUPTED = 130;

await runCommand(
  "flash",
  "Builds a board's script, uploads it, restarts the board and waits until it is online.",
  (command) =>
    command
      .argument("[board]", `name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", "the same, as the other commands take it")
      .requiredOption("--port <port>", "serial port, or tcp://host:port")
      .option("--ram", "to RAM: gone when the board restarts, and easy on the flash while you try things")
      .option("--wait <seconds>", "longest wait for the board to come online", seconds, 60)
      .addHelpText("after", EXAMPLES),
  async (command) => {
    const options = command.opts<{ board?: string; port: string; ram?: true; wait: number }>();
    const board = loadBoard(command.args[0] ?? options.board ?? DEFAULT_BOARD);
    const examples = placeholders(board);
    if (examples.length > 0) {
      console.log(
        pc.yellow(`still example values: ${examples.join(", ")}; the board will not get online with them`),
      );
    }
    const interrupted = new AbortController();
    const onSignal = () => {
      const advice = options.ram ? "" : "; the board may hold half a script: flash it again";
      interrupted.abort(new UserError(`interrupted${advice}`, INTERRUPTED));
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);

    const progress = createProgress("upload");
    const say = (text: string) => {
      progress.clear();
      console.log(text);
    };
    try {
      await flash({
        port: options.port,
        chip: board.chip,
        async build() {
          // TypeScript and Rollup take a second to load: not before they are needed.
          const { buildBundle } = await import("./lib/bundle.ts");
          const { file, code } = await buildBundle(board);
          say(`${file}, ${code.length} bytes`);
          return file;
        },
        toRam: options.ram ?? false,
        patience: options.wait * 1000,
        signal: interrupted.signal,
        show: { step: say, progress: progress.update, board: (line) => say(`  ${pc.cyan(line)}`) },
      });
    } finally {
      progress.clear();
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    }
    console.log(pc.green(`${board.title} is online`));
  },
);

/** @throws UserError unless it is a number of seconds above 0 and at most an hour */
function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new UserError(`--wait ${text}: write seconds, 1 to 3600`);
  return value;
}
