/** Finds the declarations of a program, and the declaration that each identifier refers to. */

import type { AnyNode, Identifier, Pattern, Program } from "acorn";
import { fullAncestor } from "acorn-walk";

/** A declared name. */
export interface Binding {
  readonly kind: "parameter" | "function" | "class" | "var" | "lexical";
  /** The function or program that holds the declaration. */
  readonly home: AnyNode;
  /** For the `let` or `const` in the head of a loop: that loop. */
  readonly loop: AnyNode | undefined;
  /** Where the name is declared: once, but for `var`. */
  readonly declarations: Identifier[];
  /** For each declaration: the branch of its function that may be skipped, if it is in one. */
  readonly branches: (AnyNode | undefined)[];
  /** The function, class or object literal that the declaration gives it. */
  readonly value: AnyNode | undefined;
}

/** A use of a name. */
export interface Reference {
  readonly identifier: Identifier;
  /** Undefined for a global of the interpreter. */
  readonly binding: Binding | undefined;
  /** The function or program that the use is in. */
  readonly home: AnyNode;
  readonly parent: AnyNode | undefined;
}

/** Every use of a name in the program, in source order, with its declaration. */
export function references(program: Program): Reference[] {
  const { scopes, declaring } = declarations(program);
  const found: Reference[] = [];
  fullAncestor(program, (node, _state, ancestors) => {
    if (node.type !== "Identifier" || declaring.has(node)) return;
    let binding: Binding | undefined;
    for (let i = ancestors.length - 1; i >= 0 && !binding; i--) {
      const scope = ancestors[i];
      binding = scope && scopes.get(scope)?.get(node.name);
    }
    found.push({
      identifier: node,
      binding,
      home: nearest(ancestors, isHome),
      parent: ancestors[ancestors.length - 2],
    });
  });
  return found.sort((a, b) => a.identifier.start - b.identifier.start);
}

export function isFunction(node: AnyNode): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** The names that a pattern binds. */
export function names(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((p) => names(p.type === "Property" ? p.value : p.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? names(element) : []));
    case "AssignmentPattern":
      return names(pattern.left);
    case "RestElement":
      return names(pattern.argument);
    default:
      return [];
  }
}

function declarations(program: Program) {
  const scopes = new Map<AnyNode, Map<string, Binding>>();
  const declaring = new Set<Identifier>();

  const declare = (
    identifier: Identifier,
    kind: Binding["kind"],
    scope: AnyNode,
    ancestors: readonly AnyNode[],
    value?: AnyNode | null,
    loop?: AnyNode,
  ) => {
    const scoped = scopes.get(scope) ?? new Map<string, Binding>();
    scopes.set(scope, scoped);
    const home = nearest(ancestors, isHome);
    const known = scoped.get(identifier.name);
    const binding = known ?? { kind, home, loop, declarations: [], branches: [], value: value ?? undefined };
    scoped.set(identifier.name, binding);
    binding.declarations.push(identifier);
    binding.branches.push(branch(ancestors));
    declaring.add(identifier);
  };

  fullAncestor(program, (node, _state, ancestors) => {
    const above = ancestors.slice(0, -1);
    switch (node.type) {
      case "FunctionDeclaration":
        if (node.id) declare(node.id, "function", nearest(above, isBlock), above, node);
        break;
      case "FunctionExpression":
        if (node.id) declare(node.id, "parameter", node, ancestors, node);
        break;
      case "ClassDeclaration":
        if (node.id) declare(node.id, "class", nearest(above, isBlock), above, node);
        break;
      case "ClassExpression":
        if (node.id) declare(node.id, "parameter", node, above, node);
        break;
      case "CatchClause":
        for (const name of node.param ? names(node.param) : []) declare(name, "parameter", node, above);
        break;
      case "VariableDeclaration": {
        const kind = node.kind === "var" ? "var" : "lexical";
        const scope = nearest(above, kind === "var" ? isHome : isBlock);
        for (const { id, init } of node.declarations)
          for (const name of names(id))
            declare(
              name,
              kind,
              scope,
              ancestors,
              init,
              kind === "lexical" && isLoop(scope) ? scope : undefined,
            );
        break;
      }
    }
    if ("params" in node)
      for (const name of node.params.flatMap(names)) declare(name, "parameter", node, ancestors);
  });
  return { scopes, declaring };
}

/** The innermost branch around a node that its function may skip. */
function branch(ancestors: readonly AnyNode[]): AnyNode | undefined {
  for (let i = ancestors.length - 1; i > 0; i--) {
    const node = ancestors[i];
    const parent = ancestors[i - 1];
    if (!node || !parent || isFunction(node)) return undefined;
    if (node.type === "SwitchCase" || node.type === "CatchClause") return node;
    if (parent.type === "IfStatement" || (parent.type === "TryStatement" && parent.block === node))
      return node;
    if ((parent.type === "WhileStatement" || isLoop(parent)) && "body" in parent && parent.body === node)
      return node;
  }
  return undefined;
}

function nearest(ancestors: readonly AnyNode[], is: (node: AnyNode) => boolean): AnyNode {
  const node = ancestors.findLast(is);
  if (!node) throw new Error("a walk that does not begin at the program");
  return node;
}

const isHome = (node: AnyNode) => isFunction(node) || node.type === "Program" || node.type === "StaticBlock";

const isBlock = (node: AnyNode) =>
  isHome(node) || isLoop(node) || node.type === "BlockStatement" || node.type === "SwitchStatement";

const isLoop = (node: AnyNode) =>
  node.type === "ForStatement" || node.type === "ForInStatement" || node.type === "ForOfStatement";
