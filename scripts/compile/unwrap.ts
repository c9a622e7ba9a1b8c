/**
 * Takes the function off that holds a whole script: the interpreter keeps with each function the scope that it was made
 * in, save the global one, so what is global costs a variable less a function.
 *
 * The console is global, too. So the script's names begin as nobody names a variable who tries something there: with a
 * capital letter, `$` or `_`.
 */

import { type AnyNode, type FunctionExpression, type Identifier, parse, type Program } from "acorn";
import MagicString, { type SourceMap } from "magic-string";
import { visit } from "./flatten/tree.ts";
import { type Binding, names, references } from "./gate/scopes.ts";

/**
 * The body of a script that is one call of a function without parameters.
 * @returns undefined when the script is anything else
 */
export function unwrap(script: string): { code: string; map: SourceMap } | undefined {
  const program = parse(script, { ecmaVersion: "latest", sourceType: "script" });
  const callee = wrapperOf(program);
  if (!callee) return undefined;
  const edited = new MagicString(script);
  const shorthands = shorthandsOf(program);
  for (const [name, places] of shortened(program, callee)) {
    for (const place of places) {
      // `{ n }` is `{ n: A }` then: what an object calls its members is not ours to change.
      const member = shorthands.has(place.start) ? `${place.name}: ` : "";
      edited.update(place.start, place.end, member + name);
    }
  }
  edited.remove(0, callee.body.start + 1);
  edited.remove(callee.body.end - 1, script.length);
  return { code: edited.toString(), map: edited.generateMap({ hires: true }) };
}

function wrapperOf({ body }: Program): FunctionExpression | undefined {
  const [only, more] = body;
  const call = only?.type === "ExpressionStatement" ? only.expression : undefined;
  const callee = call?.type === "CallExpression" ? call.callee : undefined;
  return !more && callee?.type === "FunctionExpression" && callee.params.length === 0 ? callee : undefined;
}

/** The new names of the function's own variables, and where each stands; the shortest for those that stand most often. */
function shortened(program: Program, wrapper: FunctionExpression): [name: string, places: Set<Identifier>][] {
  const own = new Set(wrapper.body.body.flatMap(declared));
  const places = new Map<Binding, Set<Identifier>>();
  const taken = new Set<string>();
  for (const { identifier, binding } of references(program)) {
    if (binding?.declarations.every((declaration) => own.has(declaration)))
      places.set(binding, (places.get(binding) ?? new Set(binding.declarations)).add(identifier));
    else taken.add(identifier.name);
  }
  const free = NAMES.filter((name) => !taken.has(name));
  return [...places.values()]
    .sort((a, b) => b.size - a.size)
    .map((all, i) => {
      const name = free[i];
      if (name === undefined) throw new Error(`a script of more than ${String(free.length)} variables`);
      return [name, all];
    });
}

/** Where members stand that are called as the variable that they get. */
function shorthandsOf(program: Program): Set<number> {
  const found = new Set<number>();
  visit(program, ({ node }) => {
    if (node.type === "Property" && node.shorthand) found.add(node.start);
  });
  return found;
}

/** What a statement declares for those beside it. */
function declared(statement: AnyNode): Identifier[] {
  if (statement.type === "VariableDeclaration") return statement.declarations.flatMap(({ id }) => names(id));
  return statement.type === "FunctionDeclaration" && statement.id ? [statement.id] : [];
}

const CAPITALS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ$_");
const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz");

/** One character, then two; none is a pin's, as `A0` is. */
const NAMES: readonly string[] = [
  ...CAPITALS,
  ...CAPITALS.flatMap((first) => [...LETTERS, ...CAPITALS].map((second) => first + second)),
];
