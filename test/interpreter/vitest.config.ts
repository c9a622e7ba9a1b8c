import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/interpreter/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    reporters: ["verbose"], // shows why a test was skipped
    testTimeout: 60_000, // a ping is waited for in real time,
  },
});
