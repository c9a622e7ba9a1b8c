/** Finds the line of own code that a failure is about. */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/**
 * The firmware reports what failed and the text of the error, but no line: it is looked up in the source, by the error's
 * text, or else by the name of the source, command or part.
 * @param file the own code's, absolute
 * @param failure such as `Own code: source heat failed: no sensor`
 * @returns such as `boards/lamp.ts:12`; empty if it is not found
 */
export function placeOf(file: string | undefined, failure: string): string {
  if (file === undefined || !existsSync(file)) return "";
  const [, name = "", why = ""] = /^Own code: (?:\w+ )?(\w+) failed: (.*)$/s.exec(failure) ?? [];
  const lines = readFileSync(file, "utf8").split("\n");
  const thrown = why === "" ? [] : [...lines.entries()].filter(([, line]) => line.includes(why));
  const isDefined = new RegExp(`(^|[^\\w.])["']?${name}["']?\\s*[(:]`);
  const [only, ...more] = thrown;
  const index =
    only && more.length === 0 ? only[0] : name === "" ? -1 : lines.findIndex((line) => isDefined.test(line));
  return index < 0 ? "" : `${basename(dirname(file))}/${basename(file)}:${index + 1}`;
}
