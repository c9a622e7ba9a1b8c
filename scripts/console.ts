/** `npm run console -- --port <port>`: a terminal to the board's console. */

import pc from "picocolors";
import { runCommand } from "./lib/command.ts";
import { openPort } from "./lib/port.ts";
import { talk } from "./lib/talk.ts";

await runCommand(
  "console",
  "A terminal to the board's console. Ctrl-] ends it; Ctrl-C goes to the board and stops what it runs.",
  (command) =>
    command
      .requiredOption("--port <port>", "serial port, or tcp://host:port")
      .addHelpText(
        "after",
        "\nExamples:\n  npm run console -- --port /dev/ttyUSB0\n  echo 'process.memory()' | npm run -s console -- --port tcp://192.168.1.20",
      ),
  async (command) => {
    const { port } = command.opts<{ port: string }>();
    const board = await openPort(port);
    if (process.stdin.isTTY) console.error(pc.dim(`${port}: Ctrl-] ends`));
    await talk(board, process.stdin, process.stdout);
  },
);
