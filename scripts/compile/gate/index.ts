/** Finds everything in a script that Espruino lacks or does differently, with its place in the source. */

import { type SourceMapInput, TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { type AnyNode, type Class, type Program, type Token, parse, tokTypes } from "acorn";
import { fullAncestor } from "acorn-walk";
import { tooEarly } from "./order.ts";
import { type Context, NODE_RULES, REFERENCE_RULES, TEXT_RULES, regExpOf } from "./rules.ts";
import { type Reference, references } from "./scopes.ts";
import { inSpoken, t } from "../../cli/language.ts";

/** Something that would not run on the board as intended. */
export interface Fault {
  /** The source file; `bundle` if the source map leads nowhere. */
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Name of the rule, as docs/language.md lists it. */
  readonly rule: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export interface GateOptions {
  /** The bundle's source map, as Rollup gives it. */
  readonly map: SourceMapInput | null;
}

/** All faults of a script, in order, including those of its syntax. */
export function gate(code: string, { map }: GateOptions = { map: null }): Fault[] {
  const trace = map ? new TraceMap(map) : undefined;
  const faults = find(code).sort((a, b) => a.at - b.at);
  return faults.map(({ at, rule, message }) => ({ ...place(code, at, trace), rule, message }));
}

/**
 * The faults of a script that its author wrote. Any other is the build's: no source map leads from it to a source, or the
 * program did not break that rule before it was optimized.
 * @param before the faults of the program before
 */
export function written(faults: readonly Fault[], before: readonly Fault[]): readonly Fault[] {
  const broken = new Set(before.map(({ rule }) => rule));
  return faults.filter(({ rule, source }) => source !== NOWHERE && broken.has(rule));
}

/** `src/app/x.ts:12:5: what is wrong; what to write instead` */
export function formatFault({ source, line, column, message }: Fault): string {
  return `${source}:${line}:${column}: ${message}`;
}

/** In place of a source, where no source map leads. */
const NOWHERE = "bundle";

interface Found {
  /** Offset in the code. */
  readonly at: number;
  readonly rule: string;
  readonly message: string;
}

function find(code: string): Found[] {
  const found: Found[] = [];
  const report = (at: number, rule: keyof typeof TEXT_RULES, detail = "") =>
    found.push({ at, rule, message: inSpoken(TEXT_RULES[rule]) + detail });
  for (const { index } of code.matchAll(/[^\0-\x7f]+/g)) report(index, "non-ascii");

  const tokens: Token[] = [];
  let program: Program;
  try {
    program = parse(code, {
      ecmaVersion: "latest",
      sourceType: "script",
      onToken: tokens,
      onComment: (block, _text, start) => {
        if (!block && !code.startsWith("//", start)) report(start, "html-comment");
      },
    });
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    report(error.pos, "syntax", `: ${error.message.replace(/ \(\d+:\d+\)$/, "")}`);
    return found;
  }

  for (const { type, start, end } of tokens)
    if (type === tokTypes.name && code.slice(start, end).includes("\\")) report(start, "escaped-name");

  const uses = references(program);
  const context = contextOf(code, program, uses);
  fullAncestor(program, (node, _state, ancestors) => {
    checkLineEnd(node, tokens, code, report);
    for (const { name, breaks, message } of NODE_RULES) {
      const broken = breaks(node, { ...context, ancestors });
      if (!broken) continue;
      const detail = name === "regexp" ? t` ${regExpOf(node) ?? ""}; write it another way` : "";
      found.push({
        at: (broken === true ? node : broken).start,
        rule: name,
        message: inSpoken(message) + detail,
      });
    }
    if (context.early.has(node) && node.type !== "Identifier") report(node.start, "early-call");
  });
  for (const use of uses)
    for (const { name, breaks, message } of REFERENCE_RULES)
      if (breaks(use, context))
        found.push({ at: use.identifier.start, rule: name, message: inSpoken(message) });
  return found;
}

function contextOf(code: string, program: Program, uses: readonly Reference[]): Context {
  const bindings = new Map<object, Reference["binding"]>(uses.map((use) => [use.identifier, use.binding]));
  const classOf = (node: AnyNode): Class | undefined => {
    const binding = bindings.get(node);
    const value = binding?.value;
    return value?.type === "ClassDeclaration" || value?.type === "ClassExpression" ? value : undefined;
  };
  const extended = new Set<object>();
  const ownNames = new Set<string>();
  fullAncestor(program, (node) => {
    if ("superClass" in node && node.superClass) {
      const parent = classOf(node.superClass);
      if (parent) extended.add(parent);
    }
    const key =
      node.type === "Property" || node.type === "MethodDefinition"
        ? node.key
        : node.type === "AssignmentExpression" && node.left.type === "MemberExpression"
          ? node.left.property
          : undefined;
    if (key?.type === "Identifier") ownNames.add(key.name);
  });
  return {
    code,
    ancestors: [],
    classOf,
    extended,
    ownNames,
    isFree: (node) => bindings.has(node) && bindings.get(node) === undefined,
    early: tooEarly(program, uses),
  };
}

/** Finds statements that end at the end of a line in the standard, but not on Espruino. */
function checkLineEnd(
  node: AnyNode,
  tokens: readonly Token[],
  code: string,
  report: (at: number, rule: "return-line" | "increment-line") => void,
): void {
  const ends =
    node.type === "ExpressionStatement" ||
    node.type === "VariableDeclaration" ||
    node.type === "ReturnStatement";
  if (!ends || code[node.end - 1] === ";") return;
  const next = tokens.find((token) => token.start >= node.end);
  if (!next) return;
  if (next.type === tokTypes.incDec) report(next.start, "increment-line");
  else if (
    node.type === "ReturnStatement" &&
    !node.argument &&
    next.type !== tokTypes.braceR &&
    next.type !== tokTypes.eof
  )
    report(node.start, "return-line");
}

function place(code: string, at: number, trace: TraceMap | undefined) {
  const before = code.slice(0, at).split("\n");
  const line = before.length;
  const column = before.at(-1)?.length ?? 0;
  const original = trace && originalPositionFor(trace, { line, column });
  return original?.source
    ? { source: original.source, line: original.line, column: original.column + 1 }
    : { source: NOWHERE, line, column: column + 1 };
}

function isSyntaxError(error: unknown): error is SyntaxError & { pos: number } {
  return error instanceof SyntaxError && "pos" in error && typeof error.pos === "number";
}
