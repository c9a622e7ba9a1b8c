/**
 * Measures the interpreter variables a client uses beyond an empty interpreter: once online, running from memory and
 * from flash, and at peak.
 */

import { startFromFlash, startOnEspruino, type Running } from "./interpreter.ts";
import { EMPTY, type Client } from "./clients.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";

/** Properties of an interpreter. */
export interface Interpreter {
  /** Number of its variables. */
  readonly total: number;
  /** Characters a variable holds, except the first of a string. */
  readonly characters: number;
  /** Variables in use without a program. */
  readonly empty: number;
  /** The same with the surroundings of a measured program. */
  readonly surrounded: number;
}

export async function measureInterpreter(binary: string): Promise<Interpreter> {
  const running = await startFromFlash(binary, { ".bootcde": MEASURE });
  let figures: readonly number[];
  try {
    figures = (await running.next(/^INTERPRETER /)).split(" ").slice(1).map(Number);
  } finally {
    await running.stop();
  }
  const [total = NaN, part = NaN, empty = NaN] = figures;
  return { total, characters: TEXT / part, empty, surrounded: await usage(await fromFlash(binary, EMPTY)) };
}

/** A string length that fills its last variable for every variable size. */
const TEXT = 2520;

/** Measures how many more variables a string of twice the length takes. */
const MEASURE = `setTimeout(function() {
  function size(length) { return E.getSizeOf("x".repeat(length)); }
  var memory = process.memory();
  console.log("INTERPRETER " + [memory.total, size(${TEXT} * 2) - size(${TEXT}), memory.usage].join(" "));
}, 1000);`;

/** Variables a client uses once online. */
export async function measureVariables(binary: string, client: Client, from: Start): Promise<number> {
  return (await usage(await from(binary, client))) - (await usage(await from(binary, EMPTY)));
}

type Start = (binary: string, client: Client) => Promise<Running>;

/** Peak use of a client running from flash. @param pass what it goes through after boot */
export async function measurePeak(
  binary: string,
  client: Client,
  pass: (running: Running) => Promise<unknown>,
): Promise<number> {
  const peak = await peakOf(binary, client, pass);
  const nothing = await peakOf(binary, EMPTY, (running) => running.next(/^Settled$/));
  return peak - nothing - (client.without ?? 0);
}

async function peakOf(
  binary: string,
  client: Client,
  pass: (running: Running) => Promise<unknown>,
): Promise<number> {
  const running = await fromFlash(binary, client);
  try {
    await pass(running);
    running.skip();
    await running.next(/^PEAK /); // The next line may be older.
    return numberOf(await running.next(/^PEAK /));
  } finally {
    await running.stop();
  }
}

export function fromMemory(binary: string, { before, program }: Client): Promise<Running> {
  return startOnEspruino(binary, `${before}\n${program}`);
}

export function fromFlash(binary: string, { before, program }: Client): Promise<Running> {
  return startFromFlash(binary, { ".boot0": before, ".bootcde": program });
}

async function usage(running: Running): Promise<number> {
  try {
    return numberOf(await running.next(/^USAGE /));
  } finally {
    await running.stop();
  }
}

function numberOf(line: string): number {
  return Number(line.split(" ")[1]);
}

interface Variables {
  readonly memory: number;
  readonly flash: number;
}

/** @param command for the firmware, the first of the clients */
export async function benchVariables(
  binary: string,
  clients: readonly Client[],
  command: () => Promise<unknown>,
  { next }: Course,
): Promise<Row[]> {
  const all = new Map<string, Variables>();
  let peak = NaN;
  for (const [i, client] of clients.entries()) {
    next(i / clients.length);
    all.set(client.name, {
      memory: await measureVariables(binary, client, fromMemory),
      flash: await measureVariables(binary, client, fromFlash),
    });
    if (i === 0) {
      peak = await measurePeak(binary, client, async (running) => {
        await running.next(/^OneNET: online/);
        await command();
      });
    }
  }
  const [ours = "", ...peers] = all.keys();
  const series = (name: string, where: keyof Variables): Series => ({
    name,
    rounds: [all.get(name)?.[where] ?? NaN],
  });
  const rows = (what: string, where: keyof Variables) =>
    (peers.length > 0 ? peers : [undefined]).map((peer) =>
      rowOf("variables", what, "variables", series(ours, where), peer ? series(peer, where) : undefined),
    );
  return [
    ...rows("online, from flash", "flash"),
    ...rows("online, from memory", "memory"),
    rowOf("variables", "peak, from flash", "variables", { name: ours, rounds: [peak] }),
  ];
}
