/**
 * Each pass of the optimizer on small programs: `<pass>/<what>.in.js` becomes `<what>.out.js`, and does what it did. An input
 * without an output stays as it is.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FIRST, flatten, LAST, ROUND } from "../../../../scripts/compile/flatten/index.ts";
import type { Pass } from "../../../../scripts/compile/flatten/variables.ts";
import { outputOf, printed, treeOf } from "../../../support/trees.ts";

const HERE = import.meta.dirname;
const PASSES: Readonly<Record<string, Pass>> = { ...FIRST, ...ROUND, ...LAST, flatten };

/** `moveToCalls` → `move-to-calls` */
const folderOf = (pass: string) => pass.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe.each(Object.keys(PASSES))("%s", (name) => {
  const folder = join(HERE, folderOf(name));
  const inputs = readdirSync(folder).filter((file) => file.endsWith(".in.js"));

  it.each(inputs)("%s", (file) => {
    const before = readFileSync(join(folder, file), "utf8");
    const output = join(folder, file.replace(/in\.js$/, "out.js"));
    const after = existsSync(output) ? readFileSync(output, "utf8") : before;
    const changed = PASSES[name]?.(treeOf(before)) ?? treeOf("");
    expect(bodyOf(printed(changed))).toBe(bodyOf(printed(treeOf(after))));
    const lines = outputOf(treeOf(before));
    expect(lines.join("\n")).not.toMatch(/Error/);
    expect(lines.length).toBeGreaterThan(0);
    expect(outputOf(changed)).toEqual(lines);
  });
});

it("there is a folder for each pass, and no other", () => {
  const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(PASSES).map(folderOf).sort());
});

/** Without the function around the program, if it is still there. */
function bodyOf(code: string): string {
  const text = code.trim();
  return (/^\(function\(\)\{([^]*)\}\)\(\);?$/.exec(text)?.[1] ?? text).trim();
}
