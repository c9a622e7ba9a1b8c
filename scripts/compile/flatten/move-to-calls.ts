/** Functions that are called in one place move there. */

import type { AnyNode, CallExpression, Expression, Program, Statement } from "acorn";
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
import { changed, type Variables, variables } from "./variables.ts";

/**
 * Moves the body of a function to its one call, with variables in place of its parameters.
 *
 * Right if the function is called in one place, outside itself, and that place is a statement, or everything that a variable,
 * an assignment or a `return` gets. The arguments are then evaluated first and in order, as before; a `return` in the middle
 * is left where it returns from both functions, and becomes plain where nothing follows. The call may also be any
 * expression, if the body is one: then the arguments go to the places of the parameters. At most one of them may do
 * anything or change its value, and it must come first there, too. What the body names is visible at the call, because the
 * function is and names are apart.
 */
export function moveToCalls(program: Program): Program {
  const known = variables(program);
  /** Functions and calls that are no more: paths through them lead nowhere until the next round. */
  const gone = new Set<AnyNode>();
  const isGone = (path: Path) => {
    for (let at: Path | undefined = path; at; at = at.parent) if (gone.has(at.node)) return true;
    return false;
  };
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    const [use, more] = variable.uses;
    if (!callee || !use || more || isInside(use, callee) || !canMove(callee)) continue;
    const call = callAt(use, callee);
    if (!call || isGone(use) || isGone(variable.declaration)) continue;
    const move = movingExpression(callee, call, known, isGone) ?? movingStatements(callee, call, known);
    if (!move) continue;
    move();
    removeDeclaration(variable);
    gone.add(callee).add(call.node);
  }
  return gone.size > 0 ? changed(program) : program;
}

/** Whether the body of a function can move to a call. */
export function canMoveTo(callee: PlainFunction, call: Call, known: Variables): boolean {
  return !!(movingStatements(callee, call, known) ?? movingExpression(callee, call, known, () => false));
}

/** Whether a function may move at all. A `var` would be the same in all rounds of a loop around the call. */
export function canMove(callee: PlainFunction): boolean {
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
export function returnsOf(body: Statement[]): Path[] {
  const found: Path[] = [];
  const holder = { type: "BlockStatement", body, start: 0, end: 0 } as const;
  visit(holder, (path) => {
    if (path.node.type === "ReturnStatement") found.push(path);
    return !isFunction(path.node);
  });
  return found;
}

/** Whether nothing of its function runs after a statement. The function around the program ends nowhere: it will go. */
function isLast(statement: Path): boolean {
  const { parent } = statement;
  if (parent?.node.type !== "BlockStatement" || parent.node.body.at(-1) !== statement.node) return false;
  const owner = parent.parent;
  if (owner?.node.type === "IfStatement") return isLast(owner);
  return !!owner && isFunction(owner.node) && owner.key !== "callee";
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
    if (isActive || !use || another || !isFirst(use, only, known)) return undefined;
    isActive = true;
  }
  return () => {
    for (const [use, argument] of places) replace(use, structuredClone(argument));
    replace(path, only.argument ?? result);
  };
}

/** Whether a use is evaluated before all else of a statement. */
function isFirst(use: Path, statement: AnyNode, known: Variables): boolean {
  for (let at = use; at.node !== statement; at = at.parent)
    if (!at.parent || !comesFirst(at, at.parent.node, known)) return false;
  return true;
}

function comesFirst({ node, key }: Path, parent: AnyNode, known: Variables): boolean {
  switch (parent.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return key === "left";
    case "ConditionalExpression":
      return key === "test";
    case "MemberExpression":
      return key === "object";
    case "CallExpression":
      if (key === "callee") return true;
      return (
        parent.callee.type === "Identifier" &&
        isConstant(parent.callee, known) &&
        areConstant(parent, node, known)
      );
    case "UnaryExpression":
    case "ReturnStatement":
      return true;
    default:
      return false;
  }
}

/** Whether all arguments before one are constants. */
function areConstant(call: CallExpression, until: AnyNode, known: Variables): boolean {
  const before = call.arguments.slice(0, call.arguments.indexOf(until as Expression));
  return before.every((argument) => argument.type !== "SpreadElement" && isConstant(argument, known));
}
