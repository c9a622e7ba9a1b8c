/** A server that is a program of its own: found on this machine, started, waited for, and ended. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

export interface Program {
  /** Of the process that was started. */
  readonly pid: number;
  /** Resolves when a line of its log matches, from the start on. @throws Error when the program ends before */
  readonly logged: (pattern: RegExp) => Promise<string>;
  /** Asks it to end, with all that it started, and waits until it has. */
  end(): Promise<void>;
}

/**
 * Path of a program, undefined where it is not installed.
 * @param folders to look in beside those of PATH
 */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders, ...path, "/usr/sbin", "/usr/local/sbin"]
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * @param env added to that of this process
 * @throws Error when it cannot be started
 */
export function startProgram(
  program: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  // A group of its own, for a program may be a shell script that starts another.
  const child = spawn(program, parameters, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  const lines: string[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      wake();
    });
  child.on("exit", () => {
    isOver = true;
    wake();
  });

  return {
    pid,
    async logged(pattern) {
      for (let at = 0; ; at++) {
        while (at >= lines.length) {
          if (isOver) throw new Error(`${program} ended:\n${lines.slice(-20).join("\n")}`);
          await new Promise<void>((resolve) => (wake = resolve));
        }
        const line = lines[at] ?? "";
        if (pattern.test(line)) return line;
      }
    },
    async end() {
      if (!isOver) process.kill(-pid, "SIGTERM");
      await ended;
    },
  };
}

/** For a program that cannot pick a port itself: one that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
