/**
 * Measures how long a client takes on the interpreter to load its program, and then from network to log-in answer,
 * against the local OneNET. The Linux interpreter polls its sockets only when idle, a few times a second.
 */

import type { Client } from "./clients.ts";
import { rowOf, type Course, type Row, type Series } from "./rows.ts";
import { fromMemory } from "./variables.ts";

/** @param clients the first is the firmware */
export async function benchBoot(
  binary: string,
  clients: readonly Client[],
  { rounds, next }: Course,
): Promise<Row[]> {
  const times = clients.map(({ name }) => ({ name, evaluated: [] as number[], online: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, client] of clients.entries()) {
      next((round + i / clients.length) / rounds);
      const espruino = await fromMemory(binary, client);
      try {
        times[i]?.evaluated.push(numberOf(await espruino.next(/^EVALUATED /)));
        times[i]?.online.push(numberOf(await espruino.next(/^ONLINE /)));
      } finally {
        await espruino.stop();
      }
    }
  }
  const [ours, ...peers] = times;
  if (!ours) return [];
  const rows = (what: string, which: "evaluated" | "online") => {
    const side: Series = { name: ours.name, rounds: ours[which] };
    if (peers.length === 0) return [rowOf("boot", what, "ms", side)];
    return peers.map((peer) => rowOf("boot", what, "ms", side, { name: peer.name, rounds: peer[which] }));
  };
  return [...rows("reading the program", "evaluated"), ...rows("from network to online", "online")];
}

function numberOf(line: string): number {
  return Number(line.split(" ")[1]);
}
