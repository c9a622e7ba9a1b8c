/** Compares the types of a board's own parts with what the board file says of them. */

import ts from "../typescript.js";
import type { Board } from "../../boards/board.ts";
import type { OwnPart } from "../../boards/parts.ts";
import { t } from "../../cli/language.ts";

interface Mismatch {
  readonly node: ts.Node;
  readonly message: string;
}

/** @param file the board's own code; what it imports has no parts */
export function* wrongPartTypes(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  { parts = [] }: Board,
): Generator<Mismatch> {
  const types = {
    number: checker.getNumberType(),
    text: checker.getStringType(),
    switch: checker.getBooleanType(),
  };
  const all = memberOf(exportedBy(file), "parts");
  for (const part of parts) {
    if (part.kind !== "own") continue;
    const functions = memberOf(all, part.name);
    const type = types[part.holds];
    const read = signatureOf(functions, "read");
    const set = signatureOf(functions, "set");
    const given = read && checker.getReturnTypeOfSignature(read.signature);
    const taken = set?.signature.parameters[0] && checker.getTypeOfSymbol(set.signature.parameters[0]);
    if (read && given && !optionsOf(given).every((each) => checker.isTypeAssignableTo(each, type)))
      yield { node: read.node, message: t`read returns ${checker.typeToString(given)}; ${expected(part)}` };
    if (set && taken && !checker.isTypeAssignableTo(type, taken))
      yield { node: set.node, message: t`set takes ${checker.typeToString(taken)}; ${expected(part)}` };
  }

  function signatureOf(
    functions: ts.ObjectLiteralExpression | undefined,
    name: string,
  ): { readonly node: ts.Node; readonly signature: ts.Signature } | undefined {
    const node = functions?.properties.find((each) => each.name?.getText(file) === name);
    const [signature] = node ? checker.getTypeAtLocation(node).getCallSignatures() : [];
    return node && signature && { node, signature };
  }

  function memberOf(
    object: ts.ObjectLiteralExpression | undefined,
    name: string,
  ): ts.ObjectLiteralExpression | undefined {
    const found = object?.properties.find(
      ({ name: key }) => key && (ts.isIdentifier(key) || ts.isStringLiteral(key)) && key.text === name,
    );
    return found && ts.isPropertyAssignment(found) && ts.isObjectLiteralExpression(found.initializer)
      ? found.initializer
      : undefined;
  }
}

/** What the code should have, or the board file. */
function expected({ name, holds }: OwnPart): string {
  const type = { number: "number", text: "string", switch: "boolean" }[holds];
  return t`use ${type}, or change the board file, which says "type": "${holds}" for ${name}`;
}

/** The object of `export default { … } satisfies BoardCode`. */
function exportedBy(file: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  const assignment = file.statements.find(ts.isExportAssignment)?.expression;
  const value = assignment && ts.isSatisfiesExpression(assignment) ? assignment.expression : undefined;
  return value && ts.isObjectLiteralExpression(value) ? value : undefined;
}

/** The types of a union, without that of a value that is unknown. */
function optionsOf(type: ts.Type): ts.Type[] {
  return (type.isUnion() ? type.types : [type]).filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
}
