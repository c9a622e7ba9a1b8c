/** Creates a folder for the scripts built in a test run (bundles.ts). */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the boards' scripts. */
    bundles: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  project.provide("bundles", directory);
  return () => rm(directory, { recursive: true, force: true });
}
