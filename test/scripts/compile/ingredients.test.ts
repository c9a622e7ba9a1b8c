import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import ts from "../../../scripts/compile/typescript.js";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import { ingredientsOf, TOOLS } from "../../../scripts/compile/ingredients.ts";
import { shipped } from "../../support/bundles.ts";

const BOARD = shipped("esp32-devkit");

/** A project that has what a script is made of. */
const FILES = {
  "package.json": "{}",
  "node_modules/.package-lock.json": '{ "rollup": "4.0.0" }',
  "tsconfig.base.json": "{}",
  "src/tsconfig.json": "{}",
  "src/main.ts": "print(1);",
  "src/mqtt/codec.ts": "export const a = 1;",
  "boards/espruino.d.ts": "declare var D0: number;",
  "boards/kitchen.ts": "export default {};",
  "boards/parts/words.ts": 'export const word = "a";',
};

let root: string;
let kitchen: Board;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ingredients-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  kitchen = {
    ...BOARD,
    code: { file: join(root, "boards/kitchen.ts"), starts: false, sources: [], commands: [] },
  };
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

const keyOf = (board: Board) => ingredientsOf(board, root)?.key;

describe("the key changes with", () => {
  it.each<[what: string, change: () => void]>([
    ["a file of the firmware", () => write("src/mqtt/codec.ts", "export const a = 2;")],
    ["a new file of the firmware", () => write("src/mqtt/more.ts", "")],
    ["a file that goes", () => rmSync(join(root, "src/mqtt/codec.ts"))],
    ["a file's name", () => renameSync(join(root, "src/mqtt/codec.ts"), join(root, "src/mqtt/code.ts"))],
    ["the firmware's settings", () => write("src/tsconfig.json", '{ "files": [] }')],
    ["the settings of all", () => write("tsconfig.base.json", '{ "files": [] }')],
    [
      "a version of what npm installed",
      () => write("node_modules/.package-lock.json", '{ "rollup": "4.0.1" }'),
    ],
    ["the board's own code", () => write("boards/kitchen.ts", "export default { };")],
    ["what may be imported there", () => write("boards/parts/words.ts", 'export const word = "b";')],
    ["a file that would be imported in place of another", () => write("boards/parts/words.d.ts", "")],
    ["the names of Espruino", () => write("boards/espruino.d.ts", "declare var D1: number;")],
  ])("%s", (_what, change) => {
    const before = keyOf(kitchen);
    change();
    expect(keyOf(kitchen)).not.toBe(before);
  });

  it("any member of the board", () => {
    expect(keyOf({ ...BOARD, title: "another" })).not.toBe(keyOf(BOARD));
    expect(keyOf({ ...BOARD, onenet: { ...BOARD.onenet, qos: 0 } })).not.toBe(keyOf(BOARD));
  });

  it("content of the same length and time", () => {
    const file = join(root, "src/main.ts");
    const { atime, mtime } = statSync(file);
    const before = keyOf(BOARD);
    writeFileSync(file, "print(2);");
    utimesSync(file, atime, mtime);
    expect(keyOf(BOARD)).not.toBe(before);
  });
});

describe("the key stays", () => {
  it("whatever the times of files", () => {
    const before = keyOf(BOARD);
    utimesSync(join(root, "src/main.ts"), 1, 1);
    expect(keyOf(BOARD)).toBe(before);
  });

  it("wherever the project is", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "ingredients-"));
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    cpSync(root, elsewhere, { recursive: true });
    expect(ingredientsOf(BOARD, elsewhere)?.key).toBe(keyOf(BOARD));
    expect(ingredientsOf(kitchen, elsewhere)?.key).not.toBe(keyOf(kitchen));
  });

  it("for a board without code when another has some", () => {
    const before = keyOf(BOARD);
    write("boards/kitchen.ts", "export default { a: 1 };");
    expect(keyOf(BOARD)).toBe(before);
  });
});

it("there is no key without the list of what npm installed", () => {
  rmSync(join(root, "node_modules"), { recursive: true });
  expect(ingredientsOf(BOARD, root)).toBeUndefined();
});

it("knows every module that makes a script, as TypeScript sees it", () => {
  const found = new Set<string>();
  const look = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles)
      if (fileName.startsWith(".")) look(resolve(dirname(file), fileName));
  };
  look(resolve("scripts/compile/script.ts"));
  expect([...TOOLS].sort()).toEqual([...found].sort());
  expect([...TOOLS]).toContain(resolve("scripts/boards/chips.ts"));
});
