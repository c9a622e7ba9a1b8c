/** Gives every variable a name of its own, so that code can move without a clash. */

import type { AnyNode, Identifier, Program } from "acorn";
import { references } from "../gate/scopes.ts";
import { visit } from "./tree.ts";
import { changed, freeName, isDeclared, isUse } from "./variables.ts";

/**
 * Renames variables so that no two have the same name, and none has the name of a global.
 *
 * Right because a name is renamed at its declaration and at every use, as the scopes of strict code have it: a function in a block is the block's. It is wrong
 * for a program that finds variables by their names at run time (`eval`, `with`); the gate refuses the one, and the sources
 * have neither.
 */
export function nameApart(program: Program): Program {
  const found = references(program);
  const taken = new Set(found.filter(({ binding }) => !binding).map(({ identifier }) => identifier.name));
  const named = new Set<AnyNode>();
  for (const { identifier, binding } of found) {
    const [first] = binding?.declarations ?? [];
    if (!binding || !first) continue;
    if (!named.has(first)) {
      const name = freeName(first.name, taken);
      taken.add(name);
      for (const declared of binding.declarations) {
        declared.name = name;
        named.add(declared);
      }
    }
    identifier.name = first.name;
  }
  // What nothing uses is not among the references.
  visit(program, ({ node, parent, key }) => {
    if (node.type !== "Identifier" || !isDeclared(parent, key) || named.has(node)) return;
    node.name = freeName(node.name, taken);
    taken.add(node.name);
  });
  return changed(program);
}

/**
 * Renames everything that a part of a program declares; the names of the program are apart.
 * @param taken all names of the program; gets the new ones
 */
export function renameApart(part: AnyNode, taken: Set<string>): void {
  const renamed = new Map<string, string>();
  const named: Identifier[] = [];
  visit(part, ({ node, parent, key }) => {
    if (node.type !== "Identifier" || !parent) return;
    if (isDeclared(parent, key)) {
      const name = freeName(node.name, taken);
      taken.add(name);
      renamed.set(node.name, name);
      named.push(node);
    } else if (isUse(parent.node, key)) named.push(node);
  });
  for (const node of named) node.name = renamed.get(node.name) ?? node.name;
}
