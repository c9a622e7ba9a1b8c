/** Nodes of syntax trees: how they are found, replaced and made. */

import type {
  AnyNode,
  BlockStatement,
  Expression,
  Identifier,
  Literal,
  Node,
  ReturnStatement,
  Statement,
} from "acorn";

/** A node and the way to it. */
export interface Path {
  readonly node: AnyNode;
  readonly parent: Path | undefined;
  /** The member of the parent that holds the node, itself or in a list. */
  readonly key: string;
}

/** For each type of node, the members that hold nodes, in the order of the source. */
const MEMBERS = {
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  ArrowFunctionExpression: ["params", "body"],
  AssignmentExpression: ["left", "right"],
  AssignmentPattern: ["left", "right"],
  AwaitExpression: ["argument"],
  BinaryExpression: ["left", "right"],
  BlockStatement: ["body"],
  BreakStatement: ["label"],
  CallExpression: ["callee", "arguments"],
  CatchClause: ["param", "body"],
  ChainExpression: ["expression"],
  ClassBody: ["body"],
  ClassDeclaration: ["id", "superClass", "body"],
  ClassExpression: ["id", "superClass", "body"],
  ConditionalExpression: ["test", "consequent", "alternate"],
  ContinueStatement: ["label"],
  DebuggerStatement: [],
  DoWhileStatement: ["body", "test"],
  EmptyStatement: [],
  ExportAllDeclaration: ["exported", "source"],
  ExportDefaultDeclaration: ["declaration"],
  ExportNamedDeclaration: ["declaration", "specifiers", "source"],
  ExportSpecifier: ["local", "exported"],
  ExpressionStatement: ["expression"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["left", "right", "body"],
  ForStatement: ["init", "test", "update", "body"],
  FunctionDeclaration: ["id", "params", "body"],
  FunctionExpression: ["id", "params", "body"],
  Identifier: [],
  IfStatement: ["test", "consequent", "alternate"],
  ImportAttribute: ["key", "value"],
  ImportDeclaration: ["specifiers", "source"],
  ImportDefaultSpecifier: ["local"],
  ImportExpression: ["source"],
  ImportNamespaceSpecifier: ["local"],
  ImportSpecifier: ["imported", "local"],
  LabeledStatement: ["label", "body"],
  Literal: [],
  LogicalExpression: ["left", "right"],
  MemberExpression: ["object", "property"],
  MetaProperty: ["meta", "property"],
  MethodDefinition: ["key", "value"],
  NewExpression: ["callee", "arguments"],
  ObjectExpression: ["properties"],
  ObjectPattern: ["properties"],
  ParenthesizedExpression: ["expression"],
  PrivateIdentifier: [],
  Program: ["body"],
  Property: ["key", "value"],
  PropertyDefinition: ["key", "value"],
  RestElement: ["argument"],
  ReturnStatement: ["argument"],
  SequenceExpression: ["expressions"],
  SpreadElement: ["argument"],
  StaticBlock: ["body"],
  Super: [],
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TaggedTemplateExpression: ["tag", "quasi"],
  TemplateElement: [],
  TemplateLiteral: ["quasis", "expressions"],
  ThisExpression: [],
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  VariableDeclaration: ["declarations"],
  VariableDeclarator: ["id", "init"],
  WhileStatement: ["test", "body"],
  WithStatement: ["object", "body"],
  YieldExpression: ["argument"],
} as const satisfies Readonly<Record<AnyNode["type"], readonly string[]>>;

/** What a member holds: a node, none, or a list, which may have holes. */
type Child = AnyNode | null | undefined | (AnyNode | null)[];

/** Calls back for a node, then for everything below it unless the callback returned `false`. */
export function visit(node: AnyNode, enter: (path: Path) => unknown): void {
  walk({ node, parent: undefined, key: "" }, enter);
}

function walk(path: Path, enter: (path: Path) => unknown): void {
  if (enter(path) === false) return;
  const holder = path.node as unknown as Record<string, Child>;
  for (const key of MEMBERS[path.node.type]) {
    const value = holder[key];
    if (!value) continue;
    if (!Array.isArray(value)) walk({ node: value, parent: path, key }, enter);
    else for (const node of value) if (node) walk({ node, parent: path, key }, enter);
  }
}

/** Whether a condition holds for a node or for one below it. */
export function contains(node: AnyNode, is: (node: AnyNode) => boolean): boolean {
  if (is(node)) return true;
  const holder = node as unknown as Record<string, Child>;
  return MEMBERS[node.type].some((key: string) => {
    const value = holder[key];
    if (Array.isArray(value)) return value.some((each) => each && contains(each, is));
    return !!value && contains(value, is);
  });
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
  else throw new Error(`a ${old.type} is not where it was`);
}

/** The list of statements that a statement is in; undefined if its place holds only one. */
export function siblings({ parent, key }: Path): Statement[] | undefined {
  if (parent?.node.type === "BlockStatement" && key === "body") return parent.node.body;
  if (parent?.node.type === "SwitchCase" && key === "consequent") return parent.node.consequent;
  return undefined;
}

/** Puts any number of statements in the place of one in a list. */
export function replaceStatement(path: Path, statements: readonly Statement[]): void {
  const list = siblings(path);
  const at = list?.indexOf(path.node as Statement) ?? -1;
  if (!list || at < 0) throw new Error(`a ${path.node.type} is not where it was`);
  // All cases of a switch share a scope: a block keeps the declarations of one from the others.
  const isCase = path.parent?.node.type === "SwitchCase" && statements.length > 0;
  list.splice(at, 1, ...(isCase ? [block([...statements])] : statements));
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

export function truth(value = true): Literal {
  return { ...NOWHERE, type: "Literal", value, raw: String(value) };
}

export function returning(argument: Expression | null): ReturnStatement {
  return { ...(argument ? placeOf(argument) : NOWHERE), type: "ReturnStatement", argument };
}

/** An expression as a statement. */
export function doing(expression: Expression): Statement {
  return { ...placeOf(expression), type: "ExpressionStatement", expression };
}

/** Declares a variable. A constant function becomes a function declaration. */
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
