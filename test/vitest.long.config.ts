import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { V8_FLAGS } from "./support/v8-flags.ts";

/** Tests that take long because they are random, exhaustive or build many scripts. */
export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    include: ["test/**/*.long.test.ts"],
    isolate: false,
    maxWorkers: 2,
    execArgv: [...V8_FLAGS],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
