/** Evaluates parts of own code before it runs: which pin a constant names, and what depends on the chip. */

import ts from "../typescript.js";
import { CHIPS } from "../../boards/chips.ts";
import type { Chip } from "../../../src/board.ts";

export type Constant = string | number | boolean;

export interface Constants {
  /** The value of an expression; undefined if only running it would tell. */
  readonly of: (node: ts.Expression) => Constant | undefined;
  /** The number of the pin that an expression names: by its name, its number or its text. */
  readonly pin: (node: ts.Expression) => number | undefined;
  /** What an expression stands for: a constant's initial value, the member that it reads. */
  readonly origin: (node: ts.Expression) => ts.Expression;
  /** A member of an object literal. */
  readonly member: (object: ts.Expression, name: string) => ts.Expression | undefined;
  /** Whether a name is a global of the interpreter. */
  readonly isGlobal: (name: ts.Identifier) => boolean;
}

export function createConstants(checker: ts.TypeChecker, chip: Chip): Constants {
  const { images, names } = CHIPS[chip];

  function of(node: ts.Expression): Constant | undefined {
    const found = origin(node);
    if (ts.isStringLiteralLike(found)) return found.text;
    if (ts.isNumericLiteral(found)) return Number(found.text);
    if (found.kind === ts.SyntaxKind.TrueKeyword) return true;
    if (found.kind === ts.SyntaxKind.FalseKeyword) return false;
    if (ts.isIdentifier(found)) return isGlobal(found) ? numberOf(found.text) : undefined;
    if (ts.isPropertyAccessExpression(found))
      return isImage(found) && images.length === 1 ? images[0] : undefined;
    if (ts.isCallExpression(found)) return begins(found);
    if (ts.isPrefixUnaryExpression(found)) return prefixed(found);
    if (ts.isBinaryExpression(found)) return combined(found);
    return undefined;
  }

  /** `process.env.BOARD.startsWith("ESP32C3")`, where all images of the chip give the same answer. */
  function begins({ expression, arguments: [text] }: ts.CallExpression): boolean | undefined {
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== "startsWith") return undefined;
    const start = text && of(text);
    if (!isImage(origin(expression.expression)) || typeof start !== "string") return undefined;
    return common(images.map((image) => image.startsWith(start)));
  }

  function prefixed({ operator, operand }: ts.PrefixUnaryExpression): Constant | undefined {
    const value = of(operand);
    if (value === undefined) return undefined;
    if (operator === ts.SyntaxKind.ExclamationToken) return !value;
    return operator === ts.SyntaxKind.MinusToken ? -Number(value) : undefined;
  }

  function combined({ left, operatorToken, right }: ts.BinaryExpression): Constant | undefined {
    const isEqual = () =>
      common(meanings(left).flatMap((one) => meanings(right).map((each) => one === each)));
    const one = of(left);
    const other = () => of(right);
    switch (operatorToken.kind) {
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
      case ts.SyntaxKind.EqualsEqualsToken:
        return isEqual();
      case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsToken:
        return isEqual() === undefined ? undefined : !isEqual();
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return one === undefined ? undefined : one && other();
      case ts.SyntaxKind.BarBarToken:
        return one === undefined ? undefined : one || other();
      default:
        return undefined;
    }
  }

  /** All values that an expression may have; empty if unknown. */
  function meanings(node: ts.Expression): readonly Constant[] {
    if (isImage(origin(node))) return images;
    const value = of(node);
    return value === undefined ? [] : [value];
  }

  function origin(node: ts.Expression, seen = new Set<ts.Node>()): ts.Expression {
    if (seen.has(node)) return node;
    seen.add(node);
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isTypeAssertionExpression(node)
    )
      return origin(node.expression, seen);
    if (ts.isConditionalExpression(node)) {
      const decision = of(node.condition);
      return decision === undefined ? node : origin(decision ? node.whenTrue : node.whenFalse, seen);
    }
    if (ts.isIdentifier(node)) {
      const value = initialOf(node);
      return value ? origin(value, seen) : node;
    }
    const key = ts.isPropertyAccessExpression(node)
      ? node.name.text
      : ts.isElementAccessExpression(node)
        ? of(node.argumentExpression)
        : undefined;
    if (key === undefined || !("expression" in node)) return node;
    const value = member(node.expression as ts.Expression, String(key));
    return value ? origin(value, seen) : node;
  }

  function initialOf(name: ts.Identifier): ts.Expression | undefined {
    const declaration = declarationOf(name);
    if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
    return ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const ? declaration.initializer : undefined;
  }

  /** Where a name is declared, in this file or in the one that it is imported from. */
  function declarationOf(name: ts.Identifier): ts.Declaration | undefined {
    const symbol = checker.getSymbolAtLocation(name);
    const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return meant?.valueDeclaration;
  }

  function member(object: ts.Expression, name: string): ts.Expression | undefined {
    const holder = origin(object);
    if (ts.isArrayLiteralExpression(holder))
      return /^\d+$/.test(name) ? holder.elements[Number(name)] : undefined;
    if (!ts.isObjectLiteralExpression(holder)) return undefined;
    for (const property of holder.properties) {
      if (!property.name || nameOf(property.name) !== name) continue;
      if (ts.isPropertyAssignment(property)) return property.initializer;
      if (ts.isShorthandPropertyAssignment(property)) {
        const value = checker.getShorthandAssignmentValueSymbol(property)?.valueDeclaration;
        return value && ts.isVariableDeclaration(value) ? value.initializer : undefined;
      }
    }
    return undefined;
  }

  function isGlobal(name: ts.Identifier): boolean {
    const declaration = declarationOf(name);
    if (!declaration) return true;
    return declaration.getSourceFile().isDeclarationFile || isAmbient(declaration);
  }

  function numberOf(name: string): number | undefined {
    const number = names[name] ?? /^D(\d{1,2})$/.exec(name)?.[1];
    return number === undefined ? undefined : Number(number);
  }

  return {
    of,
    pin(node) {
      const value = of(node);
      if (typeof value === "string") return numberOf(value);
      return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
    },
    origin: (node) => origin(node),
    member,
    isGlobal,
  };
}

/** `process.env.BOARD`, the name of the interpreter's image. */
function isImage(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && /^process\s*\.\s*env\s*\.\s*BOARD$/.test(node.getText());
}

/** The answer that all have in common; undefined if they differ, or if there is none. */
function common(answers: readonly boolean[]): boolean | undefined {
  return new Set(answers).size === 1 ? answers[0] : undefined;
}

/** `declare const …` in a file of code. */
function isAmbient(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
}

function nameOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
    ? name.text
    : undefined;
}
