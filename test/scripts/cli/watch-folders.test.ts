/** Changes in folders. */

import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { watchFolders } from "../../../scripts/cli/watch-folders.ts";

it("notices what is written, renamed, made and removed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "watch-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  let changes = 0;
  const end = watchFolders(
    [folder],
    () => changes++,
    () => undefined,
  );
  onTestFinished(end);
  async function noticed(change: Promise<unknown>): Promise<void> {
    const before = changes;
    await change;
    await expect.poll(() => changes, { interval: 20 }).toBeGreaterThan(before);
  }
  await noticed(writeFile(join(folder, "a.json"), "1"));
  await noticed(writeFile(join(folder, "b.json"), "2"));
  await noticed(rename(join(folder, "b.json"), join(folder, "a.json"))); // as many editors save
  await noticed(mkdir(join(folder, "deep")));
  await noticed(rm(join(folder, "a.json")));
});

it("says which folder it cannot watch", () => {
  const failed: string[] = [];
  watchFolders(
    ["/nowhere/at/all"],
    () => undefined,
    (folder, why) => void failed.push(`${folder}: ${why}`),
  )();
  expect(failed).toEqual([expect.stringMatching(/^\/nowhere\/at\/all: ENOENT/)]);
});
