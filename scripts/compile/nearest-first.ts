/**
 * Orders the global variables of a script. The interpreter looks a name up by going through them one by one, so those
 * come first that are needed first when bytes arrive: what the listener for "data" names, then what that names, and so
 * on.
 */

import { type AnyNode, type Identifier, parse, type Program, type VariableDeclarator } from "acorn";
import MagicString, { type SourceMap } from "magic-string";
import { contains, visit } from "./flatten/tree.ts";

/**
 * Moves to the front what may be declared earlier: functions and constants, which do nothing and need nothing.
 * @returns undefined for a script without such a listener
 */
export function nearestFirst(script: string): { code: string; map: SourceMap } | undefined {
  const program = parse(script, { ecmaVersion: "latest", sourceType: "script" });
  const listener = dataListener(program);
  if (!listener) return undefined;
  const edited = new MagicString(script);
  const declarators = globalsOf(program);
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration") continue;
    let at = statement.start;
    let stays = "let ";
    for (const declarator of statement.declarations) {
      edited.remove(at, declarator.start);
      at = declarator.end;
      if (canMove(declarator)) continue;
      edited.prependRight(declarator.start, stays);
      stays = ",";
    }
    if (at < statement.end) edited.remove(at, statement.end);
    if (stays === ",") edited.appendRight(statement.end, ";");
  }
  const moved = inOrder(declarators, listener).filter(canMove);
  moved.forEach(({ start, end }, i) => {
    edited.prependRight(start, i > 0 ? "," : "let ").move(start, end, 0);
  });
  const last = moved.at(-1);
  if (last) edited.appendLeft(last.end, ";");
  return { code: edited.toString(), map: edited.generateMap({ hires: true }) };
}

/** What is called when bytes arrive: `socket.on("data", listener)`. */
function dataListener(program: Program): AnyNode | undefined {
  let listener: AnyNode | undefined;
  visit(program, ({ node }) => {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return;
    const [event, found] = node.arguments;
    if (event?.type === "Literal" && event.value === "data") listener ??= found;
  });
  return listener;
}

function globalsOf({ body }: Program): Map<string, VariableDeclarator> {
  const declarators = body.flatMap((statement) =>
    statement.type === "VariableDeclaration" ? statement.declarations : [],
  );
  return new Map(declarators.map((declarator) => [(declarator.id as Identifier).name, declarator]));
}

/** The globals as they are met on the way from a part of the program on, and behind them those that never are. */
function inOrder(globals: ReadonlyMap<string, VariableDeclarator>, from: AnyNode): VariableDeclarator[] {
  const met = new Set<VariableDeclarator>();
  const look = (part: AnyNode) =>
    visit(part, ({ node }) => {
      const declarator = node.type === "Identifier" ? globals.get(node.name) : undefined;
      if (declarator) met.add(declarator);
    });
  look(from);
  for (const { init } of met) if (init) look(init);
  for (const declarator of globals.values()) met.add(declarator);
  return [...met];
}

/** Whether a declaration means the same at the beginning of the script. */
function canMove({ init }: VariableDeclarator): boolean {
  if (!init || init.type === "ArrowFunctionExpression") return true;
  return !contains(init, ({ type }) => !CONSTANT.has(type));
}

const CONSTANT = new Set(["Literal", "UnaryExpression", "ArrayExpression", "ObjectExpression"]);
