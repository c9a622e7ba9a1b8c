/**
 * The wall between the program and Node. The program has functions and objects of its own realm only: from anything of
 * Node's a path leads to `process` (`print.constructor("return process")()`), and so to the user's files.
 *
 * All that Node gives to the program goes through {@link WALL}, which is evaluated within the realm, before the program:
 * results, exceptions, arguments and what `this` is. What is not of the realm does not pass. Node's functions stay in
 * closures. Three things would lead around it, and are not there: `Proxy`, whose traps get objects of who calls;
 * `import()`, whose promise is Node's; and stack traces, which Node formats, and throws an error of its own where the
 * stack is nearly full.
 */
import { full } from "acorn-walk";
import { parse } from "acorn";
import type vm from "node:vm";
import { EspruinoError } from "./espruino-error.ts";

export type Fn = (this: unknown, ...args: unknown[]) => unknown;

export interface Membrane {
  /**
   * A function of the program's that calls one of Node's. What that throws becomes an error of the program's, of the
   * type that it names; what it gives must be of the realm.
   */
  native(implementation: (self: unknown, args: readonly unknown[]) => unknown): Fn;
  /** Calls a function of the program's. @throws what it throws */
  readonly call: (callee: unknown, self: unknown, ...args: readonly unknown[]) => unknown;
  object(): Record<string, unknown>;
  array(...items: readonly unknown[]): unknown[];
  /** @returns so many zeros */
  bytes(size: number): Uint8Array;
  /** @throws TypeError when `value` is an object or a function of Node's */
  admit(value: unknown): void;
  /** What a program sees of {@link END}, if it catches it. */
  readonly end: object;
}

/** Ends the program's current callback when it restarts the board, or can no longer go on; no error of the program. */
export const END = new Error("the program ends");

const ends = new WeakSet<object>([END]);

/** Whether this is {@link END}, or what a program saw of it. */
export function isEnd(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && ends.has(thrown);
}

/** How a context is made that {@link createMembrane} is for. */
export const CONTEXT: vm.CreateContextOptions = {
  name: "virtual board",
  codeGeneration: { strings: false, wasm: false }, // no text becomes code but through `safeCode`
};

/** @param evaluate runs code in a context in which nothing ran yet */
export function createMembrane(evaluate: (code: string) => unknown): Membrane {
  const membrane = (evaluate(WALL) as (top: object, end: object) => Membrane)(Object.prototype, END);
  ends.add(membrane.end);
  return membrane;
}

/** Only operators, and functions that are taken before the program runs: a program may replace any method. */
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
    if (!isOurs(value)) throw new TypeError("this is no value of the program's");
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
    object: () => ({}),
    array(...items) {
      for (let index = 0; index < items.length; index++) admit(items[index]);
      return items;
    },
    bytes: (size) => new Uint8Array(size),
  };
})`;

/**
 * A text as it may be run: V8 has no `import` of its own in it, whatever else it is. The word is written with an escape,
 * which V8 takes in names and texts for the same word, and nowhere for the keyword. Whether a parser finds an import there
 * would not do: one that reads `of / a / g` as a name and a pattern sees none in it, where V8 does.
 * @throws EspruinoError where it is an import, or cannot be read
 */
export function safeCode(text: string): string {
  if (!text.includes("import")) return text; // keywords have no escapes
  if (/\bimport\b/.test(text) && imports(text)) {
    throw new EspruinoError('"import" is not defined', "ReferenceError"); // to Espruino it is a name like any other
  }
  return text.replace(/(?<!\\)import/g, "\\u0069mport"); // behind a backslash there is no keyword
}

/** Whether a text has an import, as far as a parser sees, or is nothing that it can read. */
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
