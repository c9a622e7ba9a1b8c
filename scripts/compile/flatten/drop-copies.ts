/** Two names for one thing become one. */

import type { Program } from "acorn";
import { isConstantName, isReading, removeDeclaration, statementOf } from "./functions.ts";
import { replace } from "./tree.ts";
import { changed, type Variable, type Variables, variables } from "./variables.ts";

/**
 * `const a = b` goes, and `b` stands where `a` did.
 *
 * Right if neither name is ever assigned to: then `b` means the same wherever `a` is used, and it is visible there, because
 * names are apart. The variable of a loop's head is not such a `b`: Espruino has one for all rounds.
 *
 * A `b` may also be `me(1)`, which reads what the board has of its own: it is the same each time, and takes no memory.
 */
export function dropCopies(program: Program): Program {
  const known = variables(program);
  const originals = new Map<string, string>();
  for (const variable of known.values()) {
    const original = originalOf(variable, known);
    if (original !== undefined) originals.set(variable.name, original);
  }
  let isChanged = false;
  for (const variable of known.values()) {
    const { node } = variable.declaration;
    if (variable.isAssigned || node.type !== "VariableDeclarator" || !statementOf(variable)) continue;
    const { init } = node;
    if (!init || !isReading(init, known)) continue;
    for (const use of variable.uses) replace(use, structuredClone(init));
    removeDeclaration(variable);
    isChanged = true;
  }
  if (isChanged) return changed(program);
  for (const name of originals.keys()) {
    const copy = known.get(name);
    const original = lastOf(name, originals);
    if (!copy || original === undefined) continue;
    for (const { node } of copy.uses) if (node.type === "Identifier") node.name = original;
    removeDeclaration(copy);
    isChanged = true;
  }
  return isChanged ? changed(program) : program;
}

/** What a copy of a copy is a copy of; undefined if that leads nowhere, as `const a = b` does above `const b = a`. */
function lastOf(name: string, originals: ReadonlyMap<string, string>): string | undefined {
  const seen = new Set<string>();
  let last = name;
  for (let next = originals.get(last); next !== undefined; next = originals.get(last)) {
    if (seen.has(next)) return undefined;
    seen.add(next);
    last = next;
  }
  return last;
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
