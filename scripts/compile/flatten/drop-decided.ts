/** Branches that are never taken go. */

import type { Expression, Program, Statement } from "acorn";
import { block, contains, type Path, replace, replaceStatement, siblings, truth, visit } from "./tree.ts";
import { changed, type Variables, variables } from "./variables.ts";
import { isReading, statementOf } from "./functions.ts";

/**
 * `if`, `? :`, `&&`, `||` and `!` go if their condition is the same in every run: a literal, `undefined`, a variable that
 * is one of these for good, or `!`, `===` and `!==` of them.
 *
 * Right because evaluating such a condition does nothing else. A `var` in the branch that goes would be undefined in the
 * rest of the function, so such a branch stays.
 */
export function dropDecided(program: Program): Program {
  const known = variables(program);
  const paths: Path[] = [];
  visit(program, (path) => {
    if (DECIDING.has(path.node.type)) paths.push(path);
  });
  let isChanged = false;
  // From the inside out: what a branch becomes is part of what the outer one becomes.
  for (const path of paths.reverse()) isChanged = decide(path, known) || isChanged;
  return isChanged ? changed(program) : program;
}

/** Longest chain of variables that is followed. */
const MOST_COPIES = 20;

const DECIDING = new Set(["IfStatement", "ConditionalExpression", "LogicalExpression", "UnaryExpression"]);

function decide(path: Path, known: Variables): boolean {
  const { node } = path;
  switch (node.type) {
    case "IfStatement": {
      const value = valueOf(node.test, known);
      const [taken, gone] = value?.is ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
      if (!value || (gone && contains(gone, isVar))) return false;
      const statements: Statement[] = !taken ? [] : taken.type === "BlockStatement" ? taken.body : [taken];
      if (siblings(path)) replaceStatement(path, statements);
      else replace(path, block(statements));
      return true;
    }
    case "ConditionalExpression": {
      const value = valueOf(node.test, known);
      if (value) replace(path, value.is ? node.consequent : node.alternate);
      return !!value;
    }
    case "LogicalExpression": {
      const value = node.operator === "??" ? undefined : valueOf(node.left, known);
      if (value) replace(path, !!value.is === (node.operator === "&&") ? node.right : node.left);
      return !!value;
    }
    case "UnaryExpression": {
      const value = node.operator === "!" ? valueOf(node.argument, known) : undefined;
      if (value) replace(path, truth(!value.is));
      return !!value;
    }
    default:
      return false;
  }
}

const isVar = (node: { type: string; kind?: string }) =>
  node.type === "VariableDeclaration" && node.kind === "var";

/**
 * The value of an expression that has only one; undefined for any other.
 * @param inside how many variables led here: two whose values are each other's have none
 */
function valueOf(node: Expression, known: Variables, inside = 0): { readonly is: unknown } | undefined {
  switch (node.type) {
    case "Literal":
      return node.regex || node.bigint ? undefined : { is: node.value };
    case "Identifier": {
      const variable = known.get(node.name);
      if (inside > MOST_COPIES) return undefined;
      if (!variable) return node.name === "undefined" ? { is: undefined } : undefined;
      const { declaration } = variable;
      if (variable.isAssigned || declaration.node.type !== "VariableDeclarator" || !statementOf(variable))
        return undefined;
      return declaration.node.init ? valueOf(declaration.node.init, known, inside + 1) : { is: undefined };
    }
    case "UnaryExpression": {
      const value = node.operator === "!" ? valueOf(node.argument, known, inside) : undefined;
      return value && { is: !value.is };
    }
    case "BinaryExpression": {
      if (!/^[!=]==$/.test(node.operator) || node.left.type === "PrivateIdentifier") return undefined;
      const left = valueOf(node.left, known, inside);
      const right = valueOf(node.right, known, inside);
      // What the board has of its own is text.
      if (isReading(node.left, known) && right && right.is === undefined)
        return { is: node.operator === "!==" };
      return left && right && { is: (left.is === right.is) === (node.operator === "===") };
    }
    default:
      return undefined;
  }
}
