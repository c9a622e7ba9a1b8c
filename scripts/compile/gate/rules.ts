/**
 * What Espruino lacks or does differently, one rule per row: its name, what breaks it, what is wrong and what to write
 * instead. test/interpreter checks each row on the interpreter.
 */

import type {
  AnyNode,
  CallExpression,
  Class,
  Literal,
  MethodDefinition,
  Property,
  TemplateLiteral,
} from "acorn";
import { hasStatic, isAbsentMethod, isGlobal } from "./builtins.ts";
import { regExpFault } from "./regexps.ts";
import type { Reference } from "./scopes.ts";
import { inSpoken, t } from "../../cli/language.ts";

/** A rule on one node of the syntax tree. */
export interface NodeRule {
  readonly name: string;
  /** The offending node, `true` for the node itself. */
  readonly breaks: (node: AnyNode, context: Context) => AnyNode | boolean | undefined;
  readonly message: string;
}

/** A rule on one use of a name. */
export interface ReferenceRule {
  readonly name: string;
  readonly breaks: (reference: Reference, context: Context) => boolean;
  readonly message: string;
}

/** What a rule knows besides the node. */
export interface Context {
  readonly code: string;
  /** Every node above this one, from the program down. */
  readonly ancestors: readonly AnyNode[];
  /** The class that an identifier names, when the program declares it. */
  readonly classOf: (node: AnyNode) => Class | undefined;
  /** Classes that another class of the program extends. */
  readonly extended: ReadonlySet<object>;
  /** Property names that the program itself defines. */
  readonly ownNames: ReadonlySet<string>;
  /** Whether an identifier names a global of the interpreter. */
  readonly isFree: (node: AnyNode) => boolean;
  /** Uses that come before their declaration. */
  readonly early: ReadonlySet<AnyNode>;
}

/** The message of a rule. */
export function nodeRule(name: string): string {
  const rule = NODE_RULES.find((each) => each.name === name);
  if (!rule) throw new Error(`there is no rule ${name}`);
  return inSpoken(rule.message);
}

