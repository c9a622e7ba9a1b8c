import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Tests that take long because they are random, exhaustive or build many scripts. */
export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/**/*.long.test.ts"],
    isolate: false,
    maxWorkers: 2,
    execArgv: ["--max-semi-space-size=64"], // not V8_FLAGS: what runs long has to be optimized soon
    globalSetup: ["test/support/global-setup.ts"],
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
