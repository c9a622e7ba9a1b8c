/** The JavaScript globals and members that Espruino 2v29 has, and those that differ. */

/** Globals that Espruino has; each checked on the interpreter. */
const GLOBALS = `Object Function Array String Number Boolean Date RegExp Error TypeError SyntaxError ReferenceError JSON
  Math Promise Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array
  Float64Array ArrayBuffer DataView InternalError eval isNaN isFinite parseInt parseFloat NaN Infinity undefined globalThis`;

const TYPED_ARRAY = `| buffer byteLength byteOffset length every fill filter find findIndex forEach includes indexOf join
  map reverse reduce set slice some sort subarray toString`;

/** Their members that Espruino has, statics before the bar, methods after it; each checked on the interpreter. */
const MEMBERS: Readonly<Record<string, string>> = {
  Object: `assign getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames create defineProperties
    defineProperty getPrototypeOf setPrototypeOf keys entries fromEntries values | hasOwnProperty toString valueOf`,
  Function: "| length name apply bind call toString", // V8 needs `name`
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
  Error: "| message name toString type", // V8 needs `name`
  JSON: "parse stringify",
  Math: `abs acos asin atan atan2 ceil cos exp floor log max min pow random round sign sin sqrt tan E LN10 LN2 LOG10E
    LOG2E PI SQRT1_2 SQRT2`,
  Promise: "all resolve reject | then catch",
  ArrayBuffer: "| byteLength",
  DataView: `| buffer byteLength byteOffset getInt8 setInt8 getUint8 setUint8 getInt16 setInt16 getUint16 setUint16
    getInt32 setInt32 getUint32 setUint32 getFloat32 setFloat32 getFloat64 setFloat64`,
};

/** Espruino's InternalError, which is not an `Error`. */
export const INTERNAL_ERROR = `
  Object.defineProperty(globalThis, "InternalError", { configurable: true, writable: true, value:
    function InternalError(message) { this.message = message; this.type = "InternalError"; } });
  InternalError.prototype.toString = function () { return "InternalError: " + this.message; };
  Object.defineProperty(Error.prototype, "type", { get: function () { return this.name; } });`;

/** `Date` by the board's clock, in UTC, its default time zone. */
export const BOARD_DATE = `(function (now) {
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

/** Removes what Espruino lacks. */
export function cutDown(scope: Record<string, unknown>): void {
  const owners = Object.entries(MEMBERS).map(([name, list]) => ({ name, owner: scope[name] as Owner, list }));
  const typed = Object.getPrototypeOf(scope["Uint8Array"]) as Owner; // holds the methods of all typed arrays
  keep("", scope, GLOBALS);
  for (const { name, owner, list } of [...owners, { name: "TypedArray", owner: typed, list: TYPED_ARRAY }]) {
    const [statics = "", methods = ""] = list.split("|");
    keep(name, owner, `length name prototype ${statics}`);
    if (owner.prototype !== undefined && methods !== "")
      keep(`${name}.prototype`, owner.prototype, `constructor __proto__ ${methods}`);
  }
}

interface Owner {
  readonly prototype?: object;
}

/** What Espruino lacks of each object; every context has the same. */
const lacking = new Map<string, readonly string[]>();

/** @param path of the object */
function keep(path: string, owner: object, names: string): void {
  let left = lacking.get(path);
  if (left === undefined) {
    const kept = names.split(/\s+/);
    left = Object.getOwnPropertyNames(owner).filter((name) => !kept.includes(name));
    lacking.set(path, left);
  }
  for (const name of left) Reflect.deleteProperty(owner, name); // non-configurable properties stay
}
