/** Builds in a process of their own. */

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { createBuilder } from "../../../scripts/compile/builder.ts";
import { shipped, shippedFile } from "../../support/bundles.ts";

const BOARD = shipped("esp32-devkit");

it("a script that is in the cache needs no process", async () => {
  const script = await readFile(await shippedFile(BOARD.name), "latin1");
  const builder = createBuilder();
  expect(await builder.build(BOARD)).toEqual({
    file: "dist/esp32-devkit.js",
    code: script,
    program: script,
    warnings: [],
  });
});

it("a build under way ends at once when it is closed", async () => {
  const builder = createBuilder();
  const name = `never-built-${process.pid}`;
  const build = builder.build({ ...BOARD, name, title: name });
  const ended = expect(build).rejects.toThrow("the build's process ended");
  builder.close();
  await ended;
});
