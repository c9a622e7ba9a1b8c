/** `npm run measure:platform`: compares the cost of a message at the local OneNET and at mosquitto, as a table for docs/performance.md. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openLoad, type Publisher } from "./bench/publishers.ts";
import { examples, interruptible, runCommand, UserError, wholeNumber } from "./cli/command.ts";
import { findProgram } from "./bench/program.ts";
import { startMosquitto, startPlatform, type Server } from "./bench/servers.ts";
import { processorTime } from "./bench/usage.ts";
import { createProgress } from "./cli/progress.ts";
import type { DeviceRecord } from "./local-onenet/devices.ts";

interface Options {
  connections: readonly number[];
  rate: number;
  seconds: number;
  rounds: number;
}

const PRODUCT = "100001";
const FIRST_DEVICE = 500_000_001;
const AUTH_INFO = "measured";

/** Warm-up time of a server, in ms: JavaScript gets faster. */
const WARM_UP = 10_000;

await runCommand(
  "measure:platform",
  "Measures the processor time per message of the local OneNET and of mosquitto, with the same clients.",
  (command) =>
    command
      .option(
        "--connections <numbers>",
        "numbers of publishing devices, one run for each",
        numbers,
        [50, 250],
      )
      .option("--rate <number>", "messages per second, from all devices together", wholeNumber(100_000), 1000)
      .option("--seconds <number>", "duration of each measurement", wholeNumber(3600), 20)
      .option("--rounds <number>", "repetitions of each comparison", wholeNumber(99), 3)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run measure:platform", "the table of docs/performance.md"],
            ["npm run measure:platform -- --connections 1000 --rounds 1"],
          ],
          "docs/performance.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    const mosquitto = findProgram("mosquitto");
    if (mosquitto === undefined)
      throw new UserError("mosquitto is not installed (Debian: apt-get install mosquitto)");
    await interruptible((signal) => measure(mosquitto, options, signal));
  },
);

async function measure(mosquitto: string, options: Options, signal: AbortSignal): Promise<void> {
  const { connections, rounds } = options;
  const progress = createProgress();
  const folder = await mkdtemp(join(tmpdir(), "measure-platform-"));
  console.log("| devices | messages/s | local OneNET, µs | mosquitto, µs | ratio |");
  console.log("| ------: | ---------: | ---------------: | ------------: | ----: |");
  try {
    for (const devices of connections)
      for (let round = 1; round <= rounds; round++) {
        signal.throwIfAborted();
        progress.show(`${devices} devices, round ${round} of ${rounds}`, (round - 1) / rounds);
        const theirs = await costOf(() => startMosquitto(mosquitto, folder), devices, options);
        signal.throwIfAborted();
        const ours = await costOf(() => platformFor(folder, devices), devices, options);
        progress.clear();
        const cells = [devices, Math.round(ours.rate), ours.cost.toFixed(1), theirs.cost.toFixed(1)];
        console.log(`| ${[...cells, (ours.cost / theirs.cost).toFixed(2)].join(" | ")} |`);
      }
  } finally {
    progress.clear();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Cost of a message to a server, in µs of processor time, and messages per second. */
async function costOf(
  start: () => Promise<Server>,
  devices: number,
  { rate, seconds }: Options,
): Promise<{ cost: number; rate: number }> {
  const server = await start();
  try {
    const publishers = Array.from({ length: devices }, (_, i) => publisher(FIRST_DEVICE + i));
    const load = await openLoad(server.port, publishers, "$dp", frame({ uptime: 12_345 }));
    load.publish(rate / devices);
    await setTimeout(WARM_UP);
    const from = { cpu: await processorTime(server.pid), count: load.acknowledged(), at: performance.now() };
    await setTimeout(seconds * 1000);
    const cpu = (await processorTime(server.pid)) - from.cpu;
    const count = load.acknowledged() - from.count;
    const passed = performance.now() - from.at;
    if (load.awaited() > rate) throw new Error(`${load.awaited()} messages were not acknowledged in time`);
    load.close();
    return { cost: (cpu * 1e6) / count, rate: (count * 1000) / passed };
  } finally {
    await server.end();
  }
}

function publisher(device: number): Publisher {
  return { clientId: String(device), userName: PRODUCT, password: AUTH_INFO };
}

/** A `$dp` frame of type 3. */
function frame(values: object): Buffer {
  const json = Buffer.from(JSON.stringify(values));
  return Buffer.concat([Buffer.from([3, json.length >> 8, json.length & 255]), json]);
}

/** Like `npm run platform`, with its web console and a line for each event. */
function platformFor(folder: string, count: number): Promise<Server> {
  const devices = Array.from({ length: count }, (_, i): DeviceRecord => {
    const device = String(FIRST_DEVICE + i);
    return { generation: "multiprotocol", product: PRODUCT, device, authInfo: AUTH_INFO, title: device };
  });
  const products = [{ generation: "multiprotocol", product: PRODUCT }] as const;
  return startPlatform(folder, products, devices, "--mqtt-port");
}

/** Reads `50,250`. */
function numbers(text: string): number[] {
  return text.split(",").map(wholeNumber(10_000));
}
