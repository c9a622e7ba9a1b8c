/** The texts in the code: those in the table of texts, and those that should be. */

import { readFileSync } from "node:fs";
import ts from "../../scripts/compile/typescript.js";

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesIn(child);
}

/** A template as the table has it: `port {0} is taken`. */
function keyOf(template: ts.TemplateLiteral | ts.StringLiteral): string {
  if (!ts.isTemplateExpression(template)) return template.text;
  const spans = template.templateSpans.map((span, index) => `{${index}}${span.literal.text}`);
  return template.head.text + spans.join("");
}

/** The templates with a tag in a file. */
export function templatesIn(file: string, tag: "t" | "english"): string[] {
  return [...nodesIn(parse(file))].flatMap((node) =>
    ts.isTaggedTemplateExpression(node) && node.tag.getText() === tag ? [keyOf(node.template)] : [],
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

/** The English of a template or a string: without values, names in quotes, options, files. */
export function english(text: string): string {
  return text.replace(
    /\{\d+\}|"[^"]*"|--[\w-]+|<[^>]*>|[\w.-]+\/[\w./-]*|\bnpm (run )?\S+|\S*[_.=]\S*/g,
    " ",
  );
}

/** Sentences without the tag `t` where a user will read them. */
export function untaggedIn(file: string): string[] {
  return [...nodesIn(parse(file))]
    .flatMap((node): (ts.Node | undefined)[] => {
      if (ts.isPropertyAssignment(node) && FIELDS.includes(node.name.getText())) return [node.initializer];
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
      const name = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText();
      return (Object.hasOwn(CALLS, name) ? (CALLS[name] ?? []) : []).map((index) => node.arguments?.[index]);
    })
    .flatMap((node) =>
      node && (ts.isStringLiteral(node) || ts.isTemplateLiteral(node)) ? [keyOf(node)] : [],
    )
    .filter((text) => /[A-Za-z]{2,}/.test(english(text)));
}
