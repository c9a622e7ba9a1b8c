import { expect, test } from "vitest";
import { createPackageNames } from "../../../scripts/devices/package-names.ts";

test("a package has the name of its board and its version", () => {
  expect(createPackageNames()("lamp", "2611301205")).toBe("lamp-2611301205.bin");
});

test("the console takes every name, and no two are the same", () => {
  const name = createPackageNames();
  const boards = ["greenhouse-east", "greenhouse-west", "大棚", "greenhouse", "g"];
  const versions = ["2611301205", "v1", "1.2.3-rc.4_and-more.x"];
  const names = versions.flatMap((version) => boards.map((board) => name(board, version)));
  expect(names.slice(0, 5)).toEqual([
    "green-2611301205.bin",
    "gree2-2611301205.bin",
    "__-2611301205.bin",
    "gree3-2611301205.bin",
    "g-2611301205.bin",
  ]);
  expect(names.slice(5, 7)).toEqual(["greenhouse-ea-v1.bin", "greenhouse-we-v1.bin"]);
  for (const each of names) expect(each).toMatch(/^[A-Za-z0-9._-]{1,20}$/);
  expect(new Set(names).size).toBe(names.length);
});
