import { expect, it } from "vitest";
import { run } from "../support/run.ts";

it("npm start -- --once exits 1 with the reason if a step fails", async () => {
  const { code, stdout, stderr } = await run("start", ["--once"], ["./test/scripts/swallow-connack.ts"]);
  expect(stdout).toMatch(/✓ Wi-Fi/);
  expect(stdout).not.toMatch(/✓ on/);
  expect(stderr).toMatch(/^error: on: the board did not answer the command within 10 s\n/);
  expect(code).toBe(1);
});
