/** The variables of a program, each with a name of its own, so that code can move without a clash. */

import type { AnyNode, Identifier, Program } from "acorn";
import { isFunction, references } from "../gate/scopes.ts";
import { type Path, visit } from "./tree.ts";

/** A variable, function, class or parameter. */
export interface Variable {
  readonly name: string;
  /** Its declarator, function or class; the function or catch clause whose parameter it is. */
  readonly declaration: Path;
  readonly isParameter: boolean;
  /** Every use of the name, assignments included. */
  readonly uses: Path[];
  isAssigned: boolean;
}

export type Variables = ReadonlyMap<string, Variable>;

/** Renames variables so that no two share a name, nor one and a global. */
export function nameApart(program: Program): void {
  const found = references(program);
  const taken = new Set(found.filter(({ binding }) => !binding).map(({ identifier }) => identifier.name));
  const named = new Set<AnyNode>();
  for (const { identifier, binding } of found) {
    const [first] = binding?.declarations ?? [];
    if (!binding || !first) continue;
    if (!named.has(first)) {
      const name = freeName(first.name, taken);
      taken.add(name);
      for (const declared of binding.declarations) {
        declared.name = name;
        named.add(declared);
      }
    }
    identifier.name = first.name;
  }
  // What nothing uses is not among the references.
  visit(program, ({ node, parent, key }) => {
    if (node.type !== "Identifier" || !isDeclared(parent, key) || named.has(node)) return;
    node.name = freeName(node.name, taken);
    taken.add(node.name);
  });
}

/** Gives all that is declared in a part of a program, whose names are apart, another name. */
export function renameApart(part: AnyNode, taken: Set<string>): void {
  const renamed = new Map<string, string>();
  const named: Identifier[] = [];
  visit(part, ({ node, parent, key }) => {
    if (node.type !== "Identifier" || !parent) return;
    if (isDeclared(parent, key)) {
      const name = freeName(node.name, taken);
      taken.add(name);
      renamed.set(node.name, name);
      named.push(node);
    } else if (isUse(parent.node, key)) named.push(node);
  });
  for (const node of named) node.name = renamed.get(node.name) ?? node.name;
}

/** A name that is not taken: the one that was wished for, or that with a number. */
export function freeName(wish: string, taken: { has(name: string): boolean }): string {
  const base = wish.replace(/\$\d+$/, "");
  let name = base;
  for (let n = 1; taken.has(name); n++) name = `${base}$${String(n)}`;
  return name;
}

/** The variables of a program whose names are apart. */
export function variables(program: Program): Variables {
  const found = new Map<string, Variable>();
  const uses: [name: string, use: Path][] = [];
  visit(program, (path) => {
    const { node, parent, key } = path;
    if (node.type !== "Identifier" || !parent) return;
    const { name } = node;
    if (isDeclared(parent, key)) {
      const isParameter = key === "params" || key === "param";
      found.set(name, { name, declaration: parent, isParameter, uses: [], isAssigned: false });
    } else if (isUse(parent.node, key)) uses.push([name, path]);
  });
  for (const [name, use] of uses) {
    const variable = found.get(name);
    if (!variable) continue;
    variable.uses.push(use);
    variable.isAssigned ||= isTarget(use);
  }
  return found;
}

/** Whether something is assigned to a node. */
export function isTarget({ parent, key }: Path): boolean {
  switch (parent?.node.type) {
    case "UpdateExpression":
      return true;
    case "AssignmentExpression":
    case "ForOfStatement":
    case "ForInStatement":
      return key === "left";
    default:
      return false;
  }
}

/** Whether all that is asked is whether there is something: `if (o)`, `o ? … : …`, `o && …`, `!o`. */
export function isAsked({ parent, key }: Path): boolean {
  if (!parent) return false;
  switch (parent.node.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return key === "test";
    case "LogicalExpression":
      return (key === "left" && parent.node.operator === "&&") || isAsked(parent);
    case "UnaryExpression":
      return parent.node.operator === "!";
    default:
      return false;
  }
}

function isDeclared(parent: Path | undefined, key: string): boolean {
  if (!parent) return false;
  const { node } = parent;
  if (isFunction(node)) return key === "params" || key === "id";
  return (
    ((node.type === "VariableDeclarator" || node.type.startsWith("Class")) && key === "id") ||
    (node.type === "CatchClause" && key === "param")
  );
}

function isUse(parent: AnyNode, key: string): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return key === "object" || parent.computed;
    case "Property":
      return key === "value" || parent.computed;
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "value" || parent.computed;
    default:
      return true;
  }
}
