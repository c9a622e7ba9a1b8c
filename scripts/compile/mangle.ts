/**
 * Finds the names of properties that the minifier must keep: those of the language and of Espruino, and those of data that
 * leaves or enters the program. All others exist only inside the program, and become short.
 */

import ts from "./typescript.js";

/**
 * The names that must stay because of some files of a TypeScript program, found by its types.
 * @param areOwnCode whether they are a board's own code. Its types may be loose, so all names of its members stay
 */
export function keptProperties(
  program: ts.Program,
  files: readonly ts.SourceFile[] = program.getSourceFiles(),
  areOwnCode = false,
): Set<string> {
  const checker = program.getTypeChecker();
  const kept = new Set<string>();

  /** Keeps the names of a type's members, and of the types of those members. */
  function keepMembers(type: ts.Type, seen = new Set<ts.Type>()): void {
    if (seen.has(type)) return;
    seen.add(type);
    for (const part of partsOf(type)) keepMembers(part, seen);
    for (const member of type.getProperties()) {
      if (!member.declarations?.some((declaration) => isOwn(declaration.getSourceFile()))) continue;
      kept.add(member.name);
      keepMembers(checker.getTypeOfSymbol(member), seen);
    }
  }

  /** The types in a union, a list or a table. */
  function partsOf(type: ts.Type): readonly ts.Type[] {
    if (type.isUnionOrIntersection()) return type.types;
    const isReference = (type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference;
    const held = isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
    return [...held, ...checker.getIndexInfosOfType(type).map((index) => index.type)];
  }

  for (const file of files) {
    const keepsAll = areOwnCode && !file.isDeclarationFile;
    const visit = (node: ts.Node): void => {
      if (
        keepsAll &&
        (isMember(node) || ts.isPropertyAccessExpression(node) || ts.isObjectLiteralElement(node))
      ) {
        if (node.name) kept.add(node.name.getText(file));
      }
      if (file.isDeclarationFile) {
        if (isMember(node) && node.name) kept.add(node.name.getText(file));
      } else if (ts.isAsExpression(node)) {
        if (isUntyped(checker.getTypeAtLocation(node.expression)))
          keepMembers(checker.getTypeAtLocation(node));
      } else if (ts.isCallExpression(node)) {
        const parameters = checker.getResolvedSignature(node)?.parameters ?? [];
        node.arguments.forEach((argument, i) => {
          const parameter = parameters[i];
          if (parameter && isUntyped(checker.getTypeOfSymbolAtLocation(parameter, node)))
            keepMembers(checker.getTypeAtLocation(argument));
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return kept;
}

/** Whether a type has no names: the type of data from outside, or for outside. */
function isUntyped(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(isUntyped);
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0;
}

function isMember(node: ts.Node): node is ts.Node & { readonly name?: ts.PropertyName } {
  return (
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node)
  );
}

const isOwn = (file: ts.SourceFile) => !file.isDeclarationFile;
