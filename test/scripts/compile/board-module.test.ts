/** The module with a board's constants. */

import { parse } from "acorn";
import { expect, it } from "vitest";
import { boardModule } from "../../../scripts/compile/board-module.ts";
import { equipped } from "../../support/equipped.ts";

it("imports a name once, though a stream and a part use it", () => {
  const board = equipped("plain", { streams: [{ id: "raw", source: "analog", pin: 35, period: 60 }] });
  const module = boardModule(board);
  expect(() => parse(module, { ecmaVersion: "latest", sourceType: "module" })).not.toThrow();
  expect(module.match(/import [^;]*\banalogLevel\b/g)).toHaveLength(1);
});

it("compares words one after the other: the interpreter takes stack for each conditional in another", () => {
  const words = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`词${i}`, "pump on"]));
  const [wordFor = ""] = /wordFor: .*/.exec(boardModule(equipped("plain", { words }))) ?? [];
  expect(wordFor.match(/"pump on"/g)).toHaveLength(64);
  expect(wordFor).not.toContain("?");
});
