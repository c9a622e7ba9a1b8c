/** What the passes ask of functions and their calls. */

import type {
  AnyNode,
  ArrowFunctionExpression,
  BlockStatement,
  CallExpression,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
} from "acorn";
import { block, isInside, type Path, replaceStatement, returning } from "./tree.ts";
import type { Variable, Variables } from "./variables.ts";

export type PlainFunction = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** A call of a known function. */
export interface Call {
  readonly path: Path;
  readonly node: CallExpression & { arguments: Expression[] };
}

/**
 * The function that a variable always means; undefined where it means another thing, or a function that takes more
 * than plain parameters, or that cannot be taken from where it is.
 */
export function functionOf(variable: Variable): PlainFunction | undefined {
  if (variable.isAssigned || !statementOf(variable)) return undefined;
  const { node } = variable.declaration;
  const value = node.type === "VariableDeclarator" ? node.init : node;
  return value && isPlain(value) ? value : undefined;
}

function isPlain(node: { type: string }): node is PlainFunction {
  const types = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
  if (!types.includes(node.type)) return false;
  const { async, generator, params } = node as FunctionExpression;
  return !async && !generator && params.every(({ type }) => type === "Identifier");
}

/**
 * The statement that declares a variable and nothing else, in a block that it can be taken from. What a case declares,
 * the cases below it know, too.
 */
export function statementOf({ declaration, isParameter }: Variable): Path | undefined {
  if (isParameter) return undefined;
  const isDeclarator = declaration.node.type === "VariableDeclarator";
  const statement = isDeclarator ? declaration.parent : declaration;
  if (statement?.parent?.node.type !== "BlockStatement") return undefined;
  const { node } = statement;
  if (node.type === "VariableDeclaration") return node.declarations.length > 1 ? undefined : statement;
  return node.type === "FunctionDeclaration" ? statement : undefined;
}

/** The very list of a function's parameters. */
export function parametersOf({ params }: PlainFunction): Identifier[] {
  return params as Identifier[];
}

export function removeDeclaration(variable: Variable): void {
  const statement = statementOf(variable);
  if (!statement) throw new Error(`${variable.name} is not declared alone`);
  replaceStatement(statement, []);
}

/** The body of a function as statements. */
export function bodyOf({ body }: PlainFunction): BlockStatement {
  return body.type === "BlockStatement" ? body : block([returning(body)]);
}

/** The use of a function as a call with no more arguments than it has parameters. */
export function callAt(use: Path, callee: PlainFunction): Call | undefined {
  const path = use.parent;
  if (use.key !== "callee" || path?.node.type !== "CallExpression") return undefined;
  const given = path.node.arguments;
  if (given.length > callee.params.length || given.some(({ type }) => type === "SpreadElement"))
    return undefined;
  return { path, node: path.node as Call["node"] };
}

/** Whether an expression has one value for good and does nothing. */
export function isConstant(node: Expression, known: Variables): boolean {
  if (node.type === "Literal") return !node.regex;
  return node.type === "Identifier" && isConstantName(node.name, known);
}

/** Whether it reads what the board has of its own, which is always the same (scripts/boards/update/identity.ts). */
export function isReading(node: AnyNode, known: Variables): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return false;
  return node.callee.name === "me" && !known.has("me") && node.arguments[0]?.type === "Literal";
}

/** Whether a name has one value for good. The variable of a loop's head has not: it is one for all rounds. */
export function isConstantName(name: string, known: Variables): boolean {
  const variable = known.get(name);
  return !variable || (!variable.isAssigned && (variable.isParameter || !!statementOf(variable)));
}

/** Whether a name of an expression means the same where a variable is declared. */
export function isVisibleAt(
  { declaration }: Pick<Variable, "declaration">,
  value: Expression,
  known: Variables,
): boolean {
  const named = value.type === "Identifier" ? known.get(value.name) : undefined;
  if (!named) return true;
  const { node, parent } = named.declaration;
  const statement = node.type === "VariableDeclarator" ? parent : named.declaration;
  const scope = named.isParameter ? node : statement?.parent?.node;
  return !!scope && isInside(declaration, scope);
}
