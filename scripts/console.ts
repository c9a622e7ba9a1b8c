/** `npm run console -- --port <port>`: a terminal to the board's console. */

import { linkTo } from "./lib/board-link.ts";
import { loadBoard } from "./lib/boards.ts";
import { examples, runCommand, UserError } from "./lib/command.ts";
import { consoleOf } from "./lib/console-password.ts";
import { openPort, withoutToken } from "./lib/port.ts";
import { findPorts } from "./lib/serial-ports.ts";
import { talk } from "./lib/talk.ts";
import { err } from "./lib/terminal.ts";
import { explainAbsence, whoIsThere } from "./lib/who-is-there.ts";

interface Options {
  port: string;
  board?: string;
}

await runCommand(
  "console",
  "A terminal to the board's console. Ctrl-] ends it; Ctrl-C goes to the board and stops what it runs.",
  (command) =>
    command
      .requiredOption(
        "--port <port>",
        "serial port, or tcp://host:port; tcp://:token@host:port for a virtual board",
      )
      .option(
        "--board <name>",
        "name of a file in boards/, whose console.password is typed when the board asks for it",
      )
      .addHelpText(
        "after",
        examples(
          [
            ["npm run console -- --port /dev/ttyUSB0"],
            ["npm run console -- --board kitchen --port /dev/ttyUSB0"],
            ["echo 'process.memory()' | npm run -s console -- --port tcp://192.168.1.20"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { port, board: name } = command.opts<Options>();
    const board = name === undefined ? undefined : loadBoard(name);
    const hint = (text: string) => console.error(`\r\n${err.yellow(text.replaceAll("\n", "\r\n"))}`);
    const options = board ? consoleOf(board) : { passwordFrom: "the board file (--board names it)" };
    const link = linkTo(await openPort(port), options);
    if (process.stdin.isTTY) console.error(err.bold(`${withoutToken(port)}: Ctrl-] ends`));
    else {
      // Lines of a pipe would be lost on a console that does not hear, and be taken for passwords on a locked one.
      try {
        const presence = await whoIsThere(link, {
          mayInterrupt: false,
          onWait: (text) => console.error(text),
        });
        if (presence.kind !== "espruino" && presence.kind !== "other")
          throw new UserError(explainAbsence(presence, withoutToken(port), board?.chip, await findPorts()));
        if (presence.kind === "espruino") await link.untilPrompt();
      } catch (error) {
        await link.close();
        throw error;
      }
    }
    await talk(link, process.stdin, process.stdout, {
      ...options,
      hint,
      onDeaf: (hasPrinted) =>
        void findPorts().then((ports) =>
          hint(
            explainAbsence(
              { kind: hasPrinted ? "deaf" : "silent", heard: "" },
              withoutToken(port),
              board?.chip,
              ports,
            ),
          ),
        ),
    });
  },
);
