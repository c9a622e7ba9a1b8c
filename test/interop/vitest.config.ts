import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/interop/**/*.test.ts"],
    isolate: false,
    maxWorkers: 3, // they wait more than they work
    globalSetup: ["test/support/global-setup.ts"],
    expect: { poll: { timeout: 60_000 } },
    reporters: ["verbose"], // shows why a test was skipped
    // A busy machine is slow, not wrong.
    hookTimeout: 300_000,
    testTimeout: 300_000,
  },
});
