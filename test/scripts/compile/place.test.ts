import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { placeOf } from "../../../scripts/compile/own-code/place.ts";

const CODE = `export default {
  start(board) {
    throw new Error("no bus");
  },
  sources: {
    heat: () => read("heat"),
    dew() {
      throw new Error("no (sensor)");
    },
    damp: () => missing(),
  },
};
`;

it.each([
  ["Own code: start failed: no bus", 3],
  ["Own code: source dew failed: no (sensor)", 8],
  ["Own code: source damp failed: missing is not defined", 10],
  ["Own code: source heat failed: undefined", 6],
  ["Own code: part nobody failed: why", undefined],
  ["Own code: what is this", undefined],
])("finds the line: %s", (failure, line) => {
  const folder = mkdtempSync(join(tmpdir(), "place-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "lamp.ts");
  writeFileSync(file, CODE);
  expect(placeOf(file, failure)).toBe(line === undefined ? "" : `${basename(folder)}/lamp.ts:${line}`);
  expect(placeOf(undefined, failure)).toBe("");
});
