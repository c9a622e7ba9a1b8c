/** The values of a JSON text, each with its byte range. */

import { parseTree, type Node, type ParseError } from "jsonc-parser";
import { bracketFault, MAXIMUM_DEPTH } from "../brackets.ts";
import { shorten, type Cursor } from "./fields.ts";

/**
 * Adds a field for each value that is neither an object nor an array, and one where the text stops being JSON.
 * @param from the text's first byte
 * @param known the meanings of known names
 */
export function readJson(
  cursor: Cursor,
  text: string,
  from: number,
  clause: string,
  known: Readonly<Record<string, string>>,
): void {
  const { words } = cursor;
  const fault = bracketFault(text, MAXIMUM_DEPTH);
  if (fault?.isTooDeep) return;
  const end = fault?.index;
  const errors: ParseError[] = [];
  const tree = parseTree(text.slice(0, end), errors, { disallowComments: true });
  const at = Math.min(errors[0]?.offset ?? Infinity, end ?? Infinity);
  if (at < Infinity) {
    const places = createPlaces(text, from);
    const range = { from: places(at), to: places(text.length), isFault: true };
    cursor.add("JSON", "", words.notJson, clause, range);
  }
  const places = createPlaces(text, from);
  const values: { readonly node: Node; readonly path: string; readonly key: string }[] = [];
  if (tree) collect(tree, "", "", values);
  for (const { node, path, key } of values) {
    const range = { from: places(node.offset), to: places(node.offset + node.length) };
    const value = shorten(JSON.stringify(node.value));
    const meaning = Object.hasOwn(known, key) ? known[key] : undefined;
    cursor.add(path || words.value, value, meaning ?? words.valueOf(path), clause, range);
  }
}

function collect(
  node: Node,
  path: string,
  key: string,
  values: { node: Node; path: string; key: string }[],
): void {
  if (node.type === "object") {
    for (const { children = [] } of node.children ?? []) {
      const [name, value] = children;
      const own = String(name?.value);
      if (value) collect(value, path === "" ? own : `${path}.${own}`, own, values);
    }
  } else if (node.type === "array") {
    (node.children ?? []).forEach((child, index) => collect(child, `${path}[${index}]`, key, values));
  } else {
    values.push({ node, path, key });
  }
}

/** Converts character positions to byte positions in the packet; call it in ascending order. */
function createPlaces(text: string, from: number): (index: number) => number {
  const encoder = new TextEncoder();
  let known = 0;
  let place = from;
  return (index) => {
    place += encoder.encode(text.slice(known, index)).length;
    known = index;
    return place;
  };
}
