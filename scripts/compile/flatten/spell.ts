/** Spells the same program in fewer characters: those are what the interpreter reads while it runs. */

import type {
  AnonymousFunctionDeclaration,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  Program,
  Statement,
} from "acorn";
import { usesThis } from "./plain.ts";
import { declaring, type Path, replace, siblings, visit } from "./tree.ts";
import { changed, type Variables, variables } from "./variables.ts";

/**
 * Functions become arrow functions, which the minifier joins with the variables around them; `const` becomes `let`.
 *
 * Right for a function that uses neither `this` nor `arguments`, is not called with `new`, and is declared above its first
 * call: Espruino does not hoist, and the gate refuses what would need it. `const` only forbids assignments, and the
 * compiler has looked for those.
 */
export function spell(program: Program): Program {
  const known = variables(program);
  const functions: Path[] = [];
  visit(program, (path) => {
    const { node } = path;
    if (node.type === "VariableDeclaration" && node.kind === "const") node.kind = "let";
    if (isFree(path, known)) functions.push(path);
  });
  for (const path of functions) replace(path, arrow(path.node as AnyFunction));
  return changed(program);
}

type AnyFunction = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression;

/** Whether a function means the same as an arrow function. */
function isFree(path: Path, known: Variables): boolean {
  const { node, parent, key } = path;
  if (node.type === "FunctionDeclaration") {
    const uses = known.get(node.id?.name ?? "")?.uses ?? [];
    return !!siblings(path) && isPlain(node) && !uses.some(isConstructor);
  }
  if (node.type !== "FunctionExpression" || node.id || !isPlain(node)) return false;
  // `(() => {})()` is longer than `!function(){}()`.
  if (parent?.node.type === "CallExpression" || parent?.node.type === "NewExpression")
    return key !== "callee";
  return (
    parent?.node.type !== "MethodDefinition" && !(parent?.node.type === "Property" && isMethod(parent.node))
  );
}

/** `new F()`, `F.prototype`, `a instanceof F` */
function isConstructor({ parent, key }: Path): boolean {
  switch (parent?.node.type) {
    case "NewExpression":
      return key === "callee";
    case "MemberExpression":
      return key === "object";
    case "BinaryExpression":
      return parent.node.operator === "instanceof";
    default:
      return false;
  }
}

const isMethod = (property: { method: boolean; kind: string }) => property.method || property.kind !== "init";

const isPlain = (node: AnyFunction) => !node.async && !node.generator && !usesThis(node);

function arrow(node: AnyFunction): Statement | Expression {
  const { body, params, start, end } = node;
  const written: Expression = {
    ...{ type: "ArrowFunctionExpression", params, body, start, end },
    ...{ id: null, expression: false, async: false, generator: false },
    ...(node.loc ? { loc: node.loc } : {}),
  };
  return node.type === "FunctionDeclaration" ? declaring("let", node.id?.name ?? "", written, node) : written;
}
