/** Finds, starts, waits for and ends a server that runs as a separate program. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

export interface Program {
  /** Id of the started process. */
  readonly pid: number;
  /** Resolves when any line of its log matches, including earlier ones. @throws Error if the program ends first */
  readonly logged: (pattern: RegExp) => Promise<string>;
  /** Gives each further line of its log to a listener, and remembers none of them. */
  watch(listener: (line: string) => void): void;
  /** Ends it together with everything it started, and waits for that. */
  end(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Path of a program; undefined if not installed. @param folders to search in addition to PATH */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders, ...path, "/usr/sbin", "/usr/local/sbin"]
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * @param env added to this process's environment
 * @throws Error if it cannot be started
 */
export function startProgram(
  program: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  // In its own process group, because the program may be a shell script that starts another.
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
  let take = (line: string): void => void lines.push(line);
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      take(line);
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
    watch(listener) {
      take = listener;
    },
    async end(signal = "SIGTERM") {
      if (!isOver) process.kill(-pid, signal);
      await ended;
    },
  };
}

/** A port that was free a moment ago, for programs that cannot pick one themselves. */
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
