import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/browser/**/*.test.ts"],
    isolate: false, // every file would load TypeScript and Rollup anew
    maxWorkers: 2, // they wait more than they work
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
