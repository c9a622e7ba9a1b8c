/** Walks a program, without the code that this chip never reaches. */

import ts from "../typescript.js";
import type { Constants } from "./constants.ts";

/** Calls `see` for each node that may be reached, outer nodes first. */
export function visitReachable(file: ts.SourceFile, { of }: Constants, see: (node: ts.Node) => void): void {
  visit(file);

  /** @returns whether the code that follows in the same block is unreachable */
  function visit(node: ts.Node): boolean {
    see(node);
    if (ts.isIfStatement(node)) {
      visit(node.expression);
      return chosen(of(node.expression), node.thenStatement, node.elseStatement);
    }
    if (ts.isConditionalExpression(node)) {
      visit(node.condition);
      return chosen(of(node.condition), node.whenTrue, node.whenFalse) && false;
    }
    if (ts.isBinaryExpression(node)) {
      visit(node.left);
      if (!isSkipped(of(node.left), node.operatorToken.kind)) visit(node.right);
      return false;
    }
    if (ts.isSwitchStatement(node)) {
      visit(node.expression);
      clausesOf(node).forEach(visitAll);
      return false;
    }
    if (ts.isBlock(node) || ts.isSourceFile(node)) return visitAll(node);
    ts.forEachChild(node, (part) => void visit(part));
    return (
      ts.isReturnStatement(node) ||
      ts.isThrowStatement(node) ||
      ts.isBreakStatement(node) ||
      ts.isContinueStatement(node)
    );
  }

  function visitAll({ statements }: { readonly statements: readonly ts.Statement[] }): boolean {
    // Functions below the end of the block may be called from above it.
    const end = statements.findIndex((statement) => !ts.isFunctionDeclaration(statement) && visit(statement));
    statements.filter(ts.isFunctionDeclaration).forEach(visit);
    return end >= 0;
  }

  function chosen(decision: unknown, yes: ts.Node, no: ts.Node | undefined): boolean {
    if (decision !== undefined) {
      const taken = decision ? yes : no;
      return taken !== undefined && visit(taken);
    }
    const endings = [visit(yes), no !== undefined && visit(no)];
    return endings.every(Boolean);
  }

  /** The clauses that may run: all, unless every value is known. */
  function clausesOf({ expression, caseBlock: { clauses } }: ts.SwitchStatement): ts.CaseOrDefaultClause[] {
    const value = of(expression);
    const cases = clauses.map((clause) => (ts.isCaseClause(clause) ? of(clause.expression) : undefined));
    const isKnown = clauses.every((clause, i) => ts.isDefaultClause(clause) || cases[i] !== undefined);
    if (value === undefined || !isKnown) return [...clauses];
    const match = cases.indexOf(value);
    const first = match >= 0 ? match : clauses.findIndex(ts.isDefaultClause);
    if (first < 0) return [];
    const ends = clauses.findIndex((clause, i) => i >= first && clause.statements.some(isEnd));
    return clauses.slice(first, ends < 0 ? undefined : ends + 1);
  }
}

function isSkipped(left: unknown, operator: ts.SyntaxKind): boolean {
  if (left === undefined) return false;
  return operator === ts.SyntaxKind.AmpersandAmpersandToken
    ? !left
    : operator === ts.SyntaxKind.BarBarToken && !!left;
}

/** Whether a statement leaves its clause. */
function isEnd(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) return statement.statements.some(isEnd);
  return (
    ts.isBreakStatement(statement) ||
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement)
  );
}
