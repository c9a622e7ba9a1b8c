import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    globalSetup: ["test/lib/global-setup.ts"],
    reporters: ["verbose"], // tells why a test was skipped
    testTimeout: 30_000,
  },
});
