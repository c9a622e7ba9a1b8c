/** What a function is always given becomes part of it. */

import type { CallExpression, Expression, Program } from "acorn";
import { callAt, functionOf, isConstant, isVisibleAt, parametersOf } from "./functions.ts";
import { usesThis } from "./plain.ts";
import { identifier, replace } from "./tree.ts";
import { changed, variables } from "./variables.ts";

/**
 * A parameter goes if every call passes the same constant for it, or if nothing uses it and every call passes a constant.
 * Constants that a call passes beyond the parameters go as well.
 *
 * Right if every use of the function is a call of it, so that no other arguments can come; if it does not read
 * `arguments`; if nothing is assigned to the parameter; and if the constant means the same inside the function.
 */
export function dropParameters(program: Program): Program {
  const known = variables(program);
  /** Names that got uses which `known` lacks, or lost some. */
  const spread = new Set<string>();
  let isChanged = false;
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    if (!callee || variable.uses.length === 0 || spread.has(variable.name) || usesThis(callee)) continue;
    for (const { parent, key } of variable.uses)
      if (parent?.node.type === "CallExpression" && key === "callee")
        isChanged = dropSurplus(parent.node, callee.params.length) || isChanged;
    const calls = variable.uses.flatMap((use) => callAt(use, callee) ?? []);
    if (calls.length < variable.uses.length) continue;
    const parameters = parametersOf(callee);
    for (const [i, { name }] of [...parameters.entries()].reverse()) {
      const parameter = known.get(name);
      const given = calls.map(({ node }) => node.arguments[i] ?? identifier("undefined"));
      if (!parameter || parameter.isAssigned || spread.has(name)) continue;
      if (!given.every((value) => isConstant(value, known))) continue;
      const [value] = given;
      if (parameter.uses.length > 0) {
        if (!value || !given.every((other) => isSame(value, other))) continue;
        if (!isVisibleAt(variable, value, known)) continue;
        for (const use of parameter.uses) replace(use, structuredClone(value));
        if (value.type === "Identifier") spread.add(value.name);
      }
      parameters.splice(i, 1);
      for (const { node } of calls) drop(node, i, 1);
      isChanged = true;
    }
  }
  return isChanged ? changed(program) : program;

  function dropSurplus(call: CallExpression, parameters: number): boolean {
    const surplus = call.arguments.slice(parameters);
    if (!surplus.length || call.arguments.some(({ type }) => type === "SpreadElement")) return false;
    if (!surplus.every((value) => isConstant(value as Expression, known))) return false;
    drop(call, parameters, surplus.length);
    return true;
  }

  function drop(call: CallExpression, from: number, count: number): void {
    for (const value of call.arguments.splice(from, count))
      if (value.type === "Identifier") spread.add(value.name);
  }
}

function isSame(a: Expression, b: Expression): boolean {
  if (a.type === "Identifier") return b.type === "Identifier" && a.name === b.name;
  return a.type === "Literal" && b.type === "Literal" && a.raw === b.raw;
}
