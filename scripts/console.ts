/** `npm run console`: connects the terminal to a board's console. */

import { linkTo } from "./flash/board-link.ts";
import type { Chip } from "../src/board.ts";
import { loadBoard } from "./boards/index.ts";
import { examples, interruptible, runCommand, UserError } from "./cli/command.ts";
import { consoleOf } from "./flash/console-password.ts";
import { choosePort } from "./flash/choose-port.ts";
import { openPort, withoutToken } from "./flash/port.ts";
import { findPorts } from "./flash/serial-ports.ts";
import { talk } from "./flash/talk.ts";
import { err } from "./cli/terminal.ts";
import { explainAbsence, whoIsThere } from "./flash/who-is-there.ts";
import { t } from "./cli/language.ts";

interface Options {
  port?: string;
  board?: string;
}

await runCommand(
  "console",
  t`Connects the terminal to a board's console. Ctrl-] quits; Ctrl-C goes to the board and stops its program.`,
  (command) =>
    command
      .option(
        "--port <port>",
        t`serial port, or tcp://host:port; tcp://:token@host:port for a virtual board (default: the only port a board is on)`,
      )
      .option("--board <name>", t`name of a file in boards/; its console.password unlocks the console`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run console", t`finds the port; asks if there are several`],
            ["npm run console -- --port /dev/ttyUSB0"],
            ["npm run console -- --board kitchen --port /dev/ttyUSB0"],
            ["echo 'process.memory()' | npm run -s console -- --port tcp://192.168.1.20"],
          ],
          "docs/flashing.md",
        ),
      ),
  async (command) => {
    const { port: given, board: name } = command.opts<Options>();
    const board = name === undefined ? undefined : loadBoard(name);
    const port = given ?? (await foundPort(board?.chip));
    const hint = (text: string) => console.error(`\r\n${err.yellow(text.replaceAll("\n", "\r\n"))}`);
    const options = board ? consoleOf(board) : { passwordFrom: t`the board file (see --board)` };
    const link = linkTo(await openPort(port), options);
    if (process.stdin.isTTY) console.error(err.bold(t`${withoutToken(port)}: Ctrl-] ends`));
    else {
      // Piped lines would be lost on a console that receives no input, and taken for passwords on a locked one.
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

async function foundPort(chip: Chip | undefined): Promise<string> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? {} : undefined;
  const { path } = await interruptible((signal) => choosePort({ chip, terminal, signal }));
  return path;
}
