/** `npm run bench`: the firmware's speed and memory, compared with alternatives. */

import { existsSync } from "node:fs";
import { Option } from "commander";
import { PARTS, type Part } from "./bench/rows.ts";
import {
  examples,
  interruptible,
  printJson,
  runCommand,
  UserError,
  warn,
  wholeNumber,
} from "./cli/command.ts";
import { createProgress } from "./cli/progress.ts";

interface Options {
  only?: Part;
  rounds: number;
  peers?: string;
  json?: true;
  markdown?: true;
}

await runCommand(
  "bench",
  "Measures the firmware: on Node against mqtt-packet, on Espruino's interpreter against Espruino's own modules.",
  (command) =>
    command
      .addOption(new Option("--only <part>", "measure only this part").choices(PARTS))
      .option("--rounds <number>", "repetitions of each comparison", wholeNumber(9999), 20)
      .option("--peers <folder>", "folder of tinyMQTT.js and MQTT.js (default: ESPRUINO_PEERS)")
      .option("--markdown", "print the tables of docs/performance.md")
      .addOption(new Option("--json", "print the result as JSON, for programs").conflicts("markdown"))
      .addHelpText(
        "after",
        `
The interpreter is Espruino's Linux binary, whose path is in the environment
variable ESPRUINO. Its modules tinyMQTT.js and MQTT.js are in the folder
"modules" of EspruinoDocs. Missing parts are skipped.
` +
          examples(
            [
              ["npm run bench"],
              ["npm run bench -- --only node"],
              ["ESPRUINO=./espruino npm run bench -- --peers ../EspruinoDocs/modules"],
              ["ESPRUINO=./espruino npm run -s bench -- --json"],
            ],
            "docs/performance.md",
          ),
      ),
  async (command) => {
    const { only, rounds, json, markdown, ...options } = command.opts<Options>();
    const espruino = process.env["ESPRUINO"] || undefined;
    const peers = options.peers ?? (process.env["ESPRUINO_PEERS"] || undefined);
    if (espruino && !existsSync(espruino))
      throw new UserError(
        `ESPRUINO is not a file: ${espruino}; set it to the path of Espruino's Linux binary`,
      );
    const leftOut = [
      ...(espruino ? [] : ["the interpreter: set ESPRUINO to the path of Espruino's Linux binary"]),
      ...(espruino && !peers
        ? ["tinyMQTT and MQTT: set --peers to the folder of tinyMQTT.js and MQTT.js"]
        : []),
    ];
    // TypeScript, Rollup and the broker take a second to load, so only when needed.
    const { runBench } = await import("./bench/index.ts");
    const { formatMarkdown, formatTable } = await import("./bench/table.ts");
    const parts = only ? [only] : PARTS;
    const progress = createProgress();
    const show = (part: Part, done: number) => progress.show(`measuring ${part}`, done);
    const rows = await interruptible((signal) =>
      runBench({ parts, rounds, espruino, peers, signal, show }),
    ).finally(progress.clear);
    if (rows.length === 0) throw new UserError(`nothing to measure without ${leftOut.join("; ")}`);
    if (json) printJson({ rows, leftOut });
    else {
      console.log(markdown ? formatMarkdown(rows) : formatTable(rows));
      for (const what of leftOut) warn(`skipped ${what}`);
    }
  },
);
