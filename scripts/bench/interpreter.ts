/**
 * A program that runs on a real Espruino: its Linux binary, with a flash of its own. From there a program runs as on a
 * chip: the text of its functions stays in flash, and each takes one variable.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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
 * Starts a script that goes on by itself, from the interpreter's memory.
 * @param environment variables beside this process's own
 */
export function startOnEspruino(
  binary: string,
  script: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  return start(binary, "script.js", Buffer.from(script), ["script.js"], environment);
}

/**
 * Starts the interpreter as a chip with files in its flash: it runs `.boot0`, if there is one, and then `.bootcde`.
 * @param files text by name
 */
export function startFromFlash(binary: string, files: Readonly<Record<string, string>>): Promise<Running> {
  return start(binary, "espruino.flash", flashImage(files), [], {});
}

/** Files as `require("Storage")` keeps them: each behind its size and its name, at addresses divisible by 8. */
function flashImage(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(files).flatMap(([name, text]) => {
      const bytes = Buffer.from(text);
      const spaces = Buffer.alloc(-bytes.length & 7, "\n");
      const header = Buffer.alloc(32);
      header.writeUInt32LE(bytes.length + spaces.length);
      header.write(name, 4);
      return [header, bytes, spaces];
    }),
  );
}

async function start(
  binary: string,
  name: string,
  contents: Buffer,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-"));
  await writeFile(join(directory, name), contents);
  const espruino = spawn(resolve(binary), parameters, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "ignore"], // a console that ended would end the interpreter
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
      const end = performance.now() + PATIENCE;
      for (; ; looked++) {
        while (looked >= lines.length) {
          if (fault) throw fault;
          if (isOver || performance.now() >= end) {
            throw new Error(
              `no line like ${String(pattern)} came; the last:\n${lines.slice(-10).join("\n")}`,
            );
          }
          const timer = setTimeout(() => wake(), end - performance.now());
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
