/** Functions that only name another thing go, and that thing stands where they were called. */

import type { Expression } from "acorn";
import {
  bodyOf,
  callAt,
  functionOf,
  isConstant,
  isConstantName,
  isVisibleAt,
  parametersOf,
  type PlainFunction,
  removeDeclaration,
} from "./functions.ts";
import { identifier, type Path, replace } from "./tree.ts";
import type { Variables } from "./variables.ts";

/** `() => n`, `() => 1` and `(a) => f("x", a)` go, however often they are called. */
export function dropRelays(known: Variables): boolean {
  for (const variable of known.values()) {
    const callee = functionOf(variable);
    const relay = callee && relayOf(callee, known);
    if (!relay || variable.uses.length === 0) continue;
    const calls = variable.uses.flatMap((use) => callAt(use, callee) ?? []);
    if (calls.length < variable.uses.length) continue;
    if (!calls.every(({ path }) => canStandAt(path, relay, known))) continue;
    const parameters = parametersOf(callee).map(({ name }) => name);
    for (const { path, node } of calls) {
      const { result } = structuredClone(relay);
      if (result.type === "CallExpression") {
        result.arguments = result.arguments.map((argument) => {
          const at = argument.type === "Identifier" ? parameters.indexOf(argument.name) : -1;
          return at < 0 ? argument : (node.arguments[at] ?? identifier("undefined"));
        });
      }
      replace(path, result);
    }
    removeDeclaration(variable);
    // The ways to what was moved lead nowhere now: the next round finds the new ones.
    return true;
  }
  return false;
}

interface Relay {
  readonly result: Expression;
  /** Whether the function returns it. */
  readonly isReturned: boolean;
  /** What must mean the same where it is called. */
  readonly names: readonly Expression[];
}

/** A function's body, if it is one name or constant, or one call that passes the parameters on in their order. */
function relayOf(callee: PlainFunction, known: Variables): Relay | undefined {
  const [only, more] = bodyOf(callee).body;
  const isReturned = only?.type === "ReturnStatement";
  const result = isReturned ? only.argument : only?.type === "ExpressionStatement" && only.expression;
  if (more || !result) return undefined;
  const parameters = parametersOf(callee).map(({ name }) => name);
  if (parameters.length === 0 && (isConstant(result, known) || result.type === "Identifier"))
    return { result, isReturned, names: [result] };
  if (result.type !== "CallExpression" || result.callee.type !== "Identifier") return undefined;
  if (!isConstantName(result.callee.name, known)) return undefined;
  const constants: Expression[] = [];
  const passed: string[] = [];
  for (const argument of result.arguments) {
    if (argument.type === "SpreadElement") return undefined;
    if (argument.type === "Identifier" && parameters.includes(argument.name)) passed.push(argument.name);
    else if (isConstant(argument, known)) constants.push(argument);
    else return undefined;
  }
  const isInOrder = passed.length === parameters.length && passed.every((name, i) => name === parameters[i]);
  return isInOrder ? { result, isReturned, names: [result.callee, ...constants] } : undefined;
}

function canStandAt(call: Path, { names, isReturned }: Relay, known: Variables): boolean {
  if (!isReturned && call.parent?.node.type !== "ExpressionStatement") return false;
  return names.every((name) => isVisibleAt({ declaration: call }, name, known));
}
