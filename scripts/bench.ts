/** `npm run bench`: how fast the firmware is, and what it holds, next to what else there is for the same work. */

import { existsSync } from "node:fs";
import { Option } from "commander";
import { PARTS, type Part } from "./bench/rows.ts";
import { runCommand, UserError } from "./lib/command.ts";

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
      .addOption(new Option("--only <part>", "one part alone").choices(PARTS))
      .option("--rounds <n>", "times that each comparison is made", count, 20)
      .option("--peers <folder>", "with tinyMQTT.js and MQTT.js (default: ESPRUINO_PEERS)")
      .option(
        "--json",
        "as JSON, for programs: rows {part, what, unit, side, against, ratio, target}, leftOut",
      )
      .option("--markdown", "as the tables of docs/performance.md")
      .addHelpText(
        "after",
        `
The interpreter is Espruino's Linux binary, whose path is in the environment variable ESPRUINO. Its modules tinyMQTT.js
and MQTT.js are in the folder "modules" of EspruinoDocs. What is not there is left out.

Examples:
  npm run bench
  npm run bench -- --only node
  ESPRUINO=./espruino npm run bench -- --peers ../EspruinoDocs/modules
  ESPRUINO=./espruino npm run -s bench -- --json`,
      ),
  async (command) => {
    const { only, rounds, json, markdown, ...options } = command.opts<Options>();
    const espruino = process.env["ESPRUINO"] || undefined;
    const peers = options.peers ?? (process.env["ESPRUINO_PEERS"] || undefined);
    if (espruino && !existsSync(espruino)) throw new UserError(`ESPRUINO names no file: ${espruino}`);
    const leftOut = [
      ...(espruino ? [] : ["the interpreter: set ESPRUINO to the path of Espruino's Linux binary"]),
      ...(espruino && !peers
        ? ["tinyMQTT and MQTT: --peers names the folder of tinyMQTT.js and MQTT.js"]
        : []),
    ];
    // TypeScript, Rollup and the broker take a second to load: not before they are needed.
    const { runBench } = await import("./bench/index.ts");
    const { formatMarkdown, formatTable } = await import("./bench/table.ts");
    const stop = new AbortController();
    const onSignal = () => stop.abort(new UserError("stopped", 130));
    process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
    const parts = only ? [only] : PARTS;
    const rows = await runBench({ parts, rounds, espruino, peers, signal: stop.signal }).catch(
      (error: unknown) => {
        // Ctrl-C ends the interpreter, too, whatever it was doing.
        throw stop.signal.aborted ? stop.signal.reason : error;
      },
    );
    if (rows.length === 0) throw new UserError(`nothing to measure without ${leftOut.join("; ")}`);
    if (json) console.log(JSON.stringify({ rows, leftOut }, undefined, 2));
    else {
      console.log(markdown ? formatMarkdown(rows) : formatTable(rows));
      for (const what of leftOut) console.error(`left out: ${what}`);
    }
  },
);

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UserError(`${text} is no number of rounds: write 1 to 9999`);
  return Number(text);
}
