/**
 * The interpreter's globals: a `node:vm` context reduced to what Espruino 2v29 has, behind the wall in membrane.ts.
 *
 * What a context cannot imitate, and the build's gate checks: functions that are not hoisted, `let` that is one
 * variable for a whole loop, syntax that Espruino lacks, `"" + 1/3` (JSON.stringify and print do write numbers as
 * Espruino does), the order of integer-like names of an object, native errors' texts, `stack` of errors, which is
 * undefined here, and `eval`, which sees only globals.
 */
import vm from "node:vm";
import { BOARD_DATE, cutDown, INTERNAL_ERROR } from "./language.ts";
import { bytesToSource } from "./bytes.ts";
import { EspruinoError } from "./espruino-error.ts";
import { CONTEXT, createMembrane, isEnd, safeCode, type Fn } from "./membrane.ts";
import { watchRejections } from "./rejections.ts";

export { EspruinoError, type ErrorType } from "./espruino-error.ts";
export type { Fn } from "./membrane.ts";

/** The name of what runs from flash, in stack traces. */
const PROGRAM = "bundle.js";

export interface Realm {
  readonly global: object;
  /**
   * Runs the program's text.
   * @param patience how long it may take, in ms of this computer
   * @returns false if it took longer, and was ended
   */
  run(script: string, patience: number): boolean;
  evaluate(code: string): unknown;
  /**
   * Calls a function of the program. Never call one in another way: its `call` and `apply` are the program's as well.
   */
  readonly call: (callee: unknown, self: unknown, ...args: readonly unknown[]) => unknown;
  /** Makes `value` a global of the program. */
  define(name: string, value: unknown): void;
  /** Replaces properties of one of the interpreter's own objects, `String` or `Object.prototype`. */
  patch(owner: string, properties: Readonly<Record<string, unknown>>): void;
  /** Creates an object in the program's realm; functions become native. */
  object(properties: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Adds properties to an object of the realm. */
  assign(target: object, properties: Readonly<Record<string, unknown>>): void;
  /** Adds non-enumerable methods to an object of the realm. */
  methods(target: object, methods: Readonly<Record<string, Fn>>): void;
  readonly array: (items: readonly unknown[]) => unknown[];
  bytes(bytes: Uint8Array): Uint8Array;
  isNative(value: unknown): boolean;
  /** Name of the value's constructor if it is built in, except `Object` and `Array`. */
  constructorName(value: object): string | undefined;
}

/**
 * @param now the board's time in ms since 1970
 * @param random stands in for `Math.random`
 * @param isInFlash whether a text for `eval` lies in flash, where its functions then are
 * @param rejected called with the reason of each unhandled rejection in the program
 */
export function createRealm(
  now: () => number,
  random: () => number,
  isInFlash: (text: string) => boolean,
  rejected: (reason: unknown) => void,
): Realm {
  const context = vm.createContext(Object.create(null) as vm.Context, CONTEXT);
  const runCode = (code: string, filename?: string, timeout?: number): unknown =>
    compiled(code, filename).runInContext(context, timeout === undefined ? {} : { timeout });
  const setUp = (code: string): unknown => runCode(code, "virtual-board");
  setUp(INTERNAL_ERROR);
  const membrane = createMembrane(setUp);
  const global = setUp("globalThis") as Record<string, unknown>;
  const natives = new WeakSet<Fn>();
  watchRejections(setUp("Object.prototype") as object, (reason) => {
    if (!isEnd(reason)) rejected(reason);
  });

  /** Wraps a function for the program; whatever it throws becomes one of the program's errors. */
  function native(implementation: Fn): Fn {
    const made = membrane.native((self, args) => Reflect.apply(implementation, self, args));
    natives.add(made);
    return made;
  }

  function evaluate(code: string, filename?: string, timeout?: number): unknown {
    return runCode(safeCode(code), filename, timeout);
  }

  function install(target: object, properties: Readonly<Record<string, unknown>>, enumerable: boolean): void {
    for (const [name, item] of Object.entries(properties)) {
      const value = admitted(item);
      Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
    }
  }

  /** @returns what the program gets: of a function, a native one. @throws TypeError if it is one of Node's objects */
  function admitted(item: unknown): unknown {
    const value = typeof item === "function" && !natives.has(item as Fn) ? native(item as Fn) : item;
    if (typeof value === "function" || typeof value === "object") membrane.admit(value);
    return value;
  }

  /** `Function`, which compiles text; the language's own is disabled (see {@link CONTEXT}). */
  function defineFunction(): void {
    const prototype = setUp("Function.prototype") as object;
    const make = native((...given) => {
      const body = given.pop();
      if (typeof body !== "string")
        throw new EspruinoError(`Function code must be a String, got '${String(body)}'`, "TypeError");
      return evaluate(`(function anonymous(${given.map(String).join(",")}\n) {\n${body}\n})`);
    });
    Object.defineProperty(make, "prototype", { value: prototype, writable: false });
    Object.defineProperty(make, "name", { value: "Function" });
    install(global, { Function: make }, false);
    install(prototype, { constructor: make }, false);
  }

  (setUp(BOARD_DATE) as (now: Fn) => void)(native(now));
  cutDown(global);
  defineFunction();
  const evaluateText = (code: string) => evaluate(bytesToSource(code), isInFlash(code) ? PROGRAM : undefined);
  install(global, { eval: (code: unknown) => (typeof code === "string" ? evaluateText(code) : code) }, false);
  install(setUp("Math") as object, { random }, false);

  return {
    global,
    evaluate,
    run(script, patience) {
      try {
        evaluate(script, PROGRAM, patience);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
        throw error;
      }
    },
    call: membrane.call,
    define: (name, value) => install(global, { [name]: value }, false),
    patch: (owner, properties) => install(setUp(owner) as object, properties, false),
    object(properties) {
      const own = { ...properties }; // its names may be the network's, even `__proto__`
      for (const name in own) own[name] = admitted(own[name]);
      return membrane.object(own);
    },
    assign: (target, properties) => install(target, properties, true),
    methods: (target, methods) => install(target, methods, false),
    array: (items) => membrane.array(...items),
    bytes(bytes) {
      const result = membrane.bytes(bytes.length);
      for (const [index, byte] of bytes.entries()) result[index] = byte; // the program may have replaced `set`
      return result;
    },
    isNative: (value) => typeof value === "function" && natives.has(value as Fn),
    constructorName(value) {
      const { constructor } = value;
      return NAMED.find((name) => global[name] === constructor);
    },
  };
}

/** Most scripts that stay compiled. */
const MOST_COMPILED = 50;

/** Scripts by their file name and code: a board runs the same program at each boot. */
const scripts = new Map<string, vm.Script>();

function compiled(code: string, filename?: string): vm.Script {
  const key = `${filename}\n${code}`;
  const known = scripts.get(key);
  if (known) return known;
  const script = new vm.Script(code, filename === undefined ? {} : { filename });
  if (scripts.size >= MOST_COMPILED) scripts.clear();
  scripts.set(key, script);
  return script;
}

/** Constructors whose name `print` puts before the value. */
const NAMED = [
  "Error",
  "TypeError",
  "SyntaxError",
  "ReferenceError",
  "InternalError",
  "Date",
  "RegExp",
  "Promise",
];

/** Stack frames that {@link isCalledFromFlash} examines. */
const FRAMES = 50;

/**
 * Whether a native function is being called from program text in flash, not from memory: a console line, or a
 * function compiled from text.
 */
export function isCalledFromFlash(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const frames = String(new Error().stack).split("\n");
  Error.stackTraceLimit = stackTraceLimit;
  const caller = frames.find((frame) => /\bbundle\.js:|\bevalmachine\b/.test(frame));
  return caller !== undefined && !/\bevalmachine\b/.test(caller);
}
