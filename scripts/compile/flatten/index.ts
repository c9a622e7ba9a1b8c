/**
 * Makes one flat program of parts that are written as functions which return objects of functions.
 *
 * The interpreter keeps every function, object and scope in variables, and looks up every name while it runs: a part
 * that exists once needs none of that. So a function that is called in one place moves there, an object that is only
 * looked into becomes variables, what is always the same becomes a constant, and what that decides or leaves unused goes.
 *
 * Each pass is a function from a syntax tree to a syntax tree, and says when it is right. All of them take the program to be
 * one in which no function is called by way of `eval`, and no member of an object is found by a name that is put together.
 */

import type { Program } from "acorn";
import { copyForCalls } from "./copy-for-calls.ts";
import { dropCopies } from "./drop-copies.ts";
import { dropDecided } from "./drop-decided.ts";
import { dropParameters } from "./drop-parameters.ts";
import { dropUnused } from "./drop-unused.ts";
import { flattenObjects } from "./flatten-objects.ts";
import { moveToCalls } from "./move-to-calls.ts";
import { nameApart } from "./name-apart.ts";
import { nameStatics } from "./name-statics.ts";
import { plain } from "./plain.ts";
import { spell } from "./spell.ts";
import { unwrap } from "./unwrap.ts";
import type { Pass } from "./variables.ts";

/** Make the program easy to look through. */
export const FIRST = { plain, nameApart } satisfies Record<string, Pass>;

/** Run until none of them finds anything to do; what one does may be work for another. */
export const ROUND = {
  dropDecided,
  dropUnused,
  dropCopies,
  flattenObjects,
  dropParameters,
  moveToCalls,
  copyForCalls,
} satisfies Record<string, Pass>;

/** Make the program short to read for the interpreter. */
export const LAST = { nameStatics, spell, unwrap } satisfies Record<string, Pass>;

/** Flattens a program. Its tree becomes part of the new one. */
export function flatten(program: Program): Program {
  let flat = runAll(FIRST, program);
  for (let before; before !== flat;) {
    before = flat;
    flat = runAll(ROUND, flat);
  }
  return runAll(LAST, flat);
}

function runAll(passes: Readonly<Record<string, Pass>>, program: Program): Program {
  return Object.values(passes).reduce((tree, pass) => pass(tree), program);
}
