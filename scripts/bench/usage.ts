/** What a process uses, on Linux. */

import { readFile } from "node:fs/promises";

/** Clock ticks per second in /proc: the same on every Linux machine. */
const TICKS = 100;

/** Processor time of all threads of a process, user and system, in s. @throws Error if it has ended */
export async function processorTime(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // After the name, which may contain anything, state is the first field, utime and stime are the 12th and 13th.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Memory of a process that is in RAM, in bytes. @throws Error if it has ended */
export async function residentMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024;
}
