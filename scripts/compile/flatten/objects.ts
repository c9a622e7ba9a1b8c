/** Objects that are only looked into become variables, one a member. */

import type { AnyNode, Expression } from "acorn";
import { statementOf } from "./functions.ts";
import { usesThis } from "./plain.ts";
import { declaring, identifier, isInside, type Path, replace, replaceStatement, truth } from "./tree.ts";
import { freeName, isAsked, isTarget, type Variable, type Variables } from "./variables.ts";

/**
 * `const o = { a: 1, f() {} }` becomes `const o_a = 1; function o_f() {}` where each use of `o` is `o.a`, or asks
 * whether there is an `o`.
 */
export function flattenObjects(known: Variables): boolean {
  const taken = new Set(known.keys());
  const moved = new Set<AnyNode>();
  for (const variable of known.values()) {
    const statement = statementOf(variable);
    const members = membersOf(variable);
    if (!statement || !members || !variable.uses.every((use) => isLookedInto(use, members))) continue;
    // The ways into an object that was taken apart lead nowhere; the next round finds the new ones.
    if ([statement, ...variable.uses].some((path) => [...moved].some((node) => isInside(path, node))))
      continue;
    const changed = new Set(variable.uses.filter(({ parent }) => parent && isTarget(parent)).map(memberName));
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
        declaring(changed.has(key) ? "let" : "const", names.get(key) ?? "", value, value),
      ),
    );
    moved.add(statement.node);
  }
  return moved.size > 0;
}

/** The members of a variable that always means one object literal; undefined where it means anything else. */
function membersOf({ declaration, isAssigned }: Variable): Map<string, Expression> | undefined {
  const { node } = declaration;
  if (isAssigned || node.type !== "VariableDeclarator" || node.init?.type !== "ObjectExpression")
    return undefined;
  const members = new Map<string, Expression>();
  for (const property of node.init.properties) {
    if (property.type !== "Property" || property.kind !== "init" || property.computed) return undefined;
    const { key, value } = property;
    if (key.type !== "Identifier" || members.has(key.name) || key.name === "__proto__") return undefined;
    if (value.type === "FunctionExpression" && usesThis(value)) return undefined;
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

function memberName({ parent }: Path): string {
  const property = parent?.node.type === "MemberExpression" ? parent.node.property : undefined;
  return property?.type === "Identifier" ? property.name : "";
}

/** A member that the object has not is undefined. */
function lookUp(use: Path, names: ReadonlyMap<string, string>): void {
  if (isAsked(use)) replace(use, truth());
  else if (use.parent)
    replace(use.parent, identifier(names.get(memberName(use)) ?? "undefined", use.parent.node));
}
