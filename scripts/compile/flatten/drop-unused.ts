/** What nothing reads goes. */

import type { AnyNode, Expression, Program } from "acorn";
import { isFunction } from "../gate/scopes.ts";
import { isReading, statementOf } from "./functions.ts";
import { doing, isInside, type Path, replaceStatement, siblings, visit } from "./tree.ts";
import { changed, isTarget, type Variable, type Variables, variables } from "./variables.ts";

/**
 * A variable or function goes that nothing reads, with the statements that assign to it, and so does an expression statement
 * that does nothing. What their values do when they are evaluated stays.
 *
 * Right if evaluating a value does nothing (see {@link doesNothing}). Like Rollup, this takes reading a member as doing
 * nothing: a program that relies on the error of reading a member of `undefined` is not for this build.
 */
export function dropUnused(program: Program): Program {
  const known = variables(program);
  let isChanged = false;
  for (const variable of known.values()) {
    const declaration = statementOf(variable);
    const assignments = declaration && assignmentsOnly(variable);
    if (!assignments) continue;
    for (const [statement, value] of [[declaration, initOf(variable)] as const, ...assignments])
      replaceStatement(statement, value && !doesNothing(value, known) ? [doing(value)] : []);
    isChanged = true;
  }
  const idle: Path[] = [];
  visit(program, (path) => {
    const { node } = path;
    if (node.type !== "ExpressionStatement" || node.directive !== undefined) return;
    if (siblings(path) && doesNothing(node.expression, known)) idle.push(path);
  });
  for (const statement of idle) replaceStatement(statement, []);
  return isChanged || idle.length > 0 ? changed(program) : program;
}

/** The value that a variable begins with; a function that is declared as one does nothing there. */
function initOf({ declaration: { node } }: Variable): Expression | null | undefined {
  return node.type === "VariableDeclarator" ? node.init : undefined;
}

type Assignment = readonly [statement: Path, value: Expression | undefined];

/** The statements that assign to a variable; undefined if it has any other use, except in the function that it is. */
function assignmentsOnly(variable: Variable): Assignment[] | undefined {
  const value = initOf(variable) ?? variable.declaration.node;
  const found: Assignment[] = [];
  for (const use of variable.uses) {
    if (isFunction(value) && !variable.isAssigned && isInside(use, value)) continue;
    const { parent: taker } = use;
    const statement = taker?.parent;
    if (!taker || statement?.node.type !== "ExpressionStatement") return undefined;
    if (!isTarget(use) || !siblings(statement)) return undefined;
    const { node } = taker;
    found.push([statement, node.type === "AssignmentExpression" ? node.right : undefined]);
  }
  return found;
}

/** Whether evaluating an expression has no effect but its value. */
export function doesNothing(node: Expression | AnyNode, known: Variables): boolean {
  const each = (nodes: readonly (AnyNode | null)[]) => nodes.every((one) => !one || doesNothing(one, known));
  switch (node.type) {
    case "Literal":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "Identifier":
      return known.has(node.name) || node.name === "undefined";
    case "ArrayExpression":
      return each(node.elements);
    case "ObjectExpression":
      return node.properties.every(
        (property) =>
          property.type === "Property" && !property.computed && doesNothing(property.value, known),
      );
    case "MemberExpression":
      return each(node.computed ? [node.object, node.property] : [node.object]);
    case "UnaryExpression":
      return node.operator !== "delete" && each([node.argument]);
    case "BinaryExpression":
      return !node.operator.startsWith("in") && each([node.left, node.right]);
    case "LogicalExpression":
      return each([node.left, node.right]);
    case "ConditionalExpression":
      return each([node.test, node.consequent, node.alternate]);
    case "CallExpression":
      return isReading(node, known);
    default:
      return false;
  }
}
