/** Nodes of syntax trees: how they are found, replaced and made. */

import type {
  AnyNode,
  BlockStatement,
  Expression,
  Identifier,
  Node,
  ReturnStatement,
  Statement,
} from "acorn";

/** A node and the way to it. */
export interface Path {
  readonly node: AnyNode;
  readonly parent: Path | undefined;
  /** The member of the parent that holds it; in a list, if that is one. */
  readonly key: string;
}

/** Calls back for a node and for all below it, in their order; goes not below one for which it gets `false`. */
export function visit(node: AnyNode, enter: (path: Path) => unknown): void {
  walk({ node, parent: undefined, key: "" }, enter);
}

function walk(path: Path, enter: (path: Path) => unknown): void {
  if (enter(path) === false) return;
  const members = path.node as unknown as Record<string, unknown>;
  for (const key in members) {
    const value = members[key];
    if (Array.isArray(value)) {
      for (const node of value) if (isNode(node)) walk({ node, parent: path, key }, enter);
    } else if (isNode(value)) walk({ node: value, parent: path, key }, enter);
  }
}

/** Whether something is true of a node or of one below it. */
export function contains(node: AnyNode, is: (node: AnyNode) => boolean): boolean {
  let found = false;
  visit(node, (path) => {
    found ||= is(path.node);
    return !found;
  });
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Whether a path leads through a node. */
export function isInside(path: Path | undefined, node: AnyNode): boolean {
  for (let at = path; at; at = at.parent) if (at.node === node) return true;
  return false;
}

/** Puts a node in the place of another. */
export function replace({ node: old, parent, key }: Path, node: AnyNode): void {
  const holder = parent?.node as unknown as Record<string, unknown>;
  const held = holder[key];
  if (held === old) holder[key] = node;
  else if (Array.isArray(held) && held.includes(old)) held[held.indexOf(old)] = node;
  else throw new Error(`a ${old.type} that is not where it was`);
}

/** The list that a statement is in; undefined where there is room for one only. */
export function siblings({ parent, key }: Path): Statement[] | undefined {
  if (parent?.node.type === "BlockStatement" && key === "body") return parent.node.body;
  if (parent?.node.type === "SwitchCase" && key === "consequent") return parent.node.consequent;
  return undefined;
}

/** Puts any number of statements in the place of one that is in a list. */
export function replaceStatement(path: Path, statements: Statement[]): void {
  const list = siblings(path);
  const at = list?.indexOf(path.node as Statement) ?? -1;
  if (!list || at < 0) throw new Error(`a ${path.node.type} that is not where it was`);
  // What is declared in a case of its own would be declared in the others as well.
  const isCase = path.parent?.node.type === "SwitchCase" && statements.length > 0;
  list.splice(at, 1, ...(isCase ? [block(statements)] : statements));
}

const NOWHERE = { start: 0, end: 0 };

/** Where a node comes from, for the source map. */
function placeOf({
  start,
  end,
  loc,
}: Node): Pick<Node, "start" | "end"> | Required<Omit<Node, "type" | "range" | "sourceFile">> {
  return loc ? { start, end, loc } : { start, end };
}

export function block(body: Statement[]): BlockStatement {
  return { ...NOWHERE, type: "BlockStatement", body };
}

export function identifier(name: string, from?: Node): Identifier {
  return { ...(from ? placeOf(from) : NOWHERE), type: "Identifier", name };
}

export function truth(): Expression {
  return { ...NOWHERE, type: "Literal", value: true, raw: "true" };
}

export function returning(argument: Expression | null): ReturnStatement {
  return { ...(argument ? placeOf(argument) : NOWHERE), type: "ReturnStatement", argument };
}

/** An expression as a statement. */
export function doing(expression: Expression): Statement {
  return { ...placeOf(expression), type: "ExpressionStatement", expression };
}

/** A function is declared as one where nothing else is assigned to its name. */
export function declaring(kind: "const" | "let", name: string, init: Expression, from: Node): Statement {
  const place = placeOf(from);
  const id = identifier(name, from);
  if (kind === "const" && init.type === "FunctionExpression" && !init.id)
    return { ...init, ...place, type: "FunctionDeclaration", id };
  return {
    ...place,
    type: "VariableDeclaration",
    kind,
    declarations: [{ ...place, type: "VariableDeclarator", id, init }],
  };
}
