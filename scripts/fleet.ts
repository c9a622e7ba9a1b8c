/** `npm run fleet`: thousands of simulated boards at a broker or the local OneNET. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { runFleet } from "./bench/fleet/index.ts";
import { formatResults, headOfSamples, sampleLine } from "./bench/fleet/report.ts";
import { simulated } from "./bench/fleet/settings.ts";
import { localOneNet, mosquitto, runningServer, type Target } from "./bench/fleet/targets.ts";
import { boardOf } from "./boards/arguments.ts";
import { loadBoard } from "./boards/index.ts";
import {
  EXIT,
  examples,
  parsePort,
  printJson,
  runCommand,
  untilInterrupted,
  UserError,
  wholeNumber,
} from "./cli/command.ts";
import { openFileFault } from "./cli/open-files.ts";
import { createProgress } from "./cli/progress.ts";

interface Options {
  local?: true;
  mosquitto?: true;
  host?: string;
  port?: number;
  boards: number;
  rate: number;
  qos?: "0" | "1" | "2";
  seconds: number;
  rampUp: number;
  json?: true;
}

/** More would use up the ports of this computer's address. */
const MOST_BOARDS = 20_000;

await runCommand(
  "fleet",
  "Connects simulated boards to a server, lets them publish, and measures it.",
  (command) =>
    command
      .argument("[board]", "board file with the log-in and the server")
      .option("--board <name>", "the same as an option")
      .option("--local", "start a local OneNET that knows the boards")
      .option("--mosquitto", "start mosquitto; with --local, both at once")
      .addOption(
        new Option("--host <address>", "server that runs already (default: the board file's)").conflicts([
          "local",
          "mosquitto",
        ]),
      )
      .addOption(
        new Option("--port <port>", "its port (default: the board file's)")
          .argParser(parsePort)
          .conflicts(["local", "mosquitto"]),
      )
      .option("--boards <number>", "simulated boards at each server", wholeNumber(MOST_BOARDS), 100)
      .option("--rate <number>", "messages per second of each board, 0.01 to 100", parseRate, 1)
      .addOption(
        new Option("--qos <number>", "QoS of the messages (default: the board file's)").choices([
          "0",
          "1",
          "2",
        ]),
      )
      .option("--seconds <number>", "how long the boards publish", wholeNumber(86_400), 60)
      .option("--ramp-up <number>", "boards that connect per second", wholeNumber(10_000), 200)
      .option("--json", "print the result as JSON, for programs")
      .addHelpText(
        "after",
        examples(
          [
            ["npm run fleet -- --local --boards 2000", "a local OneNET with a class of classes"],
            ["npm run fleet -- --local --mosquitto --boards 500", "and mosquitto, side by side"],
            ["npm run fleet -- kitchen --host broker.example --boards 5000 --rate 0.1"],
          ],
          "docs/scale.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    const file = loadBoard(boardOf(command));
    const board = simulated(file, options.qos === undefined ? file.onenet.qos : toQos(options.qos));
    const { boards, local, json } = options;
    const servers = local && options.mosquitto ? 2 : 1;
    const fault = openFileFault(boards * servers);
    if (fault !== undefined) throw new UserError(fault);
    const stop = new AbortController();
    void untilInterrupted().then(() => stop.abort());
    const folder = await mkdtemp(join(tmpdir(), "fleet-"));
    const progress = createProgress();
    const targets: Target[] = [];
    try {
      progress.show("starting");
      if (local) targets.push(await localOneNet(board, boards, folder));
      if (options.mosquitto) targets.push(await mosquitto(board, folder));
      if (targets.length === 0) targets.push(runningServer(board, options.host, options.port));
      const samples: object[] = [];
      const results = await runFleet(targets, {
        ...options,
        signal: stop.signal,
        show: progress.show,
        sample(sample) {
          progress.clear();
          if (samples.length === 0 && !json) console.log(headOfSamples());
          samples.push(sample);
          if (!json) console.log(sampleLine(sample));
        },
      });
      progress.clear();
      const lost = results.reduce((sum, result) => sum + (result.lost ?? 0), 0);
      if (!json) console.log(`\n${formatResults(results, boards)}`);
      if (lost > 0) throw new UserError(`${lost} messages were lost`, EXIT.failed, { results, samples });
      if (json) printJson({ results, samples });
    } finally {
      progress.clear();
      await Promise.all(targets.map((target) => target.close()));
      await rm(folder, { recursive: true, force: true });
    }
  },
);

function parseRate(text: string): number {
  const rate = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && rate >= 0.01 && rate <= 100) return rate;
  throw new InvalidArgumentError("Must be a number from 0.01 to 100.");
}

function toQos(text: "0" | "1" | "2"): 0 | 1 | 2 {
  return text === "0" ? 0 : text === "1" ? 1 : 2;
}
