/** `npm start`: builds a board's script and runs it on a virtual board against a local OneNET. */

import pc from "picocolors";
import type { Board } from "../src/board.ts";
import { DEFAULT_BOARD, loadBoard } from "./lib/boards.ts";
import { runCommand, UserError } from "./lib/command.ts";
import type { ConsoleServer } from "./virtual-board/console-server.ts";

await runCommand(
  "start",
  "Runs a board with no hardware and no account: its script on a virtual board, against a local OneNET.",
  (command) =>
    command
      .option("--board <name>", "name of a file in boards/", DEFAULT_BOARD)
      .option("--tls", "over TLS, whatever the board file says")
      .option(
        "--console-port <port>",
        "the board's console on this TCP port of 127.0.0.1, 0 for a free one",
        tcpPort,
      )
      .option("--once", "go through Wi-Fi, log-in, on, off, toggle, a data point and a ping, then end"),
  async (command) => {
    const options = command.opts<{ board: string; consolePort?: number; once?: true; tls?: true }>();
    const file = loadBoard(options.board);
    const board = options.tls ? overTls(file) : file;
    // TypeScript, Rollup and the broker take a second to load: not before they are needed.
    const { buildBundle } = await import("./lib/bundle.ts");
    const { setStage } = await import("./lib/stage.ts");
    const { StepError, walkThrough } = await import("./lib/walkthrough.ts");
    const { serveConsole } = await import("./virtual-board/console-server.ts");
    const { runLive } = await import("./lib/live.ts");
    const { file: script, code } = await buildBundle(board);
    const stage = await setStage(board, code);
    let consoleServer: ConsoleServer | undefined;
    const write = (line: string) => console.log(line);
    write(pc.bold(`${board.title}: ${script}, ${code.length} bytes`));
    try {
      if (options.once) {
        await walkThrough(stage, ({ step, seen }) => write(`${pc.green("✓")} ${step.padEnd(10)} ${seen}`));
      } else {
        write(stage.server.address);
        if (options.consolePort !== undefined) {
          consoleServer = await serveConsole(stage.device, options.consolePort);
          write(`console of the board at tcp://127.0.0.1:${consoleServer.port}`);
        }
        write(`Type on, off, toggle${board.led.kind === "gpio" ? "" : " or #00ff00"}; Ctrl-C ends.`);
        await runLive(stage, write);
      }
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      throw new UserError(`✗ ${error.step.padEnd(10)} ${error.message}`);
    } finally {
      await consoleServer?.close();
      await stage.close();
    }
  },
);

function tcpPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new UserError(`${text} is no TCP port: write 0 to 65535`);
  return port;
}

/** @throws UserError where the platform has no TLS */
function overTls({ onenet, ...rest }: Board): Board {
  if (onenet.generation === "multiprotocol") {
    throw new UserError("OneNET's multiprotocol access has no TLS: leave --tls out, or choose another board");
  }
  return { ...rest, onenet: { ...onenet, tls: true, port: 8883 } };
}
