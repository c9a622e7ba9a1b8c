/** Programs as syntax trees, for tests of the optimizer. */

import { runInNewContext } from "node:vm";
import { parse, type Program } from "acorn";
import { minify_sync, type MinifyOptions } from "terser";

/** The tree of a program, which is the body of one function, as Rollup writes it. */
export function treeOf(body: string): Program {
  return parse(`(function () {${body}\n})();`, { ecmaVersion: "latest", sourceType: "script" });
}

const FROM_TREE: MinifyOptions["parse"] & { readonly spidermonkey: true } = { spidermonkey: true };

/** A program as text, in one way of writing. */
export function printed(program: Program): string {
  const { code } = minify_sync(program as never, {
    parse: FROM_TREE,
    compress: false,
    mangle: false,
    format: { indent_level: 0, semicolons: false },
  });
  return code ?? "";
}

/** What a program prints, in strict mode as every module, and the message of the error that ends it. */
export function outputOf(program: Program): readonly string[] {
  const lines: string[] = [];
  const print = (...values: unknown[]) => void lines.push(values.map(String).join(" "));
  try {
    runInNewContext(`"use strict";${printed(program)}`, { print }, { timeout: 5000 });
  } catch (error) {
    lines.push(String(error));
  }
  return lines;
}
