/**
 * Takes the function off that holds a whole script: the interpreter keeps with each function the scope that it was made
 * in, save the global one, so what is global costs a variable less a function.
 */

import { parse } from "acorn";
import MagicString, { type SourceMap } from "magic-string";

/**
 * Names that the script's own must not hide from whoever types at the console: one letter and digits are pins.
 * All others of the interpreter that short are known to the script, or longer than its names.
 */
export const PIN_NAMES: readonly string[] = Array.from(
  { length: 100 },
  (_, i) => "ABCDEFGHIJ".charAt(i / 10) + String(i % 10),
);

/**
 * The body of a script that is one call of a function without parameters.
 * @returns undefined when the script is anything else
 */
export function unwrap(script: string): { code: string; map: SourceMap } | undefined {
  const [only, more] = parse(script, { ecmaVersion: "latest", sourceType: "script" }).body;
  const call = only?.type === "ExpressionStatement" ? only.expression : undefined;
  const callee = call?.type === "CallExpression" ? call.callee : undefined;
  if (more || callee?.type !== "FunctionExpression" || callee.params.length > 0) return undefined;
  const edited = new MagicString(script);
  edited.remove(0, callee.body.start + 1);
  edited.remove(callee.body.end - 1, script.length);
  return { code: edited.toString(), map: edited.generateMap({ hires: true }) };
}
