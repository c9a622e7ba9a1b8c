/** Reads the JSON of a board file, and locates every mistake. */

import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { child, fieldOf, isObject, MOST_REPORTED, type Mistake } from "./mistake.ts";
import { t } from "../cli/language.ts";

/** What a file is to contain, for its limits and the wording of mistakes. */
export interface FileKind {
  readonly what: string;
  /** Most bytes. */
  readonly size: number;
  /** Most levels of objects and lists. */
  readonly depth: number;
  /** What to do about an empty file. */
  readonly start: string;
  /** What to do about a file that is not JSON at all. */
  readonly compare: string;
}

/** A typical board file has about 1 kB, and is three levels deep. */
const BOARD: FileKind = {
  get what() {
    return t`a board file`;
  },
  size: 65536,
  depth: 8,
  start: t`write a board, for example { "extends": "esp32-devkit" }`,
  compare: t`compare it with boards/esp32-devkit.json`,
};

/** A file's contents; `value` is missing if it is not a JSON object. */
export interface BoardJson {
  readonly value?: Record<string, unknown>;
  readonly mistakes: readonly Mistake[];
}

/** Reads JSON in UTF-8, in which comments and trailing commas are allowed: an object without duplicate keys. */
export function readJson(file: string, bytes: Uint8Array, kind: FileKind = BOARD): BoardJson {
  const { what, size, depth, start } = kind;
  const noJson: [string, string] = [t`is not JSON`, kind.compare];
  const refuse = (problem: string, remedy: string): BoardJson => ({
    mistakes: [{ file, field: "", problem, remedy }],
  });
  if (bytes.length > size) return refuse(t`is ${bytes.length} bytes long`, t`${what} has at most ${size}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // also drops a byte order mark
  } catch {
    return refuse(t`is not UTF-8 text`, t`save it with UTF-8 encoding`);
  }
  if (text.trim() === "") return refuse(t`is empty`, start);

  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
    if (root !== undefined && depthOf(root) > depth) throw new RangeError();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // thrown above, or a stack overflow in the parser
    return refuse(t`is nested too deeply`, t`${what} has at most ${depth} levels`);
  }
  if (errors.length > 0) {
    const lines = new Map<number, Mistake>();
    let last = "";
    let lineEnd = -1;
    for (const { error, offset } of errors) {
      const name = printParseErrorCode(error);
      const isOfLast = last === "InvalidSymbol" && name === "ValueExpected";
      last = name;
      const isAtEnd = offset >= text.trimEnd().length;
      if (lines.size > 0 && (isAtEnd || isOfLast)) continue;
      // Where it is missing, not where the parser missed it: mostly a line further down.
      const place = name === "CommaExpected" ? text.slice(0, offset).trimEnd().length : offset;
      // The others of a line, like a missing end, are mostly consequences of the first.
      if (place <= lineEnd || lines.size === MOST_REPORTED) continue;
      lineEnd = place + text.slice(place).search(/[\r\n]|$/);
      const position = positionOf(text, place);
      const [problem, remedy] = SYNTAX[name] ?? noJson;
      if (!lines.has(position.line)) lines.set(position.line, { file, position, field: "", problem, remedy });
    }
    return { mistakes: [...lines.values()] };
  }

  const value: unknown = root && getNodeValue(root);
  if (!isObject(value)) return refuse(t`is not an object`, t`enclose it in { and }`);
  const twice = root === undefined ? [] : keysThereTwice(root, "");
  const mistakes = twice.slice(0, MOST_REPORTED).map(({ pointer, offset }): Mistake => {
    const position = positionOf(text, offset);
    return {
      file,
      position,
      field: fieldOf(pointer),
      problem: t`is a duplicate key`,
      remedy: t`keep one of them`,
    };
  });
  return { value, mistakes };
}

/** Problem and remedy for each error of the parser. */
const SYNTAX: Partial<Record<string, [string, string]>> = {
  InvalidSymbol: [
    t`not valid JSON`,
    t`write names and strings in double quotes; other values are numbers, true and false`,
  ],
  PropertyNameExpected: [t`expected a field name`, t`write it in double quotes, or remove a comma`],
  ValueExpected: [t`expected a value`, t`add one, or remove a comma`],
  ColonExpected: [t`expected a colon`, t`write "name": value`],
  CommaExpected: [t`expected a comma`, t`separate fields and values with commas`],
  CloseBraceExpected: [t`expected a closing brace`, t`end the object with }`],
  CloseBracketExpected: [t`expected a closing bracket`, t`end the list with ]`],
  EndOfFileExpected: [t`expected the end of the file`, t`remove everything after the last }`],
  UnexpectedEndOfComment: [t`comment without an end`, t`end it with */`],
  UnexpectedEndOfString: [t`unterminated string`, t`end it with " on the same line`],
  UnexpectedEndOfNumber: [t`incomplete number`, t`add digits after the point or the e`],
  InvalidUnicode: [t`incomplete \\u escape`, t`write four hexadecimal digits after \\u`],
  InvalidEscapeCharacter: [t`unknown escape sequence`, t`write \\\\ for a backslash and \\" for a quote`],
  InvalidCharacter: [
    t`control character in a string`,
    t`remove it; strings cannot contain tabs or line breaks`,
  ],
};

/**
 * Finds the fields of a JSON text.
 * @returns where a field is, named as in {@link Mistake.field}; where the object around it is, if it is missing
 */
export function createFinder(text: string): (field: string) => Mistake["position"] {
  const root = parseTree(text);
  return (field) => find(text, root, field);
}

function find(text: string, root: Node | undefined, field: string): Mistake["position"] {
  const path: (string | number)[] = [];
  for (const [key, index] of field.matchAll(/\[(\d+)\]|"(?:[^"\\]|\\.)*"|[^.[\]]+/g)) {
    const token = index === undefined ? keyIn(key) : Number(index);
    if (token === undefined) break;
    path.push(token);
  }
  for (let length = path.length; root && length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return positionOf(text, node.parent?.type === "property" ? node.parent.offset : node.offset);
  }
  return undefined;
}

/** A key as a field's name has it; undefined for a long or strange one, of which the name has only a part. */
function keyIn(name: string): string | undefined {
  if (!name.startsWith('"')) return name;
  try {
    return JSON.parse(name) as string;
  } catch {
    return undefined;
  }
}

/** Line and column, from 1, of a character of the text. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Nesting depth of objects and lists. */
function depthOf(node: Node): number {
  const own = node.type === "object" || node.type === "array" ? 1 : 0;
  return own + (node.children ?? []).reduce((deepest, part) => Math.max(deepest, depthOf(part)), 0);
}

/** Duplicate keys, which `JSON.parse` would hide. */
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
