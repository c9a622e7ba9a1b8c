import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    globalSetup: ["test/lib/global-setup.ts"],
    expect: { poll: { timeout: 10_000 } },
    reporters: ["verbose"], // tells why a test was skipped
    testTimeout: 30_000,
  },
});
