/** The variables of a program, as the passes see them once every name means one thing. */

import type { AnyNode, Identifier, Program } from "acorn";
import { isFunction } from "../gate/scopes.ts";
import { type Path, visit } from "./tree.ts";

/**
 * A step of the optimizer. It may take the nodes of its tree for the new one, so only the tree that it returns is valid
 * afterwards. If there was nothing to do, that is the very tree it got.
 */
export type Pass = (program: Program) => Program;

/** A variable, function, class or parameter. */
export interface Variable {
  readonly name: string;
  /** Its declarator, function or class; for a parameter, its function or catch clause. */
  readonly declaration: Path;
  readonly isParameter: boolean;
  /** Every use of the name, including assignments. */
  readonly uses: Path[];
  /** Whether its value may change. Counts for every `var`: before its line, it is undefined. */
  isAssigned: boolean;
}

export type Variables = ReadonlyMap<string, Variable>;

const analysed = new WeakMap<Program, Variables>();

/** The variables of a program whose names are apart; analysed once for each tree. */
export function variables(program: Program): Variables {
  const known = analysed.get(program) ?? analyse(program);
  analysed.set(program, known);
  return known;
}

/** A tree in place of one that a pass changed: nothing known of the old one is true of it. */
export function changed(program: Program): Program {
  return { ...program };
}

function analyse(program: Program): Variables {
  const found = new Map<string, Variable>();
  const uses: Path[] = [];
  visit(program, (path) => {
    const { node, parent, key } = path;
    if (node.type !== "Identifier" || !parent) return;
    if (isDeclared(parent, key)) {
      const { name } = node;
      const isParameter = key === "params" || key === "param";
      const list = parent.parent?.node;
      const isAssigned = list?.type === "VariableDeclaration" && list.kind === "var";
      found.set(name, { name, declaration: parent, isParameter, uses: [], isAssigned });
    } else if (isUse(parent.node, key)) uses.push(path);
  });
  for (const use of uses) {
    const variable = found.get((use.node as Identifier).name);
    if (!variable) continue;
    variable.uses.push(use);
    variable.isAssigned ||= isTarget(use);
  }
  return found;
}

/** A name that is not taken: the wish itself, or the wish with a number. */
export function freeName(wish: string, taken: { has(name: string): boolean }): string {
  const base = wish.replace(/\$\d+$/, "");
  let name = base;
  for (let n = 1; taken.has(name); n++) name = `${base}$${String(n)}`;
  return name;
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

/** Whether the place of an identifier declares it. */
export function isDeclared(parent: Path | undefined, key: string): boolean {
  if (!parent) return false;
  const { node } = parent;
  if (isFunction(node)) return key === "params" || key === "id";
  return (
    ((node.type === "VariableDeclarator" || node.type.startsWith("Class")) && key === "id") ||
    (node.type === "CatchClause" && key === "param")
  );
}

/** Whether an identifier that is not declared there means a variable, and not a member or a label. */
export function isUse(parent: AnyNode, key: string): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return key === "object" || parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "value" || parent.computed;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key !== "label";
    default:
      return true;
  }
}
