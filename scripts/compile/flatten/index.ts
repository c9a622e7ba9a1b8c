/**
 * Makes one flat program of parts that are written as functions which return objects of functions.
 *
 * The interpreter keeps every function, object and scope in variables, and looks up every name while it runs: a part
 * that exists once needs none of that. So a function that is called in one place moves there, an object that is only
 * looked into becomes variables, and what is always the same becomes a constant. Rollup then decides what constants
 * decide and drops what is unused.
 */

import { parse, type Program } from "acorn";
import { print } from "esrap";
import ts from "esrap/languages/ts";
import { type ExistingRawSourceMap, rollup } from "rollup";
import { copyForCalls, moveToCalls } from "./calls.ts";
import { dropCopies, dropParameters, dropQuestions } from "./copies.ts";
import { flattenObjects } from "./objects.ts";
import { dropRelays } from "./relays.ts";
import { plain } from "./plain.ts";
import { spell } from "./spelling.ts";
import { nameApart, type Variables, variables } from "./variables.ts";

export interface Flattened {
  readonly code: string;
  readonly map: ExistingRawSourceMap;
}

/** Each changes the program for the better and tells whether it did. */
const PASSES: readonly ((known: Variables) => boolean)[] = [
  dropCopies,
  dropQuestions,
  flattenObjects,
  dropParameters,
  dropRelays,
  moveToCalls,
  copyForCalls,
];

/**
 * Flattens a script in which no function is called by way of `eval`, and no member of an object by a name that is put
 * together.
 */
export async function flatten(script: string): Promise<Flattened> {
  const program = parse(script, { ecmaVersion: "latest", sourceType: "script", locations: true });
  plain(program);
  nameApart(program);
  // A pass that changes nothing leaves what is known as it is; any change begins a new round.
  for (let known = variables(program); PASSES.some((pass) => pass(known)); known = variables(program));
  spell(program);
  return treeShake(written(program, script));
}

const SOURCE = "script.js";

function written(program: Program, script: string): Flattened {
  // esrap's types are those of another parser for the same trees; those of its map are none.
  const tree = program as unknown as Parameters<typeof print>[0];
  return print(tree, ts(), { sourceMapSource: SOURCE, sourceMapContent: script });
}

async function treeShake(script: Flattened): Promise<Flattened> {
  const build = await rollup({
    input: SOURCE,
    plugins: [{ name: "script", resolveId: (id) => id, load: () => script }],
    treeshake: { propertyReadSideEffects: false },
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  try {
    const { output } = await build.generate({ format: "es", sourcemap: "hidden" });
    const { code, map } = output[0];
    if (!map) throw new Error("there is no source map");
    return { code, map };
  } finally {
    await build.close();
  }
}
