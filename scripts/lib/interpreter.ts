/** A program that runs on a real Espruino: its Linux binary, with a flash of its own. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Running {
  readonly lines: readonly string[];
  /**
   * Resolves with the next line that matches, from those not looked at yet.
   * @throws Error when none comes within a minute, or the program ends before
   */
  next(pattern: RegExp): Promise<string>;
  /** Passes over the lines that came so far. */
  skip(): void;
  stop(): Promise<void>;
}

/** Longest wait for a line, in ms. */
const PATIENCE = 60_000;

/**
 * Starts a script that goes on by itself.
 * @param environment variables beside this process's own
 */
export async function startOnEspruino(
  binary: string,
  script: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-"));
  const file = join(directory, "script.js");
  await writeFile(file, script);
  const espruino = spawn(binary, [file], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let fault: Error | undefined;
  espruino.once("error", (error) => (fault = error));
  const ended = once(espruino, "close").catch(() => undefined);
  espruino.stdout.setEncoding("latin1");
  const lines: string[] = [];
  let looked = 0;
  let isOver = false;
  let wake = (): void => undefined;
  const output = createInterface({ input: espruino.stdout }).on("line", (line) => {
    // eslint-disable-next-line no-control-regex -- the prompt comes and goes with it
    lines.push(line.replace(/\r|>?\x1b\[J/g, ""));
    wake();
  });
  output.once("close", () => {
    isOver = true;
    wake();
  });
  return {
    lines,
    async next(pattern) {
      const end = Date.now() + PATIENCE;
      for (; ; looked++) {
        while (looked >= lines.length) {
          if (fault) throw fault;
          if (isOver || Date.now() >= end) {
            throw new Error(
              `no line like ${String(pattern)} came; the last:\n${lines.slice(-10).join("\n")}`,
            );
          }
          const timer = setTimeout(() => wake(), end - Date.now());
          await new Promise<void>((resolve) => (wake = resolve));
          clearTimeout(timer);
        }
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
      espruino.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}
