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
import { declaring, identifier, type Path, replace, siblings, visit } from "./tree.ts";
import { freeName, variables } from "./variables.ts";

/**
 * Functions become arrow functions, which the minifier joins with the variables around them; `const` becomes `let`; a
 * function of the language that is named often gets a short name, which is also found sooner.
 */
export function spell(program: Program): void {
  nameStatics(program);
  const functions: Path[] = [];
  visit(program, (path) => {
    const { node } = path;
    if (node.type === "VariableDeclaration" && node.kind === "const") node.kind = "let";
    if (isFree(path)) functions.push(path);
  });
  for (const path of functions) replace(path, arrow(path.node as AnyFunction));
}

type AnyFunction = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression;

/** Whether a function means the same as an arrow function. */
function isFree(path: Path): boolean {
  const { node, parent, key } = path;
  if (node.type === "FunctionDeclaration") return !!siblings(path) && isPlain(node);
  if (node.type !== "FunctionExpression" || node.id || !isPlain(node)) return false;
  // `(() => {})()` is longer than `!function(){}()`.
  if (parent?.node.type === "CallExpression" || parent?.node.type === "NewExpression")
    return key !== "callee";
  return (
    parent?.node.type !== "MethodDefinition" && !(parent?.node.type === "Property" && isMethod(parent.node))
  );
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

/** Functions that need no object to be called on. */
const STATIC = /^(Array|Date|JSON|Math|Object|String)\.\w+$/;

/** Uses from which on a name saves more bytes than the two variables that it costs are worth. */
const WORTH_A_NAME = 3;

/** `String.fromCharCode` becomes a variable where it stands often. */
function nameStatics(program: Program): void {
  const known = variables(program);
  const found = new Map<string, Path[]>();
  visit(program, (path) => {
    const { node } = path;
    if (node.type !== "MemberExpression" || node.computed) return;
    if (
      node.object.type !== "Identifier" ||
      node.property.type !== "Identifier" ||
      known.has(node.object.name)
    )
      return;
    const name = `${node.object.name}.${node.property.name}`;
    if (STATIC.test(name)) found.set(name, [...(found.get(name) ?? []), path]);
  });
  for (const [name, uses] of found) {
    const [first] = uses;
    if (!first || uses.length < WORTH_A_NAME) continue;
    const variable = freeName(name.replace(".", "_"), known);
    for (const use of uses) replace(use, identifier(variable, use.node));
    outermost(program).unshift(declaring("let", variable, first.node as Expression, first.node));
  }
}

/** The statements of the function that is the whole program, or of the program. */
function outermost(program: Program): Statement[] {
  const [only] = program.body;
  const call = only?.type === "ExpressionStatement" ? only.expression : undefined;
  const callee = call?.type === "CallExpression" ? call.callee : undefined;
  return callee?.type === "FunctionExpression" ? callee.body.body : (program.body as Statement[]);
}
