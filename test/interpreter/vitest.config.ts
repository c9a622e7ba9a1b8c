import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/interpreter/**/*.test.ts"],
    reporters: ["verbose"], // tells why a test was skipped
    testTimeout: 30_000,
  },
});
