/** The built-ins of Espruino 2v29, measured on the interpreter. The lists hold what exists. */

/** Globals, the standard's and Espruino's own. Pins are matched by `isGlobal`. */
const GLOBALS = words(`
  Array ArrayBuffer ArrayBufferView Boolean DataView Date E Error Float32Array Float64Array Function Infinity
  Int16Array Int32Array Int8Array InternalError JSON Math Modules NaN Number Object Pin Promise ReferenceError RegExp
  String SyntaxError TypeError Uint16Array Uint24Array Uint32Array Uint8Array Uint8ClampedArray Waveform
  analogRead analogWrite arguments atob btoa changeInterval clearInterval clearTimeout clearWatch console
  decodeURIComponent digitalPulse digitalRead digitalWrite dump echo edit encodeURIComponent eval getPinMode getSerial
  getTime global globalThis isFinite isNaN load parseFloat parseInt peek16 peek32 peek8 pinMode poke16 poke32 poke8
  print process require reset save setBusyIndicator setInterval setSleepIndicator setTime setTimeout setWatch shiftOut
  trace undefined
  BTN BTN1 ESP32 ESP8266 File Graphics HIGH I2C I2C1 I2C2 LED LED1 LED2 LOW LoopbackA LoopbackB NRF NodeMCU OneWire SPI
  SPI1 SPI2 Serial Serial1 Serial2 Serial3 Telnet
`);

const OF_UPDATES = words("app head me sign");

/** Members of constructors and namespaces. Those of any other object are not checked. */
const STATIC = new Map([
  ["Array", words("isArray")],
  ["Date", words("now parse")],
  [
    "Math",
    words(`abs acos asin atan atan2 ceil clip cos exp floor log max min mod pow random randInt round sign sin sqrt
      tan wrap E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2`),
  ],
  ["JSON", words("parse stringify")],
  ["Number", words("MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY")],
  [
    "Object",
    words(`assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor
      getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys setPrototypeOf values`),
  ],
  ["Promise", words("all reject resolve")],
  ["String", words("fromCharCode")],
]);

/** Methods of the standard that no object of Espruino has. */
const ABSENT_METHODS = words(`
  at codePointAt copyWithin entries findLast findLastIndex flat flatMap finally isPrototypeOf isWellFormed keys localeCompare
  matchAll normalize propertyIsEnumerable reduceRight search toExponential toLocaleDateString toLocaleLowerCase
  toLocaleString toLocaleTimeString toLocaleUpperCase toPrecision toReversed toSorted toSpliced toWellFormed trimEnd
  trimStart values
`);

/** Also what a board with updates has (scripts/boards/update/identity.ts). */
export function isGlobal(name: string): boolean {
  return GLOBALS.has(name) || OF_UPDATES.has(name) || /^D\d{1,2}$/.test(name);
}

/** Whether a built-in object has a member; true if the object is not listed. */
export function hasStatic(object: string, member: string): boolean {
  return COMMON.has(member) || (STATIC.get(object)?.has(member) ?? true);
}

export function isAbsentMethod(name: string): boolean {
  return ABSENT_METHODS.has(name);
}

const COMMON = words("prototype call apply bind toString hasOwnProperty");

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
