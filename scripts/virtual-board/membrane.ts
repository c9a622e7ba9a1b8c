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
  codeGeneration: { strings: false, wasm: false }, // no text becomes code but through `checkCode`
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

/** Why a text cannot be run; undefined when it can. */
export function checkCode(text: string): string | undefined {
  if (!/\bimport\b/.test(text)) return undefined; // keywords have no escapes
  let imports = false;
  try {
    const tree = parse(text, { ecmaVersion: "latest" });
    full(tree, ({ type }) => (imports ||= type === "ImportExpression"));
  } catch {
    imports = true; // what cannot be read cannot be trusted
  }
  return imports ? '"import" is not defined' : undefined; // to Espruino it is a name like any other
}
