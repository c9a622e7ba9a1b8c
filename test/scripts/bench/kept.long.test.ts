/** What the platform has acknowledged is in its file, however its process ends. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureKept } from "../../../scripts/bench/kept.ts";

test("nothing acknowledged is missing after three kills at random moments", async () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 30);
  console.log(`seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  try {
    let kills = 0;
    const found = await measureKept({
      points: 5000,
      kills: 3,
      seed,
      compared: 500,
      folder,
      onKill: () => kills++,
    });
    expect({ ...found, kills }).toMatchObject({ acknowledged: 5100, missing: 0, kills: 3 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
