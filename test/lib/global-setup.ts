/** Builds every shipped board once for the whole test run. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { listBoards } from "../../scripts/lib/boards.ts";
import { buildBundle } from "../../scripts/lib/bundle.ts";
import { shipped } from "./bundles.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the shipped boards' scripts. */
    bundles: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  for (const name of listBoards().shipped) await buildBundle(shipped(name), directory);
  project.provide("bundles", directory);
  return () => rm(directory, { recursive: true, force: true });
}
