import { resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What builds scripts or starts commands goes first, so that no worker begins with it when the other one is done. */
const LONG = /\/test\/(device|docs|scripts\/(compile\/|stage\/|flash\/|web-console\/|[^/]+$))/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
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
    maxWorkers: 3, // some of them wait for a process or a socket
    sequence: { sequencer: LongFirst },
    // A machine that is busy with other things as well is slow, not wrong: these end what hangs, and nothing else.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
  },
});
