/** Two names for one thing become one, and what a function is always given becomes part of it. */

import type { Expression } from "acorn";
import {
  callAt,
  functionOf,
  isConstant,
  isConstantName,
  isVisibleAt,
  parametersOf,
  removeDeclaration,
  statementOf,
} from "./functions.ts";
import { identifier, replace, truth } from "./tree.ts";
import { isAsked, type Variable, type Variables } from "./variables.ts";

/** `const a = b` goes, and `b` stands where `a` did, where neither is ever assigned to. */
export function dropCopies(known: Variables): boolean {
  const originals = new Map<string, string>();
  for (const variable of known.values()) {
    const original = originalOf(variable, known);
    if (original !== undefined) originals.set(variable.name, original);
  }
  for (const [name, first] of originals) {
    let original = first;
    for (let next = originals.get(first); next !== undefined; next = originals.get(next)) original = next;
    const copy = known.get(name);
    if (!copy) continue;
    for (const { node } of copy.uses) if (node.type === "Identifier") node.name = original;
    removeDeclaration(copy);
  }
  return originals.size > 0;
}

/** The variable that another is a copy of; `undefined` is the original of one that never has a value. */
function originalOf(variable: Variable, known: Variables): string | undefined {
  const { node } = variable.declaration;
  if (variable.isAssigned || node.type !== "VariableDeclarator" || !statementOf(variable)) return undefined;
  if (!node.init) return "undefined";
  if (node.init.type !== "Identifier") return undefined;
  const { name } = node.init;
  return name === "undefined" || (known.has(name) && isConstantName(name, known)) ? name : undefined;
}

/** Whether there is a function is known where it is declared. */
export function dropQuestions(known: Variables): boolean {
  let isChanged = false;
  for (const variable of known.values()) {
    if (!functionOf(variable)) continue;
    for (const use of variable.uses.filter(isAsked)) {
      replace(use, truth());
      isChanged = true;
    }
  }
  return isChanged;
}

/** A parameter goes that every call gives the same constant, or that nothing looks at. */
export function dropParameters(known: Variables): boolean {
  /** Names that have got uses which are not known. */
  const spread = new Set<string>();
  let isChanged = false;
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    if (!callee || variable.uses.length === 0 || spread.has(variable.name)) continue;
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
      for (const { node } of calls) node.arguments.splice(i, 1);
      isChanged = true;
    }
  }
  return isChanged;
}

function isSame(a: Expression, b: Expression): boolean {
  if (a.type === "Identifier") return b.type === "Identifier" && a.name === b.name;
  return a.type === "Literal" && b.type === "Literal" && a.raw === b.raw;
}
