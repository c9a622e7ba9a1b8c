/**
 * Reads the names that a board's own code, `boards/<name>.ts`, offers to the board file. The build checks its types.
 */

import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import type ts from "typescript";
import schema from "../../boards/board.schema.json" with { type: "json" };
import type { Code, OwnPartCode } from "./board.ts";
import { decodeText } from "./decode-text.ts";
import { quote, type Mistake } from "./mistake.ts";
import { readRegularFile } from "./regular-file.ts";
import { t } from "../cli/language.ts";

/** Built-in sources. */
export const SOURCES: readonly string[] = schema.definitions.stream.properties.source.anyOf.flatMap(
  (choice) => choice.enum ?? [],
);

/** Built-in commands. */
export const COMMANDS = ["on", "off", "toggle"];
/** The first words of those of a board with `remote`. */
export const REMOTE_COMMANDS = ["log", "restart", "safe", "safe_mode", "identify"];

/** All commands of such a board that words, buttons and rules may name (src/app/remote.ts). */
export const REMOTE_TEXTS = [
  "log off",
  "log problems",
  "log all",
  "restart",
  "safe mode",
  "safe_mode",
  "identify",
];
/** Those that restart it. */
export const RESTARTS = ["restart", "safe mode", "safe_mode"];

/**
 * @param file path of the TypeScript
 * @param named the parts of kind `own` in the board file; undefined if it cannot be read
 * @returns what it offers, undefined if that cannot be determined, and the mistakes in its declaration
 */
export function readCode(
  file: string,
  named: readonly string[] | undefined,
): { code: Code | undefined; mistakes: readonly Mistake[] } {
  // The compiler takes a third of a second to load: only if a board has code.
  const compiler = createRequire(import.meta.url)("typescript") as typeof ts;
  const mistakes: Mistake[] = [];
  let decoded: string | undefined;
  let unreadable: string | undefined;
  try {
    decoded = decodeText(readRegularFile(file));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    unreadable = String(error.code);
  }
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
    const example = t`end the file with export default { … } satisfies BoardCode;`;
    if (!assignment || assignment.isExportEquals)
      mistake(assignment, t`exports nothing for the board`, example);
    else if (!compiler.isSatisfiesExpression(assignment.expression))
      mistake(assignment, t`is not type-checked as board code`, example);
    else if (!compiler.isObjectLiteralExpression(assignment.expression.expression))
      mistake(assignment.expression, t`the default export is not an object literal`, example);
    else return assignment.expression.expression;
    return undefined;
  }

  /** An object's members by name. */
  function members(object: ts.ObjectLiteralExpression): Map<string, ts.ObjectLiteralElementLike> {
    const found = new Map<string, ts.ObjectLiteralElementLike>();
    for (const member of object.properties) {
      const { name } = member;
      if (name && (compiler.isIdentifier(name) || compiler.isStringLiteral(name)))
        found.set(name.text, member);
      else mistake(member, t`only named members are supported`, t`write each one as name: value`);
    }
    return found;
  }

  /** The names in one part of the export. */
  function offered(
    part: ts.ObjectLiteralElementLike | undefined,
    check: (name: string) => string | undefined,
  ): string[] {
    if (!part) return [];
    const names = literal(part, t`write { name: () => … }`);
    for (const [name, member] of names ?? []) {
      const remedy = check(name);
      if (remedy !== undefined) mistake(member, t`${quote(name)} is not a valid name`, remedy);
    }
    return [...(names?.keys() ?? [])];
  }

  /** The members of a member that is an object literal itself. */
  function literal(
    member: ts.ObjectLiteralElementLike,
    remedy: string,
  ): Map<string, ts.ObjectLiteralElementLike> | undefined {
    const value = compiler.isPropertyAssignment(member) ? member.initializer : member;
    if (compiler.isObjectLiteralExpression(value)) return members(value);
    mistake(value, t`is not an object literal`, remedy);
    return undefined;
  }

  function ownParts(all: ts.ObjectLiteralElementLike): OwnPartCode[] {
    const example = t`write { name: { read: () => … } }`;
    return [...(literal(all, example) ?? [])].map(([name, part]) => {
      if (named?.includes(name) === false)
        mistake(
          part,
          t`${quote(name)} is not a part of kind "own" in the board file`,
          t`add ${quote(name)}: { "kind": "own", … } to its parts, or remove it here`,
        );
      const functions = literal(part, example);
      if (functions?.has("read") === false)
        mistake(part, t`${quote(name)} has no value`, t`add read: () => its value`);
      const commands = offered(functions?.get("commands"), checkPartCommand);
      return { name, isSettable: functions?.has("set") === true, commands };
    });
  }

  if (unreadable !== undefined) {
    mistakeAt(0, t`cannot be read (${unreadable})`, t`check that it is a file and that you may read it`);
    return { code: undefined, mistakes };
  }
  if (decoded === undefined) {
    mistakeAt(0, t`is not UTF-8 text`, t`save it with UTF-8 encoding`);
    return { code: undefined, mistakes };
  }
  // Errors after the first syntax error are guesses.
  const [refusal] =
    compiler.transpileModule(text, { fileName: file, reportDiagnostics: true }).diagnostics ?? [];
  if (refusal) {
    const expected = compiler.flattenDiagnosticMessageText(refusal.messageText, "\n");
    mistakeAt(refusal.start ?? 0, t`is not valid TypeScript`, expected);
    return { code: undefined, mistakes };
  }
  const object = exported();
  if (!object) return { code: undefined, mistakes };
  const parts = members(object);
  const own = parts.get("parts");
  const code = {
    file,
    starts: parts.has("start"),
    sources: offered(parts.get("sources"), checkSource),
    commands: offered(parts.get("commands"), checkCommand),
    ...(own ? { parts: ownParts(own) } : {}),
  };
  return { code, mistakes };
}

function checkSource(name: string): string | undefined {
  if (SOURCES.includes(name)) return t`a built-in source has that name: choose another`;
  return /^[A-Za-z]\w{0,39}$/.test(name)
    ? undefined
    : t`start with a letter, followed by letters, digits and _`;
}

function checkCommand(name: string): string | undefined {
  if (COMMANDS.includes(name)) return t`a built-in command has that name: choose another`;
  return COMMAND.test(name) && Buffer.byteLength(name) <= LONGEST_COMMAND
    ? undefined
    : t`start with a lower-case letter, followed by lower-case letters, digits, _ and -, at most ${LONGEST_COMMAND} bytes; letters without case, such as Chinese, count as lower-case`;
}

function checkPartCommand(name: string): string | undefined {
  if (COMMANDS.includes(name)) return t`commands set a part of type switch with it: choose another`;
  return /^[a-z][a-z0-9_-]{0,29}$/.test(name)
    ? undefined
    : t`start with a lower-case letter, followed by lower-case letters, digits, _ and -, at most 30 in all; use words for others`;
}

/** Letters of every script: Chinese has no case. */
const COMMAND = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{M}\p{Nd}_-]*$/u;

/** Longest name of a command, in bytes of UTF-8. */
const LONGEST_COMMAND = 40;
