/** A board with updates, flashed over a cable with the real espruino tool. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPackage } from "../../../scripts/boards/update/package.ts";
import { install } from "../../../scripts/flash/install.ts";
import { UPDATABLE } from "../../support/updatable.ts";
import { atEnd, emptyBoard, endAfterEach, run, script } from "../../support/empty-board.ts";

endAfterEach();

it("gets a loader and its program in the first slot, in place of what there was", async () => {
  const directory = await mkdtemp(join(tmpdir(), "install-"));
  atEnd.push(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "greeting.js"), 'exports.word = function () { return "hello"; };');
  const { stage, port } = await emptyBoard();
  const files = stage.device.storage;
  files.set("app1", "an older program");
  const build = await script(
    'let word = require("greeting").word();setTimeout(() => { print(word, global.app, me(1)); print("OneNET: online"); }, 50);',
  );
  const lines = await run(port, {
    build,
    install: async (modules) =>
      install(UPDATABLE, await readFile(await build(), "latin1"), modules, directory),
    modules: { directory, url: "http://127.0.0.1:1" },
  });
  expect(lines).toContain("hello 0 lamp");
  expect([...files.keys()].sort()).toEqual([".bootcde", "app0"]);
  const slot = files.get("app0") ?? "";
  expect(slot.slice(0, 31)).toBe(`//${"\xff".repeat(26)}..\xff`);
  expect(readPackage(slot.slice(31))?.version).toMatch(/^\d{10}$/);
});
