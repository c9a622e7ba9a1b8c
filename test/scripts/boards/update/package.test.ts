import { expect, it } from "vitest";
import {
  defaultVersion,
  isSigned,
  LARGEST_PACKAGE,
  makePackage,
  readPackage,
} from "../../../../scripts/boards/update/package.ts";

const KEY = "sixteen bytes and more";
const UPDATE = { version: "2611301205", time: 1796040300, program: 'print("\xe6\xb8\xa9");\n' };

it("a package has its program, its version and its time, and the signature of its key", () => {
  const made = makePackage(UPDATE, KEY);
  expect(made).toBe(
    `//kR3OgON+LNpbUvW8xQn1oMrsMrFjVSkGvgnt0+liwzc= 2611301205 1796040300 ${UPDATE.program.length}\n${UPDATE.program}`,
  );
  expect(readPackage(made)).toEqual(UPDATE);
  expect(isSigned(made, KEY)).toBe(true);
  expect(isSigned(made, "sixteen bytes and less")).toBe(false);
});

it("no byte of a package can be changed, added or left out", () => {
  const made = makePackage(UPDATE, KEY);
  for (let at = 0; at < made.length; at++) {
    const other = String.fromCharCode(made.charCodeAt(at) ^ 1);
    expect(isSigned(made.slice(0, at) + other + made.slice(at + 1), KEY)).toBe(false);
    expect(isSigned(made.slice(0, at), KEY)).toBe(false);
  }
  expect(isSigned(`${made}\n`, KEY)).toBe(false);
});

it("refuses a version that the platform does not take, and what a board has no room for", () => {
  expect(() => makePackage({ ...UPDATE, version: "1.0 beta" }, KEY)).toThrow(
    'the version "1.0 beta" has to be 1 to 20 of',
  );
  expect(() => makePackage({ ...UPDATE, program: "x".repeat(LARGEST_PACKAGE) }, KEY)).toThrow(
    `and a board takes ${LARGEST_PACKAGE} at most`,
  );
});

it("the version is the time in UTC unless one is given", () => {
  expect(defaultVersion(1796040300)).toBe("2611301205");
});
