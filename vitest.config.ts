import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These need a program that npm does not bring: `npm run test:interop`, `npm run test:interpreter`.
    exclude: [...configDefaults.exclude, "test/interop/**", "test/interpreter/**"],
    globalSetup: ["test/lib/global-setup.ts"],
    isolate: false, // every file would load TypeScript and Rollup anew
    maxWorkers: 3, // most tests wait for sockets and programs
    testTimeout: 15_000,
  },
});
