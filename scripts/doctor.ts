/** `npm run doctor -- <board> --port <port>`: finds what is wrong with a board, and says how to fix it. */

import { arch, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { DEFAULT_BOARD } from "./boards/index.ts";
import { boardOf } from "./boards/arguments.ts";
import {
  examples,
  EXIT,
  interruptible,
  printJson,
  runCommand,
  UserError,
  wholeNumber,
} from "./cli/command.ts";
import { writeOutput } from "./cli/output-file.ts";
import { openPort, withoutToken } from "./flash/port.ts";
import { createProgress } from "./cli/progress.ts";
import { listPorts } from "./flash/serial-ports.ts";
import { askedAt, GIVEN, WITHHELD, type Consent } from "./flash/doctor/consent.ts";
import { examine } from "./flash/doctor/index.ts";
import { createNetwork } from "./flash/doctor/network.ts";
import { markdownOf, redacted, tableOf, type Heading } from "./flash/doctor/report.ts";
import { redactor } from "./flash/doctor/text.ts";
import { nameOf, type Visit } from "./flash/doctor/visit.ts";
import { t } from "./cli/language.ts";

interface Options {
  port?: string;
  report?: string | false;
  offline?: true;
  tryAll?: true;
  wait: number;
  json?: true;
}

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

await runCommand(
  "doctor",
  t`Checks this computer, the board file, the servers and the board; says what will not work and how to fix it.`,
  (command) =>
    command
      .argument("[board]", t`name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", t`same as the [board] argument`)
      .option(
        "--port <port>",
        t`serial port, tcp://host:port or tcp://:token@host:port; without it the board itself is not checked`,
      )
      .option("--report <file>", t`file for the report (default: doctor-<board>-<date>.md)`)
      .option("--no-report", t`write no report`)
      .option("--offline", t`skip the checks that need a network`)
      .option(
        "--try-all",
        t`include trials that change something on the board and restart it, without asking`,
      )
      .option("--wait <seconds>", t`longest wait for an answer from the board`, wholeNumber(600), 30)
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run doctor -- kitchen", t`this computer, the board file and the servers`],
            [
              "npm run doctor -- kitchen --port /dev/ttyUSB0",
              t`the board as well; asks before it changes anything`,
            ],
            ["npm run -s doctor -- kitchen --port tcp://192.168.1.20 --json --no-report"],
          ],
          "docs/troubleshooting.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    const { port, json, wait } = options;
    const progress = createProgress();
    const { visit, examination } = await interruptible(async (signal) => {
      const visit: Visit = {
        name: boardOf(command),
        port,
        isOffline: options.offline ?? false,
        patience: wait * 1000,
        signal,
        note: progress.show,
        surroundings: {
          network: createNetwork(),
          now: Date.now,
          openPort,
          listPorts,
          directory: undefined,
          dist: DIST,
        },
      };
      return { visit, examination: await examine(visit, consentOf(options, signal, progress.clear)) };
    }).finally(progress.clear);

    const seen = redacted(examination, redactor(visit.board));
    const name = nameOf(visit);
    const report = await writeReport(options, name, (heading) => markdownOf(heading, seen));
    const wrong = seen.rows.filter(({ state }) => state === "wrong").length;
    const found = {
      board: name,
      ...(port === undefined ? {} : { port: withoutToken(port) }),
      ...seen,
      ...(report ? { report } : {}),
    };
    if (!json) {
      for (const line of tableOf(seen)) console.log(line);
      if (report) console.log(t`\nReport, without secrets: ${report}`);
    }
    if (wrong > 0) {
      throw new UserError(
        wrong === 1 ? t`1 thing will not work` : t`${wrong} things will not work`,
        EXIT.failed,
        found,
      );
    }
    if (json) printJson(found);
  },
);

/** Asks at a terminal; refuses elsewhere. */
function consentOf({ tryAll, json }: Options, signal: AbortSignal, clear: () => void): Consent {
  if (tryAll) return GIVEN;
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && !json;
  return isTerminal ? askedAt({}, signal, clear) : WITHHELD;
}

/** @returns the file written; undefined with `--no-report` */
async function writeReport(
  { report, port }: Options,
  board: string,
  text: (heading: Heading) => string,
): Promise<string | undefined> {
  if (report === false) return undefined;
  const date = new Date().toISOString().slice(0, 10);
  const file = typeof report === "string" ? report : `doctor-${board}-${date}.md`;
  const heading = { board, port, date, node: process.version, system: `${platform()} ${arch()}` };
  await writeOutput(file, text(heading));
  return file;
}
