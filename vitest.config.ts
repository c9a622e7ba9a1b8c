import { resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/lib/features.ts") } },
  test: {
    include: ["test/**/*.test.ts"],
    // These need a program that npm does not bring: `npm run test:browser`, `npm run test:interop`, `npm run test:interpreter`.
    exclude: [...configDefaults.exclude, "test/browser/**", "test/interop/**", "test/interpreter/**"],
    globalSetup: ["test/lib/global-setup.ts"],
    isolate: false, // every file would load TypeScript and Rollup anew
    maxWorkers: 2,
    // A machine that is busy with other things as well is slow, not wrong.
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 30_000,
  },
});
