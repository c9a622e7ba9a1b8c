/** Functions that are called in one place move there. */

import type { AnyNode, Expression, Statement } from "acorn";
import { isFunction } from "../gate/scopes.ts";
import {
  bodyOf,
  type Call,
  callAt,
  functionOf,
  isConstant,
  parametersOf,
  type PlainFunction,
  removeDeclaration,
  statementOf,
} from "./functions.ts";
import { usesThis } from "./plain.ts";
import {
  contains,
  declaring,
  doing,
  identifier,
  isInside,
  type Path,
  replace,
  replaceStatement,
  returning,
  siblings,
  visit,
} from "./tree.ts";
import { renameApart, type Variables } from "./variables.ts";

/** Moves the body of a function to its one call, with variables where its parameters were. */
export function moveToCalls(known: Variables): boolean {
  /** Functions and calls that are no more: the ways through them lead nowhere until the next round. */
  const gone = new Set<AnyNode>();
  const isGone = (path: Path) => [...gone].some((node) => isInside(path, node));
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    const [use, more] = variable.uses;
    if (!callee || !use || more || isInside(use, callee) || !canMove(callee)) continue;
    const call = callAt(use, callee);
    if (!call || isGone(use) || isGone(variable.declaration)) continue;
    const move = movingStatements(callee, call, known) ?? movingExpression(callee, call, known, isGone);
    if (!move) continue;
    move();
    removeDeclaration(variable);
    gone.add(callee).add(call.node);
  }
  return gone.size > 0;
}

/** Most nodes of the syntax tree in a function that is worth a second copy. */
const SMALL = 24;

/** Has a small function twice that is called in two places, so that each copy moves to its call. */
export function copyForCalls(known: Variables): boolean {
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    const statement = callee && statementOf(variable);
    const [first, second, more] = variable.uses;
    if (!statement || !first || !second || more || !canMove(callee) || sizeOf(callee) > SMALL) continue;
    const calls = [first, second].map((use) => (isInside(use, callee) ? undefined : callAt(use, callee)));
    if (!calls.every((call) => call && canMoveTo(callee, call, known))) continue;
    const copy = structuredClone(statement.node as Statement);
    renameApart(copy, new Set(known.keys()));
    const name = copyName(copy);
    replaceStatement(statement, [statement.node as Statement, copy]);
    if (first.node.type === "Identifier") first.node.name = name;
    return true;
  }
  return false;
}

function sizeOf(node: AnyNode): number {
  let size = 0;
  visit(node, () => size++);
  return size;
}

/** The name that a statement declares. */
function copyName(statement: Statement): string {
  const declarator = statement.type === "VariableDeclaration" ? statement.declarations[0] : statement;
  const id = declarator && "id" in declarator ? declarator.id : undefined;
  if (id?.type !== "Identifier") throw new Error("a function without a name");
  return id.name;
}

function canMoveTo(callee: PlainFunction, call: Call, known: Variables): boolean {
  return !!(movingStatements(callee, call, known) ?? movingExpression(callee, call, known, () => false));
}

/** A `var` is one for all rounds of a loop that the body may come into. */
function canMove(callee: PlainFunction): boolean {
  return (
    !usesThis(callee) &&
    !contains(callee, (node) => node.type === "VariableDeclaration" && node.kind === "var")
  );
}

/** Where the call is a statement, or all that a variable or a `return` gets. */
function movingStatements(
  callee: PlainFunction,
  { path, node }: Call,
  known: Variables,
): (() => void) | undefined {
  const statement = statementAround(path);
  if (!statement || !siblings(statement)) return undefined;
  const { body } = bodyOf(callee);
  const last = body.at(-1);
  const returns = returnsOf(body);
  let moved: () => Statement[];
  if (statement.node.type === "ReturnStatement") {
    moved = () => (last?.type === "ReturnStatement" ? body : [...body, returning(null)]);
  } else if (returns.every(({ node }) => node === last)) {
    const result = (last?.type === "ReturnStatement" && last.argument) || identifier("undefined");
    const rest = last?.type === "ReturnStatement" ? body.slice(0, -1) : body;
    moved = () => [...rest, ...withResult(statement, path, result, known)];
  } else if (
    statement.node.type === "ExpressionStatement" &&
    path.parent === statement &&
    isLast(statement)
  ) {
    moved = () => {
      returns.forEach(dropResult);
      return body;
    };
  } else return undefined;
  return () => {
    const given = parametersOf(callee).map((parameter, i) => {
      const kind = known.get(parameter.name)?.isAssigned ? "let" : "const";
      return declaring(kind, parameter.name, node.arguments[i] ?? identifier("undefined"), parameter);
    });
    replaceStatement(statement, [...given, ...moved()]);
  };
}

