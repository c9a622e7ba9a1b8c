/** The texts in the code: those in the table of texts, and those that should be. */

import { readFileSync } from "node:fs";
import ts from "../../scripts/compile/typescript.js";

/** The nodes that can hold or mark a text: calls, fields and tagged templates. */
type Holder = ts.CallExpression | ts.NewExpression | ts.PropertyAssignment | ts.TaggedTemplateExpression;

const holders = new Map<string, readonly Holder[]>();

/** Each file is parsed once: all of them take a second. */
function holdersIn(file: string): readonly Holder[] {
  const known = holders.get(file) ?? parse(file);
  holders.set(file, known);
  return known;
}

function parse(file: string): Holder[] {
  const found: Holder[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) ||
      ts.isNewExpression(node) ||
      ts.isPropertyAssignment(node) ||
      ts.isTaggedTemplateExpression(node)
    )
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
  return found;
}

function isNamed(node: ts.Node, names: readonly string[]): boolean {
  return (ts.isIdentifier(node) || ts.isStringLiteral(node)) && names.includes(node.text);
}

/** A template as the table has it: `port {0} is taken`. */
function keyOf(template: ts.TemplateLiteral | ts.StringLiteral): string {
  if (!ts.isTemplateExpression(template)) return template.text;
  const spans = template.templateSpans.map((span, index) => `{${index}}${span.literal.text}`);
  return template.head.text + spans.join("");
}

/** The templates with a tag in a file. */
export function templatesIn(file: string, tag: "t" | "english"): string[] {
  return holdersIn(file).flatMap((node) =>
    ts.isTaggedTemplateExpression(node) && isNamed(node.tag, [tag]) ? [keyOf(node.template)] : [],
  );
}

/** Calls whose texts a user reads, and which of their arguments are. */
const CALLS: Readonly<Record<string, readonly number[]>> = {
  UserError: [0],
  TokenError: [1],
  LockedError: [0],
  InvalidArgumentError: [0],
  StepError: [1],
  warn: [0],
  fault: [0],
  printError: [0],
  option: [1],
  requiredOption: [1],
  argument: [1],
  Option: [1],
  runCommand: [1],
  wrong: [0, 1],
  warning: [0, 1],
  skipped: [0],
  ok: [0],
};

/** Fields whose texts a user reads. */
const FIELDS = ["problem", "remedy"];

/** Fields that hold such a text, or a name. */
const MIXED_FIELDS = ["text", "where", "label", "form", "fault", "detail", "why"];

/** What an expression may give. */
function* resultsOf(node: ts.Node): Generator<ts.Node> {
  if (ts.isConditionalExpression(node)) {
    yield* resultsOf(node.whenTrue);
    yield* resultsOf(node.whenFalse);
  } else if (ts.isArrowFunction(node)) yield* resultsOf(node.body);
  else if (ts.isParenthesizedExpression(node)) yield* resultsOf(node.expression);
  else if (ts.isReturnStatement(node) && node.expression) yield* resultsOf(node.expression);
  else if (ts.isBlock(node)) for (const statement of node.statements) yield* resultsOf(statement);
  else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) yield* resultsOf(element);
  else yield node;
}

/** The English of a template or a string: without values, names in quotes, options, files. */
export function english(text: string): string {
  return text.replace(
    /\{\d+\}|"[^"]*"|--[\w-]+|<[^>]*>|[\w.-]+\/[\w./-]*|\bnpm (run )?\S+|\S*[_.=]\S*/g,
    " ",
  );
}

/** Sentences without the tag `t` where a user will read them. */
export function untaggedIn(file: string): string[] {
  const nodes = holdersIn(file);
  const fields = (names: readonly string[]) =>
    nodes.flatMap((node) =>
      ts.isPropertyAssignment(node) && isNamed(node.name, names) ? [node.initializer] : [],
    );
  const given = nodes.flatMap((node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
    const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const name = ts.isIdentifier(called) ? called.text : "";
    const places = Object.hasOwn(CALLS, name) ? (CALLS[name] ?? []) : [];
    return places.flatMap((index) => node.arguments?.[index] ?? []);
  });
  return [
    ...textsOf([...fields(FIELDS), ...given]).filter((text) => /[A-Za-z]{2,}/.test(english(text))),
    ...textsOf(fields(MIXED_FIELDS)).filter((text) => /[A-Za-z]{2,} +[A-Za-z]/.test(english(text))),
  ];
}

/** The texts without a tag that expressions may give. */
function textsOf(nodes: readonly ts.Node[]): string[] {
  return nodes
    .flatMap((node) => [...resultsOf(node)])
    .flatMap((node) => (ts.isStringLiteral(node) || ts.isTemplateLiteral(node) ? [keyOf(node)] : []));
}
