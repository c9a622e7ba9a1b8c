/** Runs scripts on a real Espruino: its Linux binary, which the environment variable ESPRUINO names. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Path of the binary, undefined where there is none. */
export const ESPRUINO = process.env["ESPRUINO"] || undefined;

/** Says why a test of the interpreter does not run. */
export const WITHOUT = "skipped: set ESPRUINO to the path of Espruino's Linux binary";

/**
 * What a script prints, errors included, one string a line.
 * A script that still runs after 5 s is ended, with the line `(still running)`.
 */
export async function runOnEspruino(binary: string, script: string): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-"));
  try {
    const file = join(directory, "script.js");
    await writeFile(file, script);
    const { stdout, isKilled } = await runFile(binary, file, directory);
    const lines = printed(stdout);
    return isKilled ? [...lines, "(still running)"] : lines;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Runs a file to its end, or for 5 s. Its flash is in `directory`. */
export function runFile(
  binary: string,
  file: string,
  directory: string,
): Promise<{ stdout: string; isKilled: boolean }> {
  return new Promise((resolve) => {
    execFile(binary, [file], { cwd: directory, timeout: 5000, encoding: "latin1" }, (error, stdout) =>
      resolve({ stdout, isKilled: error?.killed ?? false }),
    );
  });
}

export interface Running {
  readonly lines: readonly string[];
  /** Resolves with the next line that matches, from those not looked at yet. */
  next(pattern: RegExp): Promise<string>;
  /** Passes over the lines that came so far. */
  skip(): void;
  stop(): Promise<void>;
}

/** Starts a script that goes on by itself. */
export async function startOnEspruino(binary: string, script: string): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-"));
  const file = join(directory, "script.js");
  await writeFile(file, script);
  const espruino = spawn(binary, [file], { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });
  espruino.stdout.setEncoding("latin1");
  const lines: string[] = [];
  let looked = 0;
  let wake = (): void => undefined;
  createInterface({ input: espruino.stdout }).on("line", (line) => {
    // eslint-disable-next-line no-control-regex -- the prompt comes and goes with it
    lines.push(line.replace(/\r|>?\x1b\[J/g, ""));
    wake();
  });
  return {
    lines,
    async next(pattern) {
      for (; ; looked++) {
        while (looked >= lines.length) await new Promise<void>((resolve) => (wake = resolve));
        const line = lines[looked] ?? "";
        if (pattern.test(line)) {
          looked++;
          return line;
        }
      }
    },
    skip() {
      looked = lines.length;
    },
    async stop() {
      const exited = once(espruino, "exit");
      espruino.kill("SIGKILL");
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}

/** The output without the banner and without the prompt that comes and goes around it. */
function printed(output: string): string[] {
  const text = output.slice(output.indexOf("espruino.com/Donate") + "espruino.com/Donate".length);
  return text
    .replaceAll("\r", "")
    .replace(/>?\x1b\[J/g, "") // eslint-disable-line no-control-regex -- that is what it prints
    .trim()
    .replace(/\n>$|^>$/, "")
    .split("\n");
}
