/**
 * What a client holds of the interpreter's variables above an empty interpreter: once it is online, as a program in memory
 * and as one in flash, and at most.
 */

import { startFromFlash, startOnEspruino, type Running } from "./interpreter.ts";
import { EMPTY, type Client } from "./clients.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";

/** What an interpreter is made of. */
export interface Interpreter {
  /** How many variables it has. */
  readonly total: number;
  /** Characters of a text that a variable holds, save the first. */
  readonly characters: number;
  /** Variables that are in use where there is no program. */
  readonly empty: number;
  /** The same with what stands around a program that is measured. */
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

/** Length of a text that fills the last of its variables whatever they hold. */
const TEXT = 2520;

/** What a text takes more than one of the same length less. */
const MEASURE = `setTimeout(function() {
  function size(length) { return E.getSizeOf("x".repeat(length)); }
  var memory = process.memory();
  console.log("INTERPRETER " + [memory.total, size(${TEXT} * 2) - size(${TEXT}), memory.usage].join(" "));
}, 1000);`;

/** What a client holds once it is online. */
export async function measureVariables(binary: string, client: Client, from: Start): Promise<number> {
  return (await usage(await from(binary, client))) - (await usage(await from(binary, EMPTY)));
}

type Start = (binary: string, client: Client) => Promise<Running>;

/**
 * The most that a client holds, from flash.
 * @param pass what it goes through from its boot on
 */
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
    await running.next(/^PEAK /); // which may be older
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

/** @param command for the firmware, which is the first of the clients */
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
    rowOf("variables", "at most, from flash", "variables", { name: ours, rounds: [peak] }),
  ];
}
