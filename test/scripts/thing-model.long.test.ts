/** A board runs with the thing model that is made of it: its token is new each time, so that its script is built. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runHere } from "../support/run-here.ts";

const BOARD = "esp32-s3-devkitc-studio";

it("npm run thing-model writes a file that the board runs with", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thing-model-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "model.json");
  expect(await runHere("thing-model", [BOARD, "--out", file])).toMatchObject({ code: 0 });
  const { code, stdout } = await runHere("start", [BOARD, "--once", "--json", "--thing-model", file]);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  expect(code).toBe(0);
});
