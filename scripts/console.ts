/** `npm run console -- --port <port>`: a terminal to the board's console. */

import { examples, runCommand } from "./lib/command.ts";
import { openPort } from "./lib/port.ts";
import { talk } from "./lib/talk.ts";
import { err } from "./lib/terminal.ts";

await runCommand(
  "console",
  "A terminal to the board's console. Ctrl-] ends it; Ctrl-C goes to the board and stops what it runs.",
  (command) =>
    command
      .requiredOption("--port <port>", "serial port, or tcp://host:port")
      .addHelpText(
        "after",
        examples(
          [
            ["npm run console -- --port /dev/ttyUSB0"],
            ["echo 'process.memory()' | npm run -s console -- --port tcp://192.168.1.20"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { port } = command.opts<{ port: string }>();
    const board = await openPort(port);
    if (process.stdin.isTTY) console.error(err.bold(`${port}: Ctrl-] ends`));
    await talk(board, process.stdin, process.stdout);
  },
);
