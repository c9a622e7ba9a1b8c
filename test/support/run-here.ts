/** Runs a command of the project in this process, which saves each test a second of loading. */

import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { SerialPort } from "serialport";
import { vi } from "vitest";
import type { SystemPort } from "../../scripts/flash/serial-ports.ts";
import type { Finished } from "./run.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts", import.meta.url));
let runs = 0;

export interface Surroundings {
  /** Changes to the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** All of standard input; by default, that of the tests. */
  readonly stdin?: string;
  /** The serial ports of this computer. */
  readonly ports?: readonly SystemPort[];
}

/**
 * For commands that end by themselves: a signal would end the tests. One at a time.
 * @param script a file of scripts/, without .ts
 */
export function runHere(
  script: string,
  args: readonly string[] = [],
  surroundings: Surroundings = {},
): Promise<Finished> {
  // The query makes it run again.
  const load = () => import(/* @vite-ignore */ `${SCRIPTS}/${script}.ts?run=${runs++}`);
  return commandHere(load, [script, ...args], surroundings);
}

/**
 * @param command the code to run: it reads its arguments from `process.argv`
 * @param args the file to run, and its arguments
 */
export async function commandHere(
  command: () => Promise<unknown>,
  args: readonly string[],
  { env = {}, stdin, ports }: Surroundings = {},
): Promise<Finished> {
  const { argv, exitCode } = process;
  const input = Object.getOwnPropertyDescriptor(process, "stdin");
  const said = { stdout: "", stderr: "" };
  const write = (to: keyof typeof said) => (text: string | Uint8Array) => {
    said[to] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: string) => write("stdout")(`${text}\n`)),
    vi.spyOn(console, "error").mockImplementation((text: string) => write("stderr")(`${text}\n`)),
    vi.spyOn(process.stdout, "write").mockImplementation(write("stdout")),
    vi.spyOn(process.stderr, "write").mockImplementation(write("stderr")),
    ...(ports ? [vi.spyOn(SerialPort, "list").mockResolvedValue(ports as never)] : []),
  ];
  process.argv = [process.execPath, ...args];
  process.exitCode = 0;
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  if (stdin !== undefined)
    Object.defineProperty(process, "stdin", {
      configurable: true,
      value: Readable.from([Buffer.from(stdin)]),
    });
  try {
    await command();
    return { code: process.exitCode, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    if (input) Object.defineProperty(process, "stdin", input);
    Object.assign(process, { argv, exitCode });
  }
}
