import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/interpreter/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    expect: { poll: { timeout: 10_000 } },
    // Without a real Espruino, every test is skipped: one worker loads what they import, once.
    ...(process.env["ESPRUINO"] ? { maxWorkers: 2 } : { maxWorkers: 1, isolate: false }),
    reporters: ["verbose"], // shows why a test was skipped
    testTimeout: 60_000, // a ping is waited for in real time,
  },
});
