/**
 * Finds code that TypeScript rewrites for older JavaScript with helpers that Espruino cannot run. It is reported where it was
 * written: the rewritten code would say nothing.
 */

import ts from "../typescript.js";
import { nodeRule } from "../gate/rules.ts";
import { t } from "../../cli/language.ts";

export interface Lowered {
  readonly node: ts.Node;
  readonly message: string;
}

const ASYNC = nodeRule("async");
const REST = nodeRule("destructuring");
const DECORATOR = t`decorators do not work on Espruino; call the function with what it is to change`;
const PRIVATE = t`members with # do not work on Espruino; write private before the name`;
const USING = t`using does not work on Espruino; write try and finally`;

/** The outermost places, in the order of the code. */
export function loweredIn(file: ts.SourceFile): Lowered[] {
  const found: Lowered[] = [];
  const visit = (node: ts.Node): void => {
    const message = reasonFor(node);
    if (message === undefined) ts.forEachChild(node, visit);
    else found.push({ node, message });
  };
  ts.forEachChild(file, visit);
  return found;
}

function reasonFor(node: ts.Node): string | undefined {
  if (ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)) {
    return ASYNC;
  }
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return ASYNC;
  if (ts.isObjectBindingPattern(node) && node.elements.some(({ dotDotDotToken }) => dotDotDotToken))
    return REST;
  if (ts.isDecorator(node)) return DECORATOR;
  if (ts.isPrivateIdentifier(node)) return PRIVATE;
  if (ts.isVariableDeclarationList(node) && /^(await\s+)?using\s/.test(node.getText())) return USING;
  return undefined;
}
