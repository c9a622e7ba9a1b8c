/**
 * Text as the bytes of its UTF-8, one character per byte. Espruino without Unicode reads files this way, and its sockets
 * send this.
 *
 * How a character is written decides: `é` and `\u00e9` are text and become UTF-8; `\xE9` is a byte and stays.
 */

import { type AnyNode, type Identifier, type Node, parse } from "acorn";
import { fullAncestor } from "acorn-walk";
import MagicString, { type SourceMap } from "magic-string";
import { t } from "../cli/language.ts";

/**
 * The UTF-8 of a text, one character per byte.
 * @throws Error if the text has half of a surrogate pair
 */
export function toByteString(text: string): string {
  if (HALF_PAIR.test(text))
    throw new Error(t`the text has half of a surrogate pair, which UTF-8 cannot express`);
  return Buffer.from(text, "utf8").toString("latin1");
}

/**
 * Rewrites the text in string literals, templates and property names of a JavaScript module to `\xNN` escapes.
 * @returns undefined if there is nothing to rewrite
 * @throws Error with line and column (both from 1) for text where bytes are impossible: in identifiers, regular expressions
 * and tagged templates; and for half of a surrogate pair
 */
export function byteStrings(code: string): { code: string; map: SourceMap } | undefined {
  if (!/[^\0-\x7f]|\\u/.test(code)) return undefined;
  const edited = new MagicString(code);

  const rewrite = (node: Node) => {
    for (const piece of code.slice(node.start, node.end).matchAll(PIECE)) {
      const at = node.start + piece.index;
      const bytes = escaped(piece, (problem) => fail(code, at, problem));
      if (bytes !== undefined) edited.update(at, at + piece[0].length, bytes);
    }
  };

  const program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  fullAncestor(program, (node, _state, ancestors) => {
    switch (node.type) {
      case "Literal":
        if (node.regex && isText(node.raw ?? ""))
          fail(code, node.start, t`a regular expression matches bytes`);
        if (typeof node.value === "string") rewrite(node);
        break;
      case "TemplateElement":
        if (ancestors.at(-3)?.type !== "TaggedTemplateExpression") rewrite(node);
        else if (isText(node.value.raw)) fail(code, node.start, t`a tagged template takes ASCII`);
        break;
      case "Property":
        if (!node.computed && !node.shorthand) quoteKey(node.key);
        break;
      case "MemberExpression":
        if (!node.computed && !node.optional) quoteMember(node.object, node.property);
        break;
    }
    for (const name of identifiers(node))
      if (isText(code.slice(name.start, name.end))) fail(code, name.start, t`a name here takes ASCII`);
  });
  return edited.hasChanged()
    ? { code: edited.toString(), map: edited.generateMap({ hires: true }) }
    : undefined;

  function quoteKey(key: AnyNode): void {
    if (key.type === "Literal" && typeof key.value === "string") rewrite(key);
    else if (key.type === "Identifier" && isText(key.name))
      edited.update(key.start, key.end, quoted(key.name));
  }

  function quoteMember(object: AnyNode, property: AnyNode): void {
    if (property.type !== "Identifier" || !isText(property.name)) return;
    const dot = code.indexOf(".", object.end);
    edited.remove(dot, dot + 1);
    edited.update(property.start, property.end, `[${quoted(property.name)}]`);
  }
}

/** A surrogate without its other half. */
const HALF_PAIR = /\p{Surrogate}/u;

/** The pieces of a string's source: pairs of `\u` escapes, other escapes, characters. */
const PIECE =
  /\\u(?<high>d[89ab][\da-f]{2})\\u(?<low>d[c-f][\da-f]{2})|\\u\{(?<braced>[\da-f]+)\}|\\u(?<code>[\da-f]{4})|\\(?:[0-7]{1,3}|x[\da-f]{2}|\r\n|(?<plain>[^]))|(?<character>[^])/giu;

/** The bytes of a piece as escapes; undefined if it may stay as it is. */
function escaped(piece: RegExpMatchArray, fail: (problem: string) => never): string | undefined {
  const { high, low, braced, code, plain, character } = piece.groups ?? {};
  const text =
    high && low
      ? String.fromCharCode(parseInt(high, 16), parseInt(low, 16))
      : braced || code
        ? String.fromCodePoint(parseInt(braced ?? code ?? "", 16))
        : (character ?? plain ?? "");
  if (plain === "\u2028" || plain === "\u2029") return ""; // a line continued
  if (!isText(text)) return braced ? escapes(text) : undefined;
  if (HALF_PAIR.test(text)) fail(t`half of a surrogate pair is no text`);
  return escapes(toByteString(text));
}

const isText = (text: string) => /[^\0-\x7f]/.test(text);

const quoted = (text: string) => `"${text.replace(/[^\0-\x7f]+/g, (run) => escapes(toByteString(run)))}"`;

const escapes = (bytes: string) =>
  Array.from(bytes, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join(
    "",
  );

/** Names in a node that cannot be quoted: of variables, labels, class members, shorthand properties. */
function identifiers(node: AnyNode): Identifier[] {
  const nodes: (AnyNode | null | undefined)[] = [node];
  if (node.type === "LabeledStatement") nodes.push(node.label);
  if (node.type === "MethodDefinition" || node.type === "PropertyDefinition") nodes.push(node.key);
  if (node.type === "Property" && node.kind !== "init") nodes.push(node.key);
  if (node.type === "MemberExpression" && node.optional) nodes.push(node.property);
  if (node.type === "ImportSpecifier") nodes.push(node.imported, node.local);
  if (node.type === "ExportSpecifier") nodes.push(node.exported, node.local);
  return nodes.filter((n): n is Identifier => n?.type === "Identifier");
}

function fail(code: string, at: number, problem: string): never {
  const lines = code.slice(0, at).split("\n");
  const place = `${String(lines.length)}:${String((lines.at(-1)?.length ?? 0) + 1)}`;
  throw new Error(t`${place}: text outside ASCII: ${problem}; write it in a string literal instead`);
}
