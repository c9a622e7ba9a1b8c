/** Runs a command of the project as a user's shell would. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when its output so far matches. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  readonly finished: Promise<Finished>;
}

/**
 * @param script a file of scripts/, without .ts
 * @param preload modules that Node loads first, as paths
 */
export function start(
  script: string,
  args: readonly string[] = [],
  preload: readonly string[] = [],
): Started {
  const imports = ["tsx", ...preload].flatMap((module) => ["--import", module]);
  const child = spawn(process.execPath, [...imports, `scripts/${script}.ts`, ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  let stdout = "";
  let stderr = "";
  let wake = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    child,
    async printed(pattern) {
      while (!pattern.test(stdout)) await new Promise<void>((resolve) => (wake = resolve));
    },
    finished: once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr })),
  };
}

export function run(
  script: string,
  args: readonly string[] = [],
  preload: readonly string[] = [],
): Promise<Finished> {
  return start(script, args, preload).finished;
}
