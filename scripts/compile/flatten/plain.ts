/** Writes out what the language lets one abbreviate, so that the passes meet one form of each thing. */

import type { AnyNode, BlockStatement, Program, Statement } from "acorn";
import { block, contains, returning, visit } from "./tree.ts";

/** Methods become members, single statements blocks, and so does the one expression of an arrow function. */
export function plain(program: Program): void {
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
}

/** Whether a function is more than its parameters and its body: it asks how it was called. */
export function usesThis(node: AnyNode): boolean {
  return contains(
    node,
    (each) =>
      each.type === "ThisExpression" ||
      each.type === "Super" ||
      (each.type === "Identifier" && each.name === "arguments"),
  );
}

function inBlock(statement: Statement): BlockStatement {
  return statement.type === "BlockStatement" ? statement : block([statement]);
}
