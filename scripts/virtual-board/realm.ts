/**
 * The interpreter's globals: a `node:vm` context cut down to what Espruino 2v29 has.
 *
 * What a context cannot imitate, and the build's gate looks after: functions that are not hoisted, `let` that is one
 * variable for a whole loop, syntax that Espruino lacks, `"" + 1/3` (JSON.stringify and print do write numbers as
 * Espruino does), the order of integer-like names of an object, and native errors' texts.
 */
import vm from "node:vm";

export type Fn = (this: unknown, ...args: unknown[]) => unknown;

export type ErrorType = "Error" | "TypeError" | "SyntaxError" | "InternalError";

/** What a function of the interpreter throws into the program. */
export class EspruinoError extends Error {
  readonly type: ErrorType;
  constructor(message: string, type: ErrorType = "Error") {
    super(message);
    this.type = type;
  }
}

export interface Realm {
  readonly global: object;
  /** Runs the program. */
  run(script: string): void;
  evaluate(code: string): unknown;
  /** Makes `value` a global of the program. */
  define(name: string, value: unknown): void;
  /** Replaces properties of one of the interpreter's own objects, `String` or `Object.prototype`. */
  patch(owner: string, properties: Readonly<Record<string, unknown>>): void;
  /** A function as the program sees it; what it throws becomes one of the program's errors. */
  native(implementation: Fn): Fn;
  /** An object of the program's realm with `properties`, functions made native. */
  object(properties: Readonly<Record<string, unknown>>): Record<string, unknown>;
  array(items: readonly unknown[]): unknown[];
  bytes(bytes: Uint8Array): Uint8Array;
  isNative(value: unknown): boolean;
  /** Name of the value's constructor when it is one of the interpreter's own, `Object` and `Array` left out. */
  constructorName(value: object): string | undefined;
}

/**
 * @param now the board's own time in ms since 1970
 * @param random what `Math.random` gives
 */
export function createRealm(now: () => number, random: () => number): Realm {
  const context = vm.createContext({}, { name: "virtual board" });
  const evaluate = (code: string): unknown => vm.runInContext(code, context);
  const global = evaluate("globalThis") as Record<string, unknown>;
  (evaluate(BOARD_DATE) as (now: () => number) => void)(now);
  cutDown(global);
  evaluate(INTERNAL_ERROR);
  const natives = new WeakSet<Fn>();
  const makeObject = evaluate("(function () { return {}; })") as () => Record<string, unknown>;
  const makeArray = evaluate("(function () { return []; })") as () => unknown[];
  const makeBytes = evaluate("(function (size) { return new Uint8Array(size); })") as (
    size: number,
  ) => Uint8Array;
  const makeError = evaluate("(function (type, text) { return new globalThis[type](text); })") as (
    type: ErrorType,
    text: string,
  ) => Error;

  function native(implementation: Fn): Fn {
    const wrapped: Fn = function (...args) {
      try {
        return implementation.apply(this, args);
      } catch (error) {
        if (error instanceof EspruinoError) throw makeError(error.type, error.message);
        throw error;
      }
    };
    natives.add(wrapped);
    return wrapped;
  }

  function install(target: object, properties: Readonly<Record<string, unknown>>, enumerable: boolean): void {
    for (const [name, item] of Object.entries(properties)) {
      const value = typeof item === "function" && !natives.has(item as Fn) ? native(item as Fn) : item;
      Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
    }
  }

  install(evaluate("Math") as object, { random }, false);

  return {
    global,
    evaluate,
    run: (script) => void vm.runInContext(script, context, { filename: "bundle.js" }),
    define: (name, value) => install(global, { [name]: value }, false),
    patch: (owner, properties) => install(evaluate(owner) as object, properties, false),
    native,
    object(properties) {
      const result = makeObject();
      install(result, properties, true);
      return result;
    },
    array(items) {
      const result = makeArray();
      result.push(...items);
      return result;
    },
    bytes(bytes) {
      const result = makeBytes(bytes.length);
      result.set(bytes);
      return result;
    },
    isNative: (value) => typeof value === "function" && natives.has(value as Fn),
    constructorName(value) {
      const { constructor } = value;
      return NAMED.find((name) => global[name] === constructor);
    },
  };
}

/** Constructors whose name `print` writes before the value. */
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

/** Globals of the language that Espruino has; each checked on the interpreter. */
const GLOBALS = `Object Function Array String Number Boolean Date RegExp Error TypeError SyntaxError ReferenceError JSON
  Math Promise Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array
  Float64Array ArrayBuffer DataView eval isNaN isFinite parseInt parseFloat NaN Infinity undefined globalThis`;

const TYPED_ARRAY = `| buffer byteLength byteOffset length every fill filter find findIndex forEach includes indexOf join
  map reverse reduce set slice some sort subarray toString`;

