/** `npm start`: builds a board's script and runs it on a virtual board against a local OneNET. */

import pc from "picocolors";
import { DEFAULT_BOARD, loadBoard } from "./lib/boards.ts";
import { runCommand, UserError } from "./lib/command.ts";

await runCommand(
  "start",
  "Runs a board with no hardware and no account: its script on a virtual board, against a local OneNET.",
  (command) =>
    command
      .option("--board <name>", "name of a file in boards/", DEFAULT_BOARD)
      .option("--once", "go through Wi-Fi, log-in, on, off, toggle, a data point and a ping, then end"),
  async (command) => {
    const options = command.opts<{ board: string; once?: true }>();
    const board = loadBoard(options.board);
    // TypeScript, Rollup and the broker take a second to load: not before they are needed.
    const { buildBundle } = await import("./lib/bundle.ts");
    const { setStage } = await import("./lib/stage.ts");
    const { StepError, walkThrough } = await import("./lib/walkthrough.ts");
    const { runLive } = await import("./lib/live.ts");
    const { file, code } = await buildBundle(board);
    const stage = await setStage(board, code);
    const write = (line: string) => console.log(line);
    write(pc.bold(`${board.title}: ${file}, ${code.length} bytes`));
    try {
      if (options.once) {
        await walkThrough(stage, ({ step, seen }) => write(`${pc.green("✓")} ${step.padEnd(10)} ${seen}`));
      } else {
        write(
          `Local OneNET: MQTT at 127.0.0.1:${stage.platform.mqttPort}, HTTP at 127.0.0.1:${stage.platform.httpPort}`,
        );
        write("Type on, off, toggle or #00ff00; Ctrl-C ends.");
        await runLive(stage, write);
      }
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      throw new UserError(`✗ ${error.step.padEnd(10)} ${error.message}`);
    } finally {
      await stage.close();
    }
  },
);
