import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { startOnEspruino, type Running } from "../../scripts/bench/interpreter.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { shipped, shippedScript } from "../support/bundles.ts";
import { startFeeder, type Feeder, type FeederOptions } from "../support/feeder.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

/** Commands each board obeys and answers; use `MESSAGES=100000` for the full proof, which takes some minutes. */
const MESSAGES = Number(process.env["MESSAGES"] ?? 1000);
/** Until this many, the interpreter and the program may settle. */
const FIRST = 100;
/** Time after which all one-time waits, such as for the time server, are over, in ms. */
const SETTLED = 33_000;
/** By how many variables two readings of the same state may differ. */
const TOLERANCE = 10;

/** Prints the number of used variables, after a garbage collection, every half second. */
const METER = `setInterval(function() { print("USAGE " + process.memory().usage); }, 500);\n`;

let feeder: Feeder | undefined;
let espruino: Running | undefined;
let time: TimeServer | undefined;
afterEach(async () => {
  await espruino?.stop();
  await feeder?.close();
  await time?.close();
  espruino = feeder = time = undefined;
});

/** The lowest of three readings, because one may coincide with a tick's work. */
async function usage(running: Running): Promise<number> {
  running.skip();
  const readings: number[] = [];
  while (readings.length < 3) readings.push(Number((await running.next(/^USAGE \d+$/)).slice(6)));
  return Math.min(...readings);
}

const TOPICS: Partial<Record<Board["onenet"]["generation"], FeederOptions>> = {
  multiprotocol: {
    qos: 0,
    command: (number) => `$creq/${String(number).padStart(8, "0")}`,
    isAnswer: (topic) => topic.startsWith("$crsp/"),
  },
  plain: {
    qos: 2,
    command: () => "esp32/lamp/set",
    isAnswer: (topic) => topic === "esp32/lamp/answer",
  },
};

describe(`${MESSAGES} commands, each answered and reported, leak no memory on a real Espruino`, () => {
  it.for(["esp32-devkit", "esp32-devkit-plain"])("%s", { timeout: 3_600_000 }, async (name, context) => {
    if (!ESPRUINO) return context.skip(WITHOUT);
    const options = TOPICS[shipped(name).onenet.generation];
    if (!options) throw new Error("no board of these generations");
    feeder = await startFeeder(options);
    time = await startTimeServer(Date.now);
    const surroundings = standIns(feeder.port, time.port) + METER;
    espruino = await startOnEspruino(ESPRUINO, surroundings + (await shippedScript(name)));
    const startedAt = Date.now();
    await feeder.feed(FIRST);
    while (Date.now() - startedAt < SETTLED) await espruino.next(/^USAGE /);
    const early = await usage(espruino);
    await feeder.feed(MESSAGES - FIRST);
    const late = await usage(espruino);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(
      `${name}: ${early} variables after ${FIRST} commands, ${late} after ${MESSAGES}; ` +
        `${feeder.received()} messages from the board; ${seconds} s`,
    );
    expect(Math.abs(late - early)).toBeLessThanOrEqual(TOLERANCE);
    expect(espruino.lines.join("\n")).not.toMatch(/Uncaught|next try|refused/);
  });
});
