/** A small function that is called in several places becomes several, so that each can move to its call. */

import type { AnyNode, Program, Statement } from "acorn";
import { callAt, functionOf, statementOf } from "./functions.ts";
import { canMove, canMoveTo } from "./move-to-calls.ts";
import { renameApart } from "./name-apart.ts";
import { isInside, replaceStatement, visit } from "./tree.ts";
import { changed, type Variables, variables } from "./variables.ts";

/** Most nodes of the syntax tree that the copies of a function may add. */
const WORTH = 20;
/** Characters of text that count as much as a node. */
const TEXT = 4;

/**
 * Copies each small function that is called in a few places and can move to all of them: every call but the last gets a
 * copy.
 *
 * Right because all copies do the same and see the same variables: they stand next to the first. Everything that a copy
 * declares gets new names; otherwise two parts of the program would share variables, and one would find what the other
 * left there.
 */
export function copyForCalls(program: Program): Program {
  const known = variables(program);
  const taken = new Set(known.keys());
  /** Names that got more uses than `known` has: those in copies. */
  const spread = new Set<string>();
  for (const variable of known.values()) {
    const { uses } = variable;
    const callee = functionOf(variable);
    const statement = callee && statementOf(variable);
    if (!statement || uses.length < 2 || spread.has(variable.name) || !canMove(callee)) continue;
    if (sizeOf(callee, known) * (uses.length - 1) > WORTH) continue;
    const calls = uses.map((use) => (isInside(use, callee) ? undefined : callAt(use, callee)));
    if (!calls.every((call) => call && canMoveTo(callee, call, known))) continue;
    const original = statement.node as Statement;
    const copies = uses.slice(0, -1).map(({ node }) => {
      const copy = structuredClone(original);
      renameApart(copy, taken);
      if (node.type === "Identifier") node.name = nameOf(copy);
      return copy;
    });
    visit(original, ({ node }) => {
      if (node.type === "Identifier") spread.add(node.name);
    });
    replaceStatement(statement, [original, ...copies]);
  }
  return spread.size > 0 ? changed(program) : program;
}

/** Nodes of the syntax tree; what is printed as it is, a text or a name of the interpreter's, counts by its length. */
function sizeOf(node: AnyNode, known: Variables): number {
  let size = 0;
  visit(node, ({ node }) => {
    const printed =
      node.type === "Literal" ? node.value : node.type === "Identifier" && !known.has(node.name) && node.name;
    size += 1 + (typeof printed === "string" ? printed.length / TEXT : 0);
  });
  return size;
}

/** The name that a statement declares. */
function nameOf(statement: Statement): string {
  const declarator = statement.type === "VariableDeclaration" ? statement.declarations[0] : statement;
  const id = declarator && "id" in declarator ? declarator.id : undefined;
  if (id?.type !== "Identifier") throw new Error("a function without a name");
  return id.name;
}
