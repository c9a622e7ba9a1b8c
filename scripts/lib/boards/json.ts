/** Reads the JSON of a board file, with the place of every mistake in it. */

import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { child, fieldOf, isObject, MOST_TOLD, type Mistake } from "./mistake.ts";

/** A board file takes about 1 kB. */
const SIZE_LIMIT = 65536;
/** A board file is three levels deep. */
const DEPTH_LIMIT = 8;

/** What a file says; `value` is missing where its text is no JSON object. */
export interface BoardJson {
  readonly value?: Record<string, unknown>;
  readonly mistakes: readonly Mistake[];
}

/** Reads plain JSON in UTF-8: an object without comments, trailing commas or a key that is there twice. */
export function readJson(file: string, bytes: Uint8Array): BoardJson {
  const refuse = (problem: string, remedy: string): BoardJson => ({
    mistakes: [{ file, field: "", problem, remedy }],
  });
  if (bytes.length > SIZE_LIMIT)
    return refuse(`is ${bytes.length} bytes long`, `a board file has at most ${SIZE_LIMIT}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // also drops the mark that Notepad puts first
  } catch {
    return refuse("is not UTF-8 text", "save it with the encoding UTF-8");
  }
  if (text.trim() === "")
    return refuse("is empty", 'write a board, for example { "extends": "esp32-devkit" }');

  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    if (root !== undefined && depthOf(root) > DEPTH_LIMIT) throw new RangeError();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // of the limit above, or of the parser's stack long after it
    return refuse("is nested too deeply", `a board file has at most ${DEPTH_LIMIT} levels`);
  }
  const [first] = errors; // what follows it is most often its consequence
  if (first !== undefined) {
    const [problem, remedy] = SYNTAX[printParseErrorCode(first.error)] ?? NO_JSON;
    return { mistakes: [{ file, position: positionOf(text, first.offset), field: "", problem, remedy }] };
  }

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(...NO_JSON); // should the two parsers ever disagree
  }
  if (!isObject(value)) return refuse("holds no object", "begin it with { and end it with }");
  const twice = root === undefined ? [] : keysThereTwice(root, "");
  const mistakes = twice.slice(0, MOST_TOLD).map(({ pointer, offset }): Mistake => {
    const position = positionOf(text, offset);
    return { file, position, field: fieldOf(pointer), problem: "is there twice", remedy: "keep one of them" };
  });
  return { value, mistakes };
}

const NO_JSON: [string, string] = ["is not JSON", "compare it with boards/esp32-devkit.json"];

/** Problem and remedy for each error of the parser. */
const SYNTAX: Partial<Record<string, [string, string]>> = {
  InvalidSymbol: [
    "this is not JSON",
    "write names and texts in double quotes; else there are numbers, true and false",
  ],
  PropertyNameExpected: [
    "the name of a field is expected here",
    "write it in double quotes, and no comma before a closing }",
  ],
  ValueExpected: ["a value is expected here", "write one, and no comma before a closing ]"],
  ColonExpected: ["a colon is expected here", 'write "name": value'],
  CommaExpected: ["a comma is expected here", "separate fields and values with commas"],
  CloseBraceExpected: ["a closing brace is expected here", "end the object with }"],
  CloseBracketExpected: ["a closing bracket is expected here", "end the list with ]"],
  EndOfFileExpected: ["the end of the file is expected here", "remove what follows the last }"],
  InvalidCommentToken: ["a comment is not allowed here", "remove it: JSON has no comments"],
  UnexpectedEndOfString: ["a text is not closed", 'end it with " on the same line'],
  UnexpectedEndOfNumber: ["a number is not complete", "write digits after the point or the e"],
  InvalidUnicode: ["a \\u escape is not complete", "write four hexadecimal digits after \\u"],
  InvalidEscapeCharacter: ["a \\ escape is unknown", 'write \\\\ for a backslash and \\" for a quote'],
  InvalidCharacter: ["a text holds a control character", "remove it; a text has no tabs and no line breaks"],
};

/** Line and column, from 1, of a character of the text. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Objects and lists within one another. */
function depthOf(node: Node): number {
  const own = node.type === "object" || node.type === "array" ? 1 : 0;
  return own + Math.max(0, ...(node.children ?? []).map(depthOf));
}

/** Keys that their object already has, which `JSON.parse` would hide. */
function keysThereTwice(node: Node, pointer: string): { pointer: string; offset: number }[] {
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((part, index) => {
    if (part.type !== "property") return keysThereTwice(part, child(pointer, index));
    const [name, value] = part.children ?? [];
    const key = String(name?.value);
    const at = child(pointer, key);
    const within = value === undefined ? [] : keysThereTwice(value, at);
    if (seen.has(key)) return [{ pointer: at, offset: part.offset }, ...within];
    seen.add(key);
    return within;
  });
}
