/** Prints a program as the shortest script that means the same. */

import type { Program } from "acorn";
import { minify, type MinifyOptions } from "terser";

/** The input is a tree of acorn's kind. Terser's types do not know the option. */
const FROM_TREE: MinifyOptions["parse"] & { readonly spidermonkey: true } = { spidermonkey: true };

export interface Minified {
  readonly code: string;
  /** Leads to where the nodes of the program say they come from; undefined if they do not say. */
  readonly map: string | undefined;
}

/**
 * @param program whose global variables have their names already
 * @param kept names of properties that stay; all others exist inside the program only, and become short
 */
export async function minified(program: Program, kept: Iterable<string>): Promise<Minified> {
  const { code, map } = await minify(program as never, {
    parse: FROM_TREE,
    ecma: 2015,
    // Espruino makes a function expression anew each time it passes by one, so none is inlined.
    compress: { toplevel: true, passes: 2, pure_getters: true, reduce_funcs: false, inline: false },
    mangle: {
      reserved: ["of"], // a keyword of Espruino, wherever it stands
      properties: { builtins: true, keep_quoted: "strict", reserved: [...kept] },
    },
    format: { ascii_only: true, comments: false },
    ...(program.loc ? { sourceMap: true } : {}),
  });
  if (code === undefined) throw new Error("the minifier returned nothing");
  return { code, map: typeof map === "string" ? map : undefined };
}