/** Their members that Espruino has, statics before the bar and methods after it; each checked on the interpreter. */
const MEMBERS: Readonly<Record<string, string>> = {
  Object: `assign getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames create defineProperties
    defineProperty getPrototypeOf setPrototypeOf keys entries fromEntries values | hasOwnProperty toString valueOf`,
  Function: "| length name apply bind call toString", // `name` is V8's own need
  Array: `isArray | length concat fill find findIndex pop push reverse shift unshift slice sort splice includes indexOf
    join forEach filter map every some reduce toString`,
  String: `fromCharCode | length charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart
    repeat replace replaceAll slice split substr substring startsWith toString trim toLowerCase toUpperCase valueOf`,
  Number: "MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY | toFixed toString valueOf",
  Boolean: "| toString valueOf",
  Date: `now parse | toString toISOString toUTCString getDate setDate getDay getFullYear setFullYear getHours setHours
    getMilliseconds setMilliseconds getMinutes setMinutes getMonth setMonth getSeconds setSeconds getTime setTime
    getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth
    getUTCSeconds valueOf toJSON`,
  RegExp: "| exec source flags global ignoreCase lastIndex toString test",
  Error: "captureStackTrace stackTraceLimit | message name toString", // the statics and `name` are V8's own need
  JSON: "parse stringify",
  Math: `abs acos asin atan atan2 ceil cos exp floor log max min pow random round sign sin sqrt tan E LN10 LN2 LOG10E
    LOG2E PI SQRT1_2 SQRT2`,
  Promise: "all resolve reject | then catch",
  ArrayBuffer: "| byteLength",
  DataView: `| buffer byteLength byteOffset getInt8 setInt8 getUint8 setUint8 getInt16 setInt16 getUint16 setUint16
    getInt32 setInt32 getUint32 setUint32 getFloat32 setFloat32 getFloat64 setFloat64`,
};

/** Espruino's InternalError, which is no `Error`. */
const INTERNAL_ERROR = `
  Object.defineProperty(globalThis, "InternalError", { configurable: true, writable: true, value:
    function InternalError(message) { this.message = message; this.type = "InternalError"; } });
  InternalError.prototype.toString = function () { return "InternalError: " + this.message; };
  Object.defineProperty(Error.prototype, "type", { get: function () { return this.name; } });`;

/** `Date` by the board's time, in the time zone of a board that was told none, which is UTC. */
const BOARD_DATE = `(function (now) {
  const Native = Date, methods = Native.prototype, { construct } = Reflect;
  function BoardDate(...args) {
    const given = args.length === 0 ? [now()] : args.length === 1 ? args : [Native.UTC(...args)];
    return construct(Native, given, BoardDate);
  }
  BoardDate.prototype = methods;
  BoardDate.now = () => now();
  BoardDate.parse = Native.parse;
  methods.constructor = BoardDate;
  for (const part of ["Date", "Day", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds"]) {
    methods["get" + part] = methods["getUTC" + part];
    if (part !== "Day") methods["set" + part] = methods["setUTC" + part];
  }
  methods.getTimezoneOffset = () => 0;
  methods.toString = function () {
    const words = this.toUTCString().split(/[, ]+/); // Thu, 01 Jan 1970 00:00:00 GMT
    return [words[0], words[2], Number(words[1]), words[3], words[4], "GMT+0000"].join(" ");
  };
  Object.defineProperty(globalThis, "Date", { value: BoardDate, writable: true, configurable: true });
})`;

/** Takes away what Espruino lacks. */
function cutDown(scope: Record<string, unknown>): void {
  const owners = Object.entries(MEMBERS).map(([name, list]) => ({ owner: scope[name] as Owner, list }));
  const typed = Object.getPrototypeOf(scope["Uint8Array"]) as Owner; // has the methods of all typed arrays
  keep(scope, GLOBALS);
  for (const { owner, list } of [...owners, { owner: typed, list: TYPED_ARRAY }]) {
    const [statics = "", methods = ""] = list.split("|");
    keep(owner, `length name prototype ${statics}`);
    if (owner.prototype !== undefined && methods !== "")
      keep(owner.prototype, `constructor __proto__ ${methods}`);
  }
}

interface Owner {
  readonly prototype?: object;
}

function keep(owner: object, names: string): void {
  const kept = names.split(/\s+/);
  for (const name of Object.getOwnPropertyNames(owner)) {
    if (!kept.includes(name)) Reflect.deleteProperty(owner, name); // what cannot be configured stays
  }
}

/**
 * Whether a native function is being called by text of the program that lies in flash, and not by what is in memory: a
 * line of the console, or a function that was made of a text.
 */
export function isCalledFromFlash(): boolean {
  const frames = String(new Error().stack).split("\n");
  const caller = frames.find((frame) => /\bbundle\.js:|\bevalmachine\b|\beval at\b/.test(frame));
  return caller !== undefined && !/\bevalmachine\b|\beval at\b/.test(caller);
}

/** Where in the program something was thrown, `bundle.js:1:234`; undefined when that is not known. */
export function placeOf(thrown: unknown): string | undefined {
  const stack =
    typeof thrown === "object" && thrown !== null ? (thrown as { stack?: unknown }).stack : undefined;
  return /\bbundle\.js:\d+:\d+/.exec(String(stack))?.[0];
}
