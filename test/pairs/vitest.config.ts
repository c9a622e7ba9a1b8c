import { defineConfig } from "vitest/config";
import { V8_FLAGS } from "../support/v8-flags.ts";

export default defineConfig({
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/pairs/**/*.test.ts"],
    isolate: false,
    maxWorkers: 2,
    execArgv: [...V8_FLAGS],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
