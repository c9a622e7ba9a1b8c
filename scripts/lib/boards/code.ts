/** Reads what a board's own code offers, `boards/<name>.ts`: the names that the board file may use. Types are the build's. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import type ts from "typescript";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import type { Code } from "../../../src/board.ts";
import { decodeText } from "../decode-text.ts";
import { quote, type Mistake } from "./mistake.ts";

/** Sources that every board has. */
export const SOURCES: readonly string[] = schema.definitions.stream.properties.source.anyOf.flatMap(
  (choice) => choice.enum ?? [],
);

/** Commands that every board has. */
export const COMMANDS = ["on", "off", "toggle"];

/**
 * @param file path of the TypeScript
 * @returns what it offers, undefined where that cannot be told, and what is wrong with how it says so
 */
export function readCode(file: string): { code: Code | undefined; mistakes: readonly Mistake[] } {
  // The compiler takes a third of a second to load: not before a board has code.
  const compiler = createRequire(import.meta.url)("typescript") as typeof ts;
  const mistakes: Mistake[] = [];
  const decoded = decodeText(readFileSync(file));
  const text = decoded ?? "";
  const source = compiler.createSourceFile(file, text, compiler.ScriptTarget.ES2015);

  function mistake(node: ts.Node | undefined, problem: string, remedy: string): void {
    mistakeAt(node ? node.getStart(source) : source.end, problem, remedy);
  }

  function mistakeAt(position: number, problem: string, remedy: string): void {
    const { line, character } = source.getLineAndCharacterOfPosition(position);
    mistakes.push({
      file: `${basename(dirname(file))}/${basename(file)}`,
      position: { line: line + 1, column: character + 1 },
      field: "",
      problem,
      remedy,
    });
  }

  /** The object of the default export. */
  function exported(): ts.ObjectLiteralExpression | undefined {
    const assignment = source.statements.find(compiler.isExportAssignment);
    const example = "end the file with export default { … } satisfies BoardCode;";
    if (!assignment || assignment.isExportEquals)
      mistake(assignment, "exports nothing to the board", example);
    else if (!compiler.isSatisfiesExpression(assignment.expression))
      mistake(assignment, "is not checked against what a board can use", example);
    else if (!compiler.isObjectLiteralExpression(assignment.expression.expression))
      mistake(assignment.expression, "the default export is no object that is written there", example);
    else return assignment.expression.expression;
    return undefined;
  }

  /** An object's members by their names. */
  function members(object: ts.ObjectLiteralExpression): Map<string, ts.ObjectLiteralElementLike> {
    const found = new Map<string, ts.ObjectLiteralElementLike>();
    for (const member of object.properties) {
      const { name } = member;
      if (name && (compiler.isIdentifier(name) || compiler.isStringLiteral(name)))
        found.set(name.text, member);
      else mistake(member, "only members with a name can be told apart", "write each one with its name");
    }
    return found;
  }

  /** The names of what one part of the export offers. */
  function offered(
    part: ts.ObjectLiteralElementLike | undefined,
    check: (name: string) => string | undefined,
  ): string[] {
    if (!part) return [];
    const value = compiler.isPropertyAssignment(part) ? part.initializer : part;
    if (!compiler.isObjectLiteralExpression(value)) {
      mistake(value, "is no object that is written here", "write { name: () => … }");
      return [];
    }
    const names = members(value);
    for (const [name, member] of names) {
      const remedy = check(name);
      if (remedy !== undefined) mistake(member, `${quote(name)} is no name for this`, remedy);
    }
    return [...names.keys()];
  }

  if (decoded === undefined) {
    mistakeAt(0, "is not UTF-8 text", "save it with the encoding UTF-8");
    return { code: undefined, mistakes };
  }
  // What comes behind the first error of syntax is guessed.
  const [refusal] =
    compiler.transpileModule(text, { fileName: file, reportDiagnostics: true }).diagnostics ?? [];
  if (refusal) {
    const expected = compiler.flattenDiagnosticMessageText(refusal.messageText, "\n");
    mistakeAt(refusal.start ?? 0, "is no TypeScript from here on", expected);
    return { code: undefined, mistakes };
  }
  const object = exported();
  if (!object) return { code: undefined, mistakes };
  const parts = members(object);
  const code = {
    file,
    starts: parts.has("start"),
    sources: offered(parts.get("sources"), checkSource),
    commands: offered(parts.get("commands"), checkCommand),
  };
  return { code, mistakes };
}

function checkSource(name: string): string | undefined {
  if (SOURCES.includes(name)) return "every board has a source of that name: choose another";
  return /^[A-Za-z]\w{0,39}$/.test(name)
    ? undefined
    : "begin with a letter, and go on with letters, digits and _";
}

function checkCommand(name: string): string | undefined {
  if (COMMANDS.includes(name)) return "every board has a command of that name: choose another";
  return COMMAND.test(name) && Buffer.byteLength(name) <= LONGEST_COMMAND
    ? undefined
    : `begin with a small letter, and go on with small letters, digits, _ and -, at most ${LONGEST_COMMAND} bytes; letters that have no capitals, such as Chinese, count as small`;
}

/** Letters of every script: Chinese has neither small ones nor capitals. */
const COMMAND = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{M}\p{Nd}_-]*$/u;

/** Of a command's name, in bytes of UTF-8. */
const LONGEST_COMMAND = 40;
