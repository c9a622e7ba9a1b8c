/** Functions of the language that are named often get a variable. */

import type { Expression, Program, Statement } from "acorn";
import { declaring, identifier, type Path, replace, visit } from "./tree.ts";
import { changed, freeName, isTarget, variables } from "./variables.ts";

/** Functions that work without their object. */
const STATIC = /^(Array|Date|JSON|Math|Object|String)\.\w+$/;

/** Fewest uses that save enough bytes for the two variables that a name costs. */
const WORTH_A_NAME = 3;

/**
 * `String.fromCharCode` becomes a variable if the program names it often: the variable is found sooner, and its name is
 * short.
 *
 * Right because these functions need no object, and the program assigns nothing to them. A program that declares a `String` means its
 * own.
 */
export function nameStatics(program: Program): Program {
  const known = variables(program);
  const found = new Map<string, Path[]>();
  const assigned = new Set<string>();
  visit(program, (path) => {
    const { node } = path;
    if (node.type !== "MemberExpression" || node.computed) return;
    if (
      node.object.type !== "Identifier" ||
      node.property.type !== "Identifier" ||
      known.has(node.object.name)
    )
      return;
    const name = `${node.object.name}.${node.property.name}`;
    if (isTarget(path)) assigned.add(name);
    else if (STATIC.test(name)) found.set(name, [...(found.get(name) ?? []), path]);
  });
  const often = [...found].filter(([name, uses]) => uses.length >= WORTH_A_NAME && !assigned.has(name));
  if (often.length === 0) return program;
  for (const [name, uses] of often) {
    const [first] = uses;
    if (!first) continue;
    const variable = freeName(name.replace(".", "_"), known);
    for (const use of uses) replace(use, identifier(variable, use.node));
    outermost(program).unshift(declaring("let", variable, first.node as Expression, first.node));
  }
  return changed(program);
}

/** The statements of the function that is the whole program, or of the program. */
function outermost(program: Program): Statement[] {
  const [only] = program.body;
  const call = only?.type === "ExpressionStatement" ? only.expression : undefined;
  const callee = call?.type === "CallExpression" ? call.callee : undefined;
  return callee?.type === "FunctionExpression" ? callee.body.body : (program.body as Statement[]);
}
