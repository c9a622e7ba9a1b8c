/**
 * Finds names that are used before their declaration has run.
 *
 * Espruino runs the source text from top to bottom: it hoists neither functions nor `var`. So this walks the program in the
 * same order, and notes which declarations it has passed. It takes every branch, and enters functions where they are
 * called. Functions that nothing calls while the script loads come last, like callbacks.
 */

import type { AnyNode, Program } from "acorn";
import { full } from "acorn-walk";
import { type Binding, type Reference, isFunction, names } from "./scopes.ts";

/** Array and string methods that call their argument before they return. */
const CALL_AT_ONCE = new Set(
  "forEach map filter some every find findIndex reduce sort replace replaceAll".split(" "),
);

/** The uses that come too early: the name itself, or the call that leads to it. */
export function tooEarly(program: Program, references: readonly Reference[]): Set<AnyNode> {
  const bindingOf = new Map<AnyNode, Binding>();
  for (const { identifier, binding } of references) if (binding) bindingOf.set(identifier, binding);
  const bindingsAt = new Map<AnyNode, Binding>();
  for (const binding of bindingOf.values())
    for (const at of binding.declarations) bindingsAt.set(at, binding);

  const early = new Set<AnyNode>();
  const declared = new Set<Binding>();
  const entered = new Set<AnyNode>();

  const declare = (identifier: AnyNode) => {
    const binding = bindingsAt.get(identifier);
    if (binding) declared.add(binding);
  };

  // Once is enough: names only ever become declared, so the first call is the one that can be too early.
  const enter = (callee: AnyNode, site: AnyNode | undefined) => {
    if (!("params" in callee) || entered.has(callee)) return;
    entered.add(callee);
    visit(callee.body, site);
  };

  const functionOf = (node: AnyNode): AnyNode | undefined => {
    if (isFunction(node)) return node;
    if (node.type === "ClassExpression" || node.type === "ClassDeclaration") {
      const method = node.body.body.find((m) => m.type === "MethodDefinition" && m.kind === "constructor");
      return method?.type === "MethodDefinition" ? method.value : undefined;
    }
    if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
      const object = bindingOf.get(node.object)?.value;
      const key = node.property.name;
      if (object?.type !== "ObjectExpression") return undefined;
      for (const property of object.properties)
        if (property.type === "Property" && property.key.type === "Identifier" && property.key.name === key)
          return functionOf(property.value);
      return undefined;
    }
    const value = bindingOf.get(node)?.value;
    return value && functionOf(value);
  };

  const visit = (node: AnyNode, site: AnyNode | undefined): void => {
    if (isFunction(node)) {
      if (node.type === "FunctionDeclaration" && node.id) declare(node.id);
      return;
    }
    switch (node.type) {
      case "Identifier": {
        const binding = bindingOf.get(node);
        if (!binding || binding.kind === "parameter" || declared.has(binding)) return;
        early.add(site && within(site, binding.home) ? site : node);
        return;
      }
      case "VariableDeclarator":
        if (node.init) visit(node.init, site);
        for (const name of names(node.id)) declare(name);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        if (node.superClass) visit(node.superClass, site);
        if (node.type === "ClassDeclaration" && node.id) declare(node.id);
        for (const element of node.body.body)
          if (element.type === "PropertyDefinition" && element.static && element.value)
            visit(element.value, site);
        return;
      case "MemberExpression":
        visit(node.object, site);
        if (node.computed) visit(node.property, site);
        return;
      case "Property":
        if (node.computed) visit(node.key, site);
        visit(node.value, site);
        return;
      case "CallExpression":
      case "NewExpression": {
        visit(node.callee, site);
        for (const argument of node.arguments) visit(argument, site);
        const callee = functionOf(node.callee);
        if (callee) enter(callee, callee === node.callee ? site : (site ?? node));
        if (!callsAtOnce(node.callee)) return;
        for (const argument of node.arguments) {
          const callback = functionOf(argument);
          if (callback) enter(callback, callback === argument ? site : (site ?? node));
        }
        return;
      }
      case "LabeledStatement":
        visit(node.body, site);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
    }
    for (const child of children(node)) visit(child, site);
  };

  visit(program, undefined);
  const functions: AnyNode[] = [];
  full(program, (node) => {
    if (isFunction(node)) functions.push(node);
  });
  for (const node of functions.sort((a, b) => a.start - b.start)) enter(node, undefined);
  return early;
}

function callsAtOnce(callee: AnyNode): boolean {
  return (
    callee.type === "MemberExpression" &&
    callee.property.type === "Identifier" &&
    CALL_AT_ONCE.has(callee.property.name)
  );
}

const within = (node: AnyNode, outer: AnyNode) => node.start >= outer.start && node.end <= outer.end;

function children(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is AnyNode => typeof value === "object" && value !== null && "type" in value)
    .sort((a, b) => a.start - b.start);
}
