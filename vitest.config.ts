import { resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { V8_FLAGS } from "./test/support/v8-flags.ts";

/** Files that mostly wait for a disk, a process or a clock. One after the other: meanwhile, the other workers work. */
const WAITING = ["local-onenet/data", "start", "virtual-board/sockets", "build"].map(
  (name) => `/test/scripts/${name}.test.ts`,
);
/** Other files that run in the time of one of these. */
const MEANWHILE = 30;
/** Files that need scripts. */
const NEEDS_SCRIPTS = /\/test\/(device|docs)\//;

/** What waits is spread, and what needs scripts alternates with everything else: both cores always have work. */
class Mixed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = WAITING.flatMap((end) => sorted.filter(({ moduleId }) => moduleId.endsWith(end)));
    const working = sorted.filter((file) => !waiting.includes(file));
    const needing = working.filter(({ moduleId }) => NEEDS_SCRIPTS.test(moduleId));
    const rest = working.filter((file) => !needing.includes(file));
    const share = Math.ceil(rest.length / Math.max(1, needing.length));
    const mixed = needing.flatMap((file, i) => [file, ...rest.slice(i * share, (i + 1) * share)]);
    mixed.push(...rest.slice(needing.length * share));
    waiting.forEach((file, i) => mixed.splice(i * MEANWHILE, 0, file));
    return mixed;
  }
}

export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
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
    maxWorkers: 3, // one more than the cores of a small machine: some wait for a process, a socket or a disk
    execArgv: [...V8_FLAGS],
    sequence: { sequencer: Mixed },
    // A machine that is busy with other things as well is slow, not wrong: these end what hangs, and nothing else.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
  },
});