export const NODE_RULES: readonly NodeRule[] = [
  // Syntax that it does not parse
  {
    name: "default-parameter",
    breaks: (n) => n.type === "AssignmentPattern",
    message: t`default values are a syntax error on Espruino; test for undefined in the body`,
  },
  {
    name: "rest",
    breaks: (n) => n.type === "RestElement",
    message: t`rest parameters are a syntax error on Espruino; take an array`,
  },
  {
    name: "spread",
    breaks: (n) => n.type === "SpreadElement",
    message: t`spread is a syntax error on Espruino; use concat, apply or Object.assign`,
  },
  {
    name: "destructuring",
    breaks: (n) => n.type === "ObjectPattern" || n.type === "ArrayPattern",
    message: t`destructuring does not work on Espruino; read each member by name`,
  },
  {
    name: "computed-key",
    breaks: (n) =>
      (n.type === "Property" || n.type === "MethodDefinition" || n.type === "PropertyDefinition") &&
      n.computed &&
      n.key,
    message: t`computed property names are a syntax error on Espruino; assign object[name] afterwards`,
  },
  {
    name: "optional-chaining",
    breaks: (n) => n.type === "ChainExpression",
    message: t`?. is a syntax error on Espruino; test with && or ?: first`,
  },
  {
    name: "logical-assignment",
    breaks: (n) => n.type === "AssignmentExpression" && /^(\?\?|\|\||&&)=$/.test(n.operator),
    message: t`??=, ||= and &&= are syntax errors on Espruino; write the assignment out`,
  },
  {
    name: "exponentiation",
    breaks: (n) => "operator" in n && (n.operator === "**" || n.operator === "**="),
    message: t`** is a syntax error on Espruino; use Math.pow`,
  },
  {
    name: "label",
    breaks: (n) => n.type === "LabeledStatement",
    message: t`labels do not work on Espruino; move the loops to a function and return from it`,
  },
  {
    name: "async",
    breaks: (n) =>
      ("async" in n && n.async) || n.type === "AwaitExpression" || (n.type === "ForOfStatement" && n.await),
    message: t`async and await do not work on Espruino; use callbacks or Promise.then`,
  },
  {
    name: "generator",
    breaks: (n) => "generator" in n && n.generator,
    message: t`generators are a syntax error on Espruino; return an array`,
  },
  {
    name: "tagged-template",
    breaks: (n) => n.type === "TaggedTemplateExpression",
    message: t`tagged templates are a syntax error on Espruino; call the function with strings`,
  },
  {
    name: "bigint",
    breaks: (n) => n.type === "Literal" && "bigint" in n && typeof n.bigint === "string",
    message: t`BigInt is a syntax error on Espruino; use a number`,
  },
  {
    name: "new-target",
    breaks: (n) => n.type === "MetaProperty",
    message: t`new.target and import.meta are syntax errors on Espruino; pass a parameter`,
  },
  {
    name: "dynamic-import",
    breaks: (n) => n.type === "ImportExpression",
    message: t`import() does not work on Espruino; use require`,
  },
  {
    name: "with",
    breaks: (n) => n.type === "WithStatement",
    message: t`with does not work on Espruino; name the object`,
  },
  {
    name: "debugger",
    breaks: (n) => n.type === "DebuggerStatement",
    message: t`debugger stops the board for good; remove it`,
  },
  {
    name: "case-after-default",
    breaks: (n) =>
      n.type === "SwitchStatement" && n.cases.find((_, i) => i > 0 && n.cases[i - 1]?.test === null),
    message: t`a case after default is a syntax error on Espruino; put default last`,
  },
  {
    name: "reserved-word",
    breaks: (n) => n.type === "Identifier" && (n.name === "of" || n.name === "static"),
    message: t`of and static cannot be names of variables on Espruino; choose another, or reserve them in the minifier`,
  },
  // Classes
  {
    name: "private-member",
    breaks: (n) => "key" in n && n.key.type === "PrivateIdentifier" && n.key,
    message: t`private members are a syntax error on Espruino; use TypeScript's private`,
  },
  {
    name: "class-field",
    breaks: (n) => n.type === "PropertyDefinition" && (!n.static || !n.value),
    message: t`a class field is made once for all instances on Espruino; assign this.name in the constructor`,
  },
  {
    name: "static-block",
    breaks: (n) => n.type === "StaticBlock",
    message: t`static blocks are a syntax error on Espruino; write the statements below the class`,
  },
  {
    name: "member-name",
    breaks: (n) => (isMethod(n) && !n.computed && !isPlainName(n.key) ? n.key : undefined),
    message: t`on Espruino the name of a method or getter cannot be a string, a number or a keyword; rename it`,
  },
  {
    name: "class-semicolon",
    breaks: (n, { code }) => n.type === "ClassBody" && /^\{[\s;]*;/.test(code.slice(n.start, n.end)),
    message: t`a class that begins with a semicolon is a syntax error on Espruino; remove it`,
  },
  {
    name: "extends",
    breaks: (n, { classOf }) =>
      "superClass" in n && n.superClass && !classOf(n.superClass) ? n.superClass : undefined,
    message: t`on Espruino a class can extend only a class of this program, by its name; hold the other in a member`,
  },
  {
    name: "super-in-object",
    breaks: (n, { ancestors }) => n.type === "Super" && !ancestors.some((a) => a.type === "ClassBody"),
    message: t`super works only in classes on Espruino; name the object`,
  },
  {
    name: "super-chain",
    breaks: (n, { ancestors, extended }) =>
      n.type === "Super" &&
      ancestors.at(-2)?.type === "MemberExpression" &&
      extended.has(
        ancestors.findLast((a) => a.type === "ClassDeclaration" || a.type === "ClassExpression") ?? n,
      ),
    message: t`super.member in a class that another class extends calls itself for ever on Espruino; flatten the classes`,
  },
  {
    name: "static-inheritance",
    breaks: (n, { classOf }) => n.type === "MemberExpression" && !n.computed && isInheritedStatic(n, classOf),
    message: t`static members are not inherited on Espruino; name the class that declares it`,
  },
  // What runs, but differently
  {
    name: "switch-scope",
    breaks: (n) =>
      n.type === "SwitchCase" &&
      n.consequent.find(
        (s) => s.type === "ClassDeclaration" || (s.type === "VariableDeclaration" && s.kind !== "var"),
      ),
    message: t`let and const of a case leak out of the switch on Espruino; put braces around the case`,
  },
  {
    name: "detached-method",
    breaks: (n) =>
      n.type === "CallExpression" && n.callee.type === "MemberExpression" && n.callee.start > n.start,
    message: t`(object.method)() loses this on Espruino; remove the parentheses`,
  },
  {
    name: "set-length",
    breaks: (n) =>
      n.type === "AssignmentExpression" &&
      n.left.type === "MemberExpression" &&
      isNamed(n.left.property, "length"),
    message: t`setting the length of an array throws on Espruino; use splice, or make a new array`,
  },
  {
    name: "delete-in-loop",
    breaks: (n, { ancestors }) =>
      n.type === "UnaryExpression" &&
      n.operator === "delete" &&
      n.argument.type === "MemberExpression" &&
      isForInOver(n.argument.object, ancestors),
    message: t`deleting from the object that for-in goes through skips keys on Espruino; go through Object.keys`,
  },
  {
    name: "replacement-pattern",
    breaks: (n) => n.type === "CallExpression" && replacementPattern(n),
    message: t`in a replacement Espruino knows $1 to $9 only; use a function`,
  },
  {
    name: "regexp",
    breaks: (n) => n.type === "Literal" && "regex" in n && !!regExpOf(n),
    message: t`Espruino's regular expressions do not know`,
  },
  // Text
  {
    name: "escape",
    breaks: (n) =>
      (n.type === "Literal" && typeof n.value === "string" && hasBadEscape(n.raw ?? "")) ||
      (n.type === "TemplateElement" && hasBadEscape(n.value.raw)),
    message: t`Espruino keeps only the low byte of \\uXXXX and knows no \\u{}; write the UTF-8 bytes as \\xNN`,
  },
  {
    name: "line-continuation",
    breaks: (n, { code }) =>
      ((n.type === "Literal" && typeof n.value === "string") || n.type === "TemplateElement") &&
      /^(?:[^\\]|\\[^\r\n])*\\[\r\n]/.test(code.slice(n.start, n.end)),
    message: t`Espruino keeps the line end of a continued string; use + or \\n`,
  },
  {
    name: "template-brace",
    breaks: (n) => n.type === "TemplateLiteral" && templateBrace(n),
    message: t`Espruino loses count of braces in this template; join the strings with +`,
  },
  // The library
  {
    name: "missing-member",
    breaks: (n, { isFree }) =>
      n.type === "MemberExpression" &&
      !n.computed &&
      n.object.type === "Identifier" &&
      n.property.type === "Identifier" &&
      isFree(n.object) &&
      !hasStatic(n.object.name, n.property.name),
    message: t`this member of a built-in object does not exist on Espruino; write it out`,
  },
  {
    name: "missing-method",
    breaks: (n, { isFree, ownNames }) =>
      n.type === "CallExpression" &&
      n.callee.type === "MemberExpression" &&
      !n.callee.computed &&
      n.callee.property.type === "Identifier" &&
      isAbsentMethod(n.callee.property.name) &&
      !ownNames.has(n.callee.property.name) &&
      !isFree(n.callee.object) &&
      !(n.callee.property.name === "search" && n.arguments.length === 0) && // OneWire's; a text's has a pattern
      n.callee.property,
    message: t`this method does not exist on Espruino; write it out`,
  },
];

export const REFERENCE_RULES: readonly ReferenceRule[] = [
  {
    name: "loop-closure",
    breaks: ({ binding, home }) => !!binding?.loop && binding.home !== home,
    message: t`the variable of a loop's head is one for all rounds on Espruino; copy it to a const in the body`,
  },
  {
    name: "use-before-declaration",
    breaks: ({ identifier }, { early }) => early.has(identifier),
    message: t`Espruino does not hoist, and this is used above its declaration; move the declaration up`,
  },
  {
    name: "var-scope",
    breaks: ({ identifier, binding, home }) =>
      binding?.kind === "var" &&
      binding.home === home &&
      binding.branches.every((b) => b && (identifier.start < b.start || identifier.end > b.end)),
    message: t`Espruino knows a var only once its line has run, which here may be skipped; declare it above`,
  },
  {
    name: "arguments",
    breaks: ({ identifier, binding, home }) =>
      identifier.name === "arguments" &&
      !binding &&
      "params" in home &&
      (home.type === "ArrowFunctionExpression" || home.params.length > 0),
    message: t`arguments counts parameters that were not given, and is an arrow function's own; name the parameters`,
  },
  {
    name: "missing-global",
    breaks: ({ identifier, binding, parent }) =>
      !binding &&
      !isGlobal(identifier.name) &&
      !(parent?.type === "UnaryExpression" && parent.operator === "typeof"),
    message: t`this global does not exist on Espruino; write what you need of it`,
  },
];

/** Messages of the rules that need more than a node. */
export const TEXT_RULES = {
  syntax: t`the parser refuses this`,
  "non-ascii": t`Espruino sees each UTF-8 byte as a character; write text as \\xNN bytes, names and patterns in ASCII`,
  "escaped-name": t`escapes in names are a syntax error on Espruino; quote the key, or choose an ASCII name`,
  "html-comment": t`HTML comments are a syntax error on Espruino; use //`,
  "return-line": t`Espruino reads on after a return at a line's end and returns what follows; end it with a semicolon`,
  "increment-line": t`Espruino joins ++ and -- to the line before; end that line with a semicolon`,
  "early-call": t`this call reaches what is declared further down, and Espruino does not hoist; move the call down`,
} as const;

/** The part of a regular expression literal that Espruino does not know. */
export function regExpOf(node: AnyNode): string | undefined {
  return node.type === "Literal" && node.regex
    ? regExpFault(node.regex.pattern, node.regex.flags)
    : undefined;
}

const KEYWORDS = new Set(
  (
    "if else do while for break continue function return var let const this throw try catch finally true false null " +
    "undefined new in instanceof switch case default delete typeof void debugger class extends super static of"
  ).split(" "),
);

const isPlainName = (key: AnyNode) => key.type === "Identifier" && !KEYWORDS.has(key.name);

function isMethod(node: AnyNode): node is MethodDefinition | Property {
  return node.type === "MethodDefinition" || (node.type === "Property" && node.kind !== "init");
}

const isNamed = (node: AnyNode, name: string) => node.type === "Identifier" && node.name === name;

function isInheritedStatic(node: AnyNode, classOf: Context["classOf"]): boolean {
  if (node.type !== "MemberExpression" || node.property.type !== "Identifier") return false;
  const name = node.property.name;
  const declares = (c: Class) =>
    c.body.body.some((m) => m.type !== "StaticBlock" && m.static && isNamed(m.key, name));
  const first = classOf(node.object);
  if (!first || declares(first)) return false;
  const seen = new Set<Class>();
  for (
    let c: Class | undefined = first;
    c && !seen.has(c);
    c = c.superClass ? classOf(c.superClass) : undefined
  ) {
    if (declares(c)) return true;
    seen.add(c);
  }
  return false;
}

function isForInOver(object: AnyNode, ancestors: readonly AnyNode[]): boolean {
  if (object.type !== "Identifier") return false;
  return ancestors.some((a) => a.type === "ForInStatement" && isNamed(a.right, object.name));
}

function replacementPattern({ callee, arguments: [, replacement] }: CallExpression): Literal | undefined {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return undefined;
  if (!/^replace(All)?$/.test(callee.property.name) || replacement?.type !== "Literal") return undefined;
  return typeof replacement.value === "string" && /\$[$&`'<]/.test(replacement.value)
    ? replacement
    : undefined;
}

/** `\u{…}`, or `\uXXXX` above U+00FF. */
const hasBadEscape = (raw: string) => /^(?:[^\\]|\\[^u]|\\u00[\da-f]{2})*\\u(?!00)/i.test(raw);

/** Espruino finds the end of `${` by counting braces, those in text too, and knows no `\${`. */
function templateBrace(template: TemplateLiteral): AnyNode | undefined {
  const escaped = template.quasis.find((quasi) => /\\\$|\\[{]/.test(quasi.value.raw));
  if (escaped) return escaped;
  return template.expressions.find((expression) => unbalanced(expression));
}

function unbalanced(node: AnyNode): boolean {
  if (node.type === "Literal" || node.type === "TemplateElement") {
    let depth = 0;
    const raw = node.type === "Literal" ? (node.raw ?? "") : node.value.raw;
    for (const brace of raw.match(/[{}]/g) ?? []) {
      depth += brace === "{" ? 1 : -1;
      if (depth < 0) return true;
    }
    return depth !== 0;
  }
  return Object.values(node)
    .flat()
    .some(
      (child) =>
        typeof child === "object" && child !== null && "type" in child && unbalanced(child as AnyNode),
    );
}
