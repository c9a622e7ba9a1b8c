/** Runs a command of the project in this process, which saves each test a second of loading. */

import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { SerialPort } from "serialport";
import { vi } from "vitest";
import type { SystemPort } from "../../scripts/flash/serial-ports.ts";
import type { Finished } from "./run.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts", import.meta.url));
/** What a command waits for that has ended its work. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
let runs = 0;

export interface Surroundings {
  /** Changes to the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** All of standard input; by default, that of the tests. */
  readonly stdin?: string;
  /** The serial ports of this computer. */
  readonly ports?: readonly SystemPort[];
}

export interface StartedHere {
  /** Resolves with the first match in its output so far; rejects if the command ends without it. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Ctrl-C, once. */
  readonly interrupt: () => void;
  readonly finished: Promise<Finished>;
}

/**
 * For commands that end by themselves. One at a time.
 * @param script a file of scripts/, without .ts
 */
export function runHere(
  script: string,
  args: readonly string[] = [],
  surroundings: Surroundings = {},
): Promise<Finished> {
  return commandHere(load(script), [script, ...args], surroundings);
}

/** For commands that run until Ctrl-C. One at a time, and no other command meanwhile. */
export function startHere(
  script: string,
  args: readonly string[] = [],
  surroundings: Surroundings = {},
): StartedHere {
  const said = { stdout: "", stderr: "" };
  let wake = (): void => undefined;
  const finished = commandHere(load(script), [script, ...args], surroundings, said, () => wake());
  const ended = finished.then(({ stdout, stderr }) => {
    throw new Error(`${script} has ended:\n${stdout}${stderr}`);
  });
  ended.catch(() => undefined);
  return {
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(said.stdout);
        if (match) return match;
        await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))]);
      }
    },
    interrupt: () => void process.emit("SIGINT"),
    finished,
  };
}

function load(script: string): () => Promise<unknown> {
  // The query makes it run again.
  return () => import(/* @vite-ignore */ `${SCRIPTS}/${script}.ts?run=${runs++}`);
}

/**
 * @param command the code to run: it reads its arguments from `process.argv`
 * @param args the file to run, and its arguments
 * @param said its output so far
 * @param heard called after each piece of output
 */
export async function commandHere(
  command: () => Promise<unknown>,
  args: readonly string[],
  { env = {}, stdin, ports }: Surroundings = {},
  said = { stdout: "", stderr: "" },
  heard = (): void => undefined,
): Promise<Finished> {
  const { argv, exitCode } = process;
  const listening = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const input = Object.getOwnPropertyDescriptor(process, "stdin");
  const write = (to: keyof typeof said) => (text: string | Uint8Array) => {
    said[to] += String(text);
    heard();
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
    SIGNALS.forEach((signal, index) => {
      for (const listener of process.listeners(signal))
        if (!listening[index]?.has(listener)) process.off(signal, listener);
    });
    vi.unstubAllEnvs();
    if (input) Object.defineProperty(process, "stdin", input);
    Object.assign(process, { argv, exitCode });
  }
}
