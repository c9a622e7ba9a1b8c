/**
 * The wall between the program and Node. The program only gets functions and objects of its own realm: from any of
 * Node's, a path leads to `process` (`print.constructor("return process")()`), and so to the user's files.
 *
 * Everything Node passes to the program goes through {@link WALL}, which is evaluated in the realm before the
 * program: results, exceptions, arguments and `this`. Values from outside the realm do not pass. Node's functions
 * stay in closures. Three ways around the wall are removed: `Proxy`, whose traps receive the caller's objects;
 * `import()`, whose promise is Node's; and stack traces, which Node formats, throwing an error of its own when the
 * stack is nearly full.
 */
import { full } from "acorn-walk";
import { parse } from "acorn";
import type vm from "node:vm";
import { EspruinoError } from "./espruino-error.ts";

export type Fn = (this: unknown, ...args: unknown[]) => unknown;

export interface Membrane {
  /**
   * A function of the realm that calls one of Node's. Whatever that throws becomes an error of the realm, of the type
   * it names; its result must belong to the realm.
   */
  native(implementation: (self: unknown, args: readonly unknown[]) => unknown): Fn;
  /** Calls a function of the program. @throws whatever it throws */
  readonly call: (callee: unknown, self: unknown, ...args: readonly unknown[]) => unknown;
  /** @param properties the new object's, which must belong to the realm */
  object(properties: Readonly<Record<string, unknown>>): Record<string, unknown>;
  array(...items: readonly unknown[]): unknown[];
  /** @returns `size` zeros */
  bytes(size: number): Uint8Array;
  /** @throws TypeError if `value` is one of Node's objects or functions */
  admit(value: unknown): void;
  /** What a program gets if it catches {@link END}. */
  readonly end: object;
}

/** Ends the program's current callback when it restarts the board or cannot continue. Not an error of the program. */
export const END = new Error("the program ends");

const ends = new WeakSet<object>([END]);

/** Whether this is {@link END}, or the program's view of it. */
export function isEnd(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && ends.has(thrown);
}

/** Options for a context that suits {@link createMembrane}. */
export const CONTEXT: vm.CreateContextOptions = {
  name: "virtual board",
  codeGeneration: { strings: false, wasm: false }, // text becomes code only through `safeCode`
};

/** @param evaluate runs code in a fresh context */
export function createMembrane(evaluate: (code: string) => unknown): Membrane {
  const membrane = (evaluate(WALL) as (top: object, end: object) => Membrane)(Object.prototype, END);
  ends.add(membrane.end);
  return membrane;
}

/** Uses only operators, and functions captured before the program runs: a program may replace any method. */
const WALL = `(function (nodesTop, nodesEnd) {
  "use strict";
  const { apply, defineProperty, getPrototypeOf } = Reflect;
  const types = { __proto__: null, Error, TypeError, SyntaxError, RangeError, ReferenceError, InternalError };
  const end = new Error("the program ends");
  defineProperty(Error, "stackTraceLimit", { value: undefined, writable: false, configurable: false });

  function isOurs(value) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return true;
    let top = value;
    for (let next = value; next !== null; next = getPrototypeOf(next)) top = next;
    return top !== nodesTop;
  }

  function admit(value) {
    if (!isOurs(value)) throw new TypeError("not a value of the program's realm");
  }

  function translate(error) {
    if (error === nodesEnd) return end;
    if (isOurs(error)) return error;
    const { type, name, message } = error;
    const Type = types[type] || types[name] || types.Error;
    return new Type(typeof message === "string" ? message : "");
  }

  return {
    __proto__: null,
    end,
    admit,
    native: (implementation) =>
      function (...args) {
        let value;
        try {
          value = implementation(this, args);
        } catch (error) {
          throw translate(error);
        }
        admit(value);
        return value;
      },
    call(callee, self, ...args) {
      admit(self);
      for (let index = 0; index < args.length; index++) admit(args[index]);
      return apply(callee, self, args);
    },
    object: (properties) => ({ ...properties }),
    array(...items) {
      for (let index = 0; index < items.length; index++) admit(items[index]);
      return items;
    },
    bytes: (size) => new Uint8Array(size),
  };
})`;

/**
 * Makes text safe to run: V8 finds no `import` keyword in it. The word is escaped, which V8 reads as the same word in
 * names and strings, but never as the keyword. Checking with a parser alone is not enough: one that reads `of / a /
 * g` as a name and a pattern misses an import that V8 sees.
 * @throws EspruinoError if it is an import, or cannot be parsed
 */
export function safeCode(text: string): string {
  if (!text.includes("import")) return text; // keywords have no escapes
  if (/\bimport\b/.test(text) && imports(text)) {
    throw new EspruinoError('"import" is not defined', "ReferenceError"); // to Espruino it is just a name
  }
  return text.replace(/(?<!\\)import/g, "\\u0069mport"); // never a keyword after a backslash
}

/** Whether a parser finds an import in the text, or cannot parse it. */
function imports(text: string): boolean {
  let found = false;
  try {
    const tree = parse(text, { ecmaVersion: "latest" });
    full(tree, ({ type }) => (found ||= type === "ImportExpression"));
  } catch {
    return true;
  }
  return found;
}
