import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { first } from "./support/first.ts";

/**
 * What takes half a minute, and what waits for processes meanwhile. `isolation` goes before them: it looks at every object of
 * a board, which takes five times as long once the process has a large heap.
 */
const LONGEST = [
  "scripts/virtual-board/isolation",
  ...["device/sleep", "scripts/flash/ports", "device/week-alone", "device/update-cuts", "scripts/fleet"],
  ...["scripts/devices/class", "scripts/compile/bundle", "scripts/platform", "device/exchanges"],
].map((name) => `${name}.long`);

/** Tests that take long because they are random or exhaustive, build many scripts, or wait for whole commands. */
export default defineConfig({
  resolve: { alias: { "virtual:features": resolve("test/support/features.ts") } },
  test: {
    env: { LC_ALL: "C" }, // texts in English, whatever the computer's language
    include: ["test/**/*.long.test.ts"],
    isolate: false,
    sequence: { sequencer: first(LONGEST) },
    maxWorkers: 2,
    execArgv: ["--max-semi-space-size=64"], // not V8_FLAGS: what runs long has to be optimized soon
    globalSetup: ["test/support/global-setup.ts"],
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
