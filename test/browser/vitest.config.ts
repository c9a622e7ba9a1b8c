import { defineConfig } from "vitest/config";
import { V8_FLAGS } from "../support/v8-flags.ts";

export default defineConfig({
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/browser/**/*.test.ts"],
    isolate: false, // every file would load TypeScript and Rollup anew
    maxWorkers: 4, // they wait more than they work
    execArgv: [...V8_FLAGS],
    // A busy machine is slow, not wrong: these end what hangs, and nothing else.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
