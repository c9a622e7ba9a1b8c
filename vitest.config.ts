import { resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that wait for processes and timers most of their time. */
const WAITING = /\/test\/scripts\/(flash\/|boards\/new\/command|[^/]+\.test\.ts$)/;
/** Files that run whole boards or build scripts. */
const WORKING = /\/test\/(device|docs|scripts\/(build|compile\/|stage\/|web-console\/))/;

/**
 * What takes long goes first, so that no worker begins with it when the others are done, and what waits alternates with
 * what works, so that no core is idle.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const working = sorted.filter(({ moduleId }) => WORKING.test(moduleId));
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId) && !WORKING.test(moduleId));
    const rest = sorted.filter(({ moduleId }) => !WAITING.test(moduleId) && !WORKING.test(moduleId));
    const long = Math.max(working.length, waiting.length);
    const mixed = Array.from({ length: long }, (_, i) => [waiting[i], working[i]]).flat();
    return [...mixed.filter((file) => file !== undefined), ...rest];
  }
}

export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    include: ["test/**/*.test.ts"],
    // These need a program that npm does not bring: `npm run test:browser`, `npm run test:interop`, `npm run test:interpreter`.
    // These take minutes: `npm run test:pairs`, `npm run test:long`.
    exclude: [
      ...["browser", "interop", "interpreter", "pairs"].map((folder) => `test/${folder}/**`),
      "**/*.long.test.ts",
      ...configDefaults.exclude,
    ],
    globalSetup: ["test/support/global-setup.ts"],
    isolate: false, // every file would load TypeScript and Rollup anew
    maxWorkers: 4, // twice the cores of a small machine: some wait for a process or a socket
    execArgv: ["--max-semi-space-size=64"], // in MB: much garbage is young, and collecting it took a third of the time
    sequence: { sequencer: LongFirst },
    // A machine that is busy with other things as well is slow, not wrong: these end what hangs, and nothing else.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
  },
});
