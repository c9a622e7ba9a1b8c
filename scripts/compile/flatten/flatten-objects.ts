/** Objects that are only looked into become variables, one for each member. */

import type { AnyNode, Expression, Program } from "acorn";
import { statementOf } from "./functions.ts";
import { usesThis } from "./plain.ts";
import { declaring, identifier, isInside, type Path, replace, replaceStatement, truth } from "./tree.ts";
import { changed, freeName, isTarget, type Variable, type Variables, variables } from "./variables.ts";

/**
 * `const o = { a: 1, f() {} }` becomes `const o_a = 1; function o_f() {}`.
 *
 * Right if every use of `o` names a member that it has, or one that no object has (then it is undefined), or only asks
 * whether there is an `o`: then nothing sees the object itself. No member may need the object as its `this`.
 */
export function flattenObjects(program: Program): Program {
  const known = variables(program);
  const taken = new Set(known.keys());
  const moved = new Set<AnyNode>();
  for (const variable of known.values()) {
    const statement = statementOf(variable);
    const members = membersOf(variable);
    if (!statement || !members || !variable.uses.every((use) => isLookedInto(use, members))) continue;
    if (variable.uses.some((use) => needsObject(use, members, known))) continue;
    // The paths into an object that was taken apart lead nowhere; the next round has new ones.
    if ([statement, ...variable.uses].some((path) => [...moved].some((node) => isInside(path, node))))
      continue;
    const written = new Set(variable.uses.filter(({ parent }) => parent && isTarget(parent)).map(memberName));
    const names = new Map<string, string>();
    for (const key of members.keys()) {
      const name = freeName(`${variable.name}_${key}`, taken);
      taken.add(name);
      names.set(key, name);
    }
    for (const use of variable.uses) lookUp(use, names);
    replaceStatement(
      statement,
      [...members].map(([key, value]) =>
        declaring(written.has(key) ? "let" : "const", names.get(key) ?? "", value, value),
      ),
    );
    moved.add(statement.node);
  }
  return moved.size > 0 ? changed(program) : program;
}

/** The members of a variable that always means one object literal; undefined if it means anything else. */
function membersOf({ declaration, isAssigned }: Variable): Map<string, Expression> | undefined {
  const { node } = declaration;
  if (isAssigned || node.type !== "VariableDeclarator" || node.init?.type !== "ObjectExpression")
    return undefined;
  const members = new Map<string, Expression>();
  for (const property of node.init.properties) {
    if (property.type !== "Property" || property.kind !== "init" || property.computed) return undefined;
    const { key, value } = property;
    if (key.type !== "Identifier" || members.has(key.name) || key.name === "__proto__") return undefined;
    if (property.method) return undefined; // only those that use `this` still are
    members.set(key.name, value);
  }
  return members;
}

function isLookedInto(use: Path, members: ReadonlyMap<string, unknown>): boolean {
  if (isAsked(use)) return true;
  const { parent: member, key } = use;
  if (member?.node.type !== "MemberExpression" || key !== "object" || member.node.computed) return false;
  const above = member.parent?.node;
  if (above?.type === "UnaryExpression" && above.operator === "delete") return false;
  const name = memberName(use);
  return members.has(name) || (!(name in Object.prototype) && !isTarget(member));
}

/** Whether a use calls a member that may be a function with `this`. */
function needsObject(use: Path, members: ReadonlyMap<string, Expression>, known: Variables): boolean {
  const { parent: member } = use;
  const isCalled = member?.parent?.node.type === "CallExpression" && member.key === "callee";
  const value = isCalled && !isAsked(use) ? members.get(memberName(use)) : undefined;
  if (!value) return false;
  const declaration = value.type === "Identifier" ? known.get(value.name)?.declaration.node : undefined;
  const meant = declaration?.type === "VariableDeclarator" ? declaration.init : (declaration ?? value);
  return (
    !!meant &&
    (meant.type === "FunctionExpression" || meant.type === "FunctionDeclaration") &&
    usesThis(meant)
  );
}

/** Whether an expression is only asked for being there: `if (o)`, `o ? … : …`, `o && …`, `!o`. */
function isAsked({ parent, key }: Path): boolean {
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

function memberName({ parent }: Path): string {
  const property = parent?.node.type === "MemberExpression" ? parent.node.property : undefined;
  return property?.type === "Identifier" ? property.name : "";
}

/** A member that the object lacks is undefined. */
function lookUp(use: Path, names: ReadonlyMap<string, string>): void {
  if (isAsked(use)) replace(use, truth());
  else if (use.parent)
    replace(use.parent, identifier(names.get(memberName(use)) ?? "undefined", use.parent.node));
}
