/**
 * What a client holds of the interpreter's variables once it is online, above an empty interpreter: with its functions
 * in memory, as a program that was typed or loaded there, and as if it ran from flash. On Linux the interpreter copies
 * the text of each function; a chip that runs from flash has one variable that points there.
 */

import { startOnEspruino, type Running } from "../lib/interpreter.ts";
import { EMPTY, type Client } from "./clients.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";

export interface Variables {
  readonly memory: number;
  readonly flash: number;
}

/** @param peak has the firmware obey a command; then its peak is measured too, as from flash */
export async function measureVariables(
  binary: string,
  client: Client,
  command?: () => Promise<unknown>,
): Promise<Variables & { readonly peak?: number }> {
  const empty = await measure(binary, EMPTY);
  const { usage, code, peak } = await measure(binary, client, command);
  const above = usage - empty.usage;
  // What the empty one has of functions is in both.
  const text = code - empty.code;
  return {
    memory: above,
    flash: above - text,
    ...(peak === undefined ? {} : { peak: peak - empty.usage - text }),
  };
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
    const found = await measureVariables(binary, client, client === clients[0] ? command : undefined);
    all.set(client.name, found);
    peak = found.peak ?? peak;
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

interface Measured {
  readonly usage: number;
  /** Variables that the copies of the functions' text take, one apart for each. */
  readonly code: number;
  readonly peak?: number;
}

async function measure(
  binary: string,
  { program }: Client,
  command?: () => Promise<unknown>,
): Promise<Measured> {
  const espruino = await startOnEspruino(binary, program);
  try {
    const dump = await readDump(espruino);
    if (!command) return dump;
    await command();
    const peak = Number((await espruino.next(/^PEAK \d+$/)).slice("PEAK ".length));
    return { ...dump, peak };
  } finally {
    await espruino.stop();
  }
}

async function readDump(espruino: Running): Promise<Measured> {
  const usage = Number((await espruino.next(/^USAGE \d+$/)).slice("USAGE ".length));
  await espruino.next(/^END$/);
  const first = espruino.lines.indexOf("ref,size,flags,name,links...");
  const sizes = new Map<string, number>();
  const texts: string[] = [];
  for (const line of espruino.lines.slice(first)) {
    const [, ref, size, name, links] = /^(\d+),(\d+),\d+,(.*?),([\d,]*)$/.exec(line) ?? [];
    if (ref === undefined) continue;
    sizes.set(ref, Number(size));
    if (name === String.raw`"\xFFcod"`) texts.push((links ?? "").split(",")[0] ?? "");
  }
  return { usage, code: texts.reduce((sum, ref) => sum + (sizes.get(ref) ?? 1) - 1, 0) };
}
