/** Runs a command of the project in this process, which spares each test a second of loading. */

import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import type { Finished } from "./run.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts", import.meta.url));
let runs = 0;

/**
 * For commands that end by themselves: a signal would end the tests.
 * @param script a file of scripts/, without .ts
 */
export async function runHere(script: string, args: readonly string[] = []): Promise<Finished> {
  const { argv, exitCode } = process;
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
  ];
  process.argv = [process.execPath, script, ...args];
  process.exitCode = 0;
  try {
    // The query has it run anew.
    await import(/* @vite-ignore */ `${SCRIPTS}/${script}.ts?run=${runs++}`);
    return { code: process.exitCode, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    Object.assign(process, { argv, exitCode });
  }
}
