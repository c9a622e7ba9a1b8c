/** Starts what builds scripts for the tests of a run (script-server.ts). */

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { V8_FLAGS } from "./v8-flags.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where bundles.ts asks for scripts. */
    scriptServer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  const server = fork("test/support/script-server.ts", [directory], {
    execArgv: ["--import", "tsx", ...V8_FLAGS],
    env: { ...process.env, LC_ALL: "C" }, // mistakes in English, as in the tests' own processes
  });
  const [port] = (await Promise.race([
    once(server, "message"),
    once(server, "exit").then(([code]) => {
      throw new Error(`test/support/script-server.ts ended with ${String(code)}`);
    }),
  ])) as [number];
  project.provide("scriptServer", `http://127.0.0.1:${port}`);
  return async () => {
    server.disconnect();
    await once(server, "exit");
    await rm(directory, { recursive: true, force: true });
  };
}
