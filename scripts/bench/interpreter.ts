/**
 * Runs programs on a real Espruino: its Linux binary, with a simulated flash. A program in flash runs as on a chip: the
 * source of its functions stays in flash, and each function takes one variable.
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
   * Resolves with the next matching line, starting with lines not examined yet.
   * @throws Error if none arrives within a minute or the program ends first
   */
  next(pattern: RegExp): Promise<string>;
  /** Skips the lines received so far. */
  skip(): void;
  stop(): Promise<void>;
}

/** Longest wait for a line, in ms. */
const PATIENCE = 60_000;

/**
 * Starts a script in the interpreter's memory.
 * @param environment variables in addition to this process's own
 */
export function startOnEspruino(
  binary: string,
  script: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  return start(binary, "script.js", Buffer.from(script), ["script.js"], environment);
}

/**
 * Starts the interpreter like a chip with files in flash: it runs `.boot0`, if present, and then `.bootcde`.
 * @param files text by name
 */
export function startFromFlash(binary: string, files: Readonly<Record<string, string>>): Promise<Running> {
  return start(binary, "espruino.flash", flashImage(files), [], {});
}

/** Files in the layout of `require("Storage")`: each preceded by its size and name, at addresses divisible by 8. */
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
    stdio: ["pipe", "pipe", "ignore"], // Closing the console would end the interpreter.
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
    // oxlint-disable-next-line no-control-regex -- it draws and erases the prompt
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
              `no line matched ${String(pattern)}; the last ones:\n${lines.slice(-10).join("\n")}`,
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
