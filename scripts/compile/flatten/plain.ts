/** Writes abbreviations out, so that the later passes meet one form of each thing. */

import type { AnyNode, BlockStatement, Program, Statement } from "acorn";
import { block, contains, returning, visit } from "./tree.ts";
import { changed } from "./variables.ts";

/**
 * Methods become members that hold functions, single statements become blocks, and so does the expression of an arrow
 * function; a declaration of several variables becomes several.
 *
 * Right because each form means the same as its abbreviation. A method that uses `this`, `super` or `arguments` stays one;
 * other methods differ from functions only in `new`, which refuses them.
 */
export function plain(program: Program): Program {
  visit(program, ({ node }) => {
    switch (node.type) {
      case "Property":
        node.shorthand = false;
        node.method &&= usesThis(node.value);
        break;
      case "ArrowFunctionExpression":
        if (node.body.type === "BlockStatement") break;
        node.body = block([returning(node.body)]);
        node.expression = false;
        break;
      case "BlockStatement":
        node.body = node.body.flatMap(apart);
        break;
      case "SwitchCase":
        node.consequent = node.consequent.flatMap(apart);
        break;
      case "IfStatement":
        node.consequent = inBlock(node.consequent);
        if (node.alternate) node.alternate = inBlock(node.alternate);
        break;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        node.body = inBlock(node.body);
        break;
    }
  });
  return changed(program);
}

/** Whether a function needs to know how it was called. */
export function usesThis(node: AnyNode): boolean {
  return contains(
    node,
    (each) =>
      each.type === "ThisExpression" ||
      each.type === "Super" ||
      (each.type === "Identifier" && each.name === "arguments"),
  );
}

/** `let a = 1, b = 2;` as two statements. */
function apart(statement: Statement): Statement[] {
  if (statement.type !== "VariableDeclaration") return [statement];
  return statement.declarations.map((declarator) => ({ ...statement, declarations: [declarator] }));
}

function inBlock(statement: Statement): BlockStatement {
  return statement.type === "BlockStatement" ? statement : block([statement]);
}