/** `f();`, `return f();`, `const x = f();` and `x = f();` */
function statementAround({ parent: taker }: Path): Path | undefined {
  switch (taker?.node.type) {
    case "ExpressionStatement":
    case "ReturnStatement":
      return taker;
    case "AssignmentExpression": {
      const isPlain = taker.node.operator === "=" && taker.node.left.type === "Identifier";
      return isPlain && taker.parent?.node.type === "ExpressionStatement" ? taker.parent : undefined;
    }
    case "VariableDeclarator": {
      const declaration = taker.parent?.node;
      const isPlain = declaration?.type === "VariableDeclaration" && declaration.declarations.length === 1;
      // What a case declares, the cases below it know, too.
      const isInBlock = taker.parent?.parent?.node.type === "BlockStatement";
      return isPlain && isInBlock && declaration.kind !== "var" ? taker.parent : undefined;
    }
    default:
      return undefined;
  }
}

/** The statement with the result in the place of the call; none where nothing gets the result and it does nothing. */
function withResult(statement: Path, call: Path, result: Expression, known: Variables): Statement[] {
  if (call.parent === statement) return isConstant(result, known) ? [] : [doing(result)];
  replace(call, result);
  return [statement.node as Statement];
}

/** The `return`s of a function, without those of the functions in it. */
function returnsOf(body: Statement[]): Path[] {
  const found: Path[] = [];
  const holder = { type: "BlockStatement", body, start: 0, end: 0 } as const;
  visit(holder, (path) => {
    if (path.node.type === "ReturnStatement") found.push(path);
    return !isFunction(path.node);
  });
  return found;
}

/** Whether nothing of its function runs after a statement. */
function isLast(statement: Path): boolean {
  const { parent } = statement;
  if (parent?.node.type !== "BlockStatement" || parent.node.body.at(-1) !== statement.node) return false;
  const owner = parent.parent;
  return !!owner && (isFunction(owner.node) || (owner.node.type === "IfStatement" && isLast(owner)));
}

/** `return f();` becomes `f(); return;` */
function dropResult(path: Path): void {
  if (path.node.type === "ReturnStatement" && path.node.argument)
    replaceStatement(path, [doing(path.node.argument), returning(null)]);
}

/**
 * Where the function is one expression, and its arguments can stand where its parameters do.
 * @param isGone whether a use went elsewhere: then the parameter has others, which are not known before the next round
 */
function movingExpression(
  callee: PlainFunction,
  { path, node }: Call,
  known: Variables,
  isGone: (use: Path) => boolean,
): (() => void) | undefined {
  const [only, more] = bodyOf(callee).body;
  if (only?.type !== "ReturnStatement" || !only.argument || more) return undefined;
  const { argument: result } = only;
  const places: [use: Path, argument: Expression][] = [];
  let isActive = false;
  for (const [i, { name }] of parametersOf(callee).entries()) {
    const parameter = known.get(name);
    const argument = node.arguments[i] ?? identifier("undefined");
    if (!parameter || parameter.isAssigned || parameter.uses.some(isGone)) return undefined;
    for (const use of parameter.uses) places.push([use, argument]);
    if (isConstant(argument, known)) continue;
    const [use, another] = parameter.uses;
    if (isActive || !use || another || !isFirst(use, only)) return undefined;
    isActive = true;
  }
  return () => {
    for (const [use, argument] of places) replace(use, structuredClone(argument));
    replace(path, only.argument ?? result);
  };
}

/** Whether a use is evaluated before all else of a statement. */
function isFirst(use: Path, statement: AnyNode): boolean {
  for (let at = use; at.node !== statement; at = at.parent)
    if (!at.parent || !comesFirst(at, at.parent.node)) return false;
  return true;
}

function comesFirst({ node, key }: Path, parent: AnyNode): boolean {
  switch (parent.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return key === "left";
    case "ConditionalExpression":
      return key === "test";
    case "MemberExpression":
      return key === "object";
    case "CallExpression":
      return key === "callee" || (parent.arguments[0] === node && parent.callee.type === "Identifier");
    case "UnaryExpression":
    case "ReturnStatement":
      return true;
    default:
      return false;
  }
}
