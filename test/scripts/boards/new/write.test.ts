/** `npm run new-board` writes its file completely or not at all. */

import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../../scripts/cli/command.ts";
import { explain, writePrivately } from "../../../../scripts/boards/new/write.ts";
import { boardFolder } from "../board-folder.ts";
import { addedTo } from "./folder.ts";

test("replaces a file only on request, even a dangling link", () => {
  const directory = boardFolder({ "a.local.json": "old" });
  const [file, link] = [join(directory, "a.local.json"), join(directory, "b.local.json")];
  symlinkSync("nowhere", link);
  for (const path of [file, link]) {
    expect(() => writePrivately(path, "new", false)).toThrow(
      /^boards\/.\.local\.json already exists; choose/,
    );
    expect(addedTo(directory)).toEqual(["a.local.json", "b.local.json"]);
    writePrivately(path, "new", true);
    expect(readFileSync(path, "utf8")).toBe("new");
  }
  expect(addedTo(directory)).toEqual(["a.local.json", "b.local.json"]);
});

test("reports what is in the way, and leaves no partial file", () => {
  const directory = boardFolder({});
  mkdirSync(join(directory, "a.local.json"));
  expect(() => writePrivately(join(directory, "a.local.json"), "", true)).toThrow(UserError);
  expect(() => writePrivately(join(directory, "gone", "a.local.json"), "", false)).toThrow(
    "cannot write gone/a.local.json: there is no folder gone/; create it first",
  );
  expect(addedTo(directory)).toEqual(["a.local.json"]);
});

test.each([
  ["ENOSPC", /the disk is full; free some space/],
  ["EACCES", /no permission to write to boards\/; change/],
  ["EROFS", /boards\/ is on a read-only disk; copy/],
])("explains %s", (code, words) => {
  expect(explain("/home/me/boards/lamp.local.json", code)).toMatch(words);
});
