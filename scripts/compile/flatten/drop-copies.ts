/** Two names for one thing become one. */

import type { Program } from "acorn";
import { isConstantName, removeDeclaration, statementOf } from "./functions.ts";
import { changed, type Variable, type Variables, variables } from "./variables.ts";

/**
 * `const a = b` goes, and `b` stands where `a` did.
 *
 * Right if neither name is ever assigned to: then `b` means the same wherever `a` is used, and it is visible there, because
 * names are apart. The variable of a loop's head is not such a `b`: Espruino has one for all rounds.
 */
export function dropCopies(program: Program): Program {
  const known = variables(program);
  const originals = new Map<string, string>();
  for (const variable of known.values()) {
    const original = originalOf(variable, known);
    if (original !== undefined) originals.set(variable.name, original);
  }
  if (originals.size === 0) return program;
  for (const [name, first] of originals) {
    let original = first;
    for (let next = originals.get(first); next !== undefined; next = originals.get(next)) original = next;
    const copy = known.get(name);
    if (!copy) continue;
    for (const { node } of copy.uses) if (node.type === "Identifier") node.name = original;
    removeDeclaration(copy);
  }
  return changed(program);
}

/** The variable that another is a copy of; `undefined` for one that never gets a value. */
function originalOf(variable: Variable, known: Variables): string | undefined {
  const { node } = variable.declaration;
  if (variable.isAssigned || node.type !== "VariableDeclarator" || !statementOf(variable)) return undefined;
  if (!node.init) return "undefined";
  if (node.init.type !== "Identifier") return undefined;
  const { name } = node.init;
  return name === "undefined" || (known.has(name) && isConstantName(name, known)) ? name : undefined;
}
