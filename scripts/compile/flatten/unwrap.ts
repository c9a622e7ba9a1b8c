/** Makes a program global that is one call of a function. */

import type { AnyNode, FunctionExpression, Identifier, Program } from "acorn";
import { names } from "../gate/scopes.ts";
import { returnsOf } from "./move-to-calls.ts";
import { visit } from "./tree.ts";
import { changed, isDeclared, isUse } from "./variables.ts";

/**
 * Takes the function off that holds a whole program, and renames the variables that become global.
 *
 * The interpreter keeps with each function the scope that it was made in, except the global one: so each function takes a
 * variable less. The console is global, too. So the new names begin as nobody names a variable when trying something there:
 * with a capital letter, `$` or `_`.
 *
 * Right for a function without parameters that is called once, has no `return`, and whose names are apart. Only variables
 * are renamed: the names of members may matter outside. Any other program stays as it is.
 */
export function unwrap(program: Program): Program {
  const wrapper = wrapperOf(program);
  if (!wrapper || returnsOf(wrapper.body.body).length > 0) return program;
  const { body } = wrapper.body;
  for (const [name, places] of shortened(program, new Set(body.flatMap(declared))))
    for (const place of places) place.name = name;
  return changed({ ...program, body });
}

function wrapperOf({ body }: Program): FunctionExpression | undefined {
  const [only, more] = body;
  const call = only?.type === "ExpressionStatement" ? only.expression : undefined;
  const callee = call?.type === "CallExpression" ? call.callee : undefined;
  return !more && callee?.type === "FunctionExpression" && callee.params.length === 0 ? callee : undefined;
}

/**
 * New names of variables, and the places of each; the shortest names for those with the most.
 * @param own the variables' names
 */
function shortened(program: Program, own: ReadonlySet<string>): [name: string, places: Identifier[]][] {
  const places = new Map<string, Identifier[]>([...own].map((name) => [name, []]));
  const taken = new Set<string>();
  visit(program, ({ node, parent, key }) => {
    if (node.type !== "Identifier" || !parent || !(isDeclared(parent, key) || isUse(parent.node, key)))
      return;
    const found = places.get(node.name);
    if (found) found.push(node);
    else taken.add(node.name);
  });
  const free = NAMES.filter((name) => !taken.has(name));
  return [...places.values()]
    .sort((a, b) => b.length - a.length)
    .map((all, i) => {
      const name = free[i];
      if (name === undefined) throw new Error(`a script of more than ${String(free.length)} variables`);
      return [name, all];
    });
}

/** The names that a statement declares for those beside it. */
function declared(statement: AnyNode): string[] {
  if (statement.type === "VariableDeclaration")
    return statement.declarations.flatMap(({ id }) => names(id)).map(({ name }) => name);
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration")
    return statement.id ? [statement.id.name] : [];
  return [];
}

const CAPITALS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ$_");
const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz");

/** Names of one character, then of two. None is a pin's, such as `A0`. */
const NAMES: readonly string[] = [
  ...CAPITALS,
  ...CAPITALS.flatMap((first) => [...LETTERS, ...CAPITALS].map((second) => first + second)),
];
