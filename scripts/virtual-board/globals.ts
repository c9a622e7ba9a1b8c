/** Espruino's globals and modules for a virtual board's program, other than the language and the pins. */
import { types } from "node:util";
import { crc32 } from "node:zlib";
import {
  decodeUriComponent,
  encodeUriComponent,
  fromBytes,
  split,
  toBytes,
  toLowerCase,
  toUpperCase,
} from "./bytes.ts";
import { VERSION, type ChipFacts } from "./chips.ts";
import type { Emitter } from "./emitter.ts";
import {
  formatFixed,
  formatForConsole,
  formatForStorage,
  formatNumber,
  stringify,
  type FormatHooks,
} from "./format.ts";
import { JsonError, parseJson } from "./json.ts";
import type { Loop } from "./loop.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import type { Files, Flash } from "./flash.ts";
import { storageModule } from "./storage.ts";
import { searchMethods } from "./text-search.ts";

export interface GlobalParts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly emitter: Emitter;
  readonly chip: ChipFacts;
  readonly mac: string;
  readonly files: Files;
  readonly flash: Flash;
  /** The program's size in bytes. */
  readonly programSize: number;
  readonly hooks: FormatHooks;
  /** Modules other than Storage. */
  readonly modules: Readonly<Record<string, Record<string, unknown>>>;
  /** The board's time, in ms since 1970. */
  readonly time: () => number;
  readonly setTime: (ms: number) => void;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Called with each result of `JSON.stringify`. */
  readonly wroteJson: (text: string) => void;
  readonly print: (text: string) => void;
  /** Blocks the interpreter for `ms`. */
  readonly block: (ms: number) => void;
  /** Never returns. */
  readonly reboot: () => never;
  /** Restarts the interpreter after the program's current callback. */
  readonly reset: (clearsFlash: boolean) => void;
  /** Like `reset`, then runs the program in flash or in a file. */
  readonly load: (file: string | undefined) => void;
  /** Saves a program to flash; undefined erases it. @returns false if there is no room */
  readonly setBootCode: (code: string | undefined, isKeptAtReset: boolean) => boolean;
  /** `E.enableWatchdog` fed by the idle loop: restarts the chip if the loop makes no turn for `ms`. */
  readonly watchLoop: (ms: number | undefined) => void;
  /** More globals. */
  readonly more: Readonly<Record<string, object>>;
  readonly setEcho: (isOn: boolean) => void;
  readonly setPassword: (password: string | undefined) => void;
  readonly lockConsole: () => void;
}

/** @returns a function that emits "init" on `E`, once the program is loaded */
export function installGlobals(parts: GlobalParts): () => void {
  const { realm, print } = parts;
  const console = (...args: unknown[]) => {
    print(args.map((arg) => formatForConsole(arg, parts.hooks)).join(" "));
  };
  const text = (value: unknown) => toText(value, parts.hooks);
  const E = makeE(parts);
  const globals: Record<string, unknown> = {
    print: console,
    console: realm.object({
      log: console,
      debug: console,
      info: console,
      warn: console,
      error: console,
      trace: console,
    }),
    global: realm.global,
    E,
    process: makeProcess(parts),
    ...makeRequire(parts),
    getTime: () => parts.time() / 1000,
    setTime: (seconds: unknown) => parts.setTime(Number(seconds) * 1000),
    getSerial: () => serialOf(parts.mac),
    btoa: (value: unknown) =>
      (types.isAnyArrayBuffer(value) ? Buffer.from(value) : toBytes(text(value))).toString("base64"),
    atob: (value: unknown) => fromBytes(Buffer.from(text(value), "base64")),
    encodeURIComponent: (value: unknown) => encodeUriComponent(text(value)),
    decodeURIComponent(value: unknown) {
      const decoded = decodeUriComponent(text(value));
      if (decoded === undefined) throw new EspruinoError("ASCII only");
      return decoded;
    },
    HIGH: 1,
    LOW: 0,
    reset: (clearsFlash: unknown) => parts.reset(Boolean(clearsFlash)),
    load: (file: unknown) => parts.load(file === undefined ? undefined : text(file)),
    echo: (isOn: unknown) => parts.setEcho(Boolean(isOn)),
    save() {
      throw new EspruinoError("the virtual board cannot save a memory image; use E.setBootCode");
    },
    ...timerFunctions(parts),
    ...parts.more,
  };
  for (const [name, value] of Object.entries(globals)) realm.define(name, value);
  realm.patch("JSON", {
    stringify(value: unknown, _replacer: unknown, space: unknown) {
      const json = stringify(value, space, parts.hooks);
      parts.wroteJson(json);
      return json;
    },
    parse: (value: unknown) => parse(text(value), parts),
  });
  realm.patch("Math", { round: (value: unknown) => round(Number(value)) });
  realm.patch("String", {
    fromCharCode: (...codes: unknown[]) => String.fromCharCode(...codes.map((code) => Number(code) & 0xff)),
  });
  realm.patch("Number.prototype", {
    toFixed(this: unknown, places: unknown) {
      return formatFixed(Number(this), Math.trunc(Number(places)) || 0);
    },
  });
  realm.patch("String.prototype", {
    toUpperCase: changed(toUpperCase),
    toLowerCase: changed(toLowerCase),
    split(this: unknown, separator: unknown) {
      const whole = String(this);
      if (separator === undefined) return realm.array([whole]);
      const words = types.isRegExp(separator) ? whole.split(separator) : split(whole, text(separator));
      return realm.array(words);
    },
    trim: changed((text) => text.replace(/^[\t-\r ]+|[\t-\r ]+$/g, "")),
  });
  realm.patch("String.prototype", searchMethods(realm, text));
  return () => parts.emitter.emit(E, "init");
}

/** A string method. */
function changed(change: (text: string) => string): Fn {
  return function (this: unknown) {
    return change(String(this));
  };
}

/** `String(value)` as in Espruino. */
export function toText(value: unknown, hooks: FormatHooks): string {
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = Array.from(value as ArrayLike<unknown>);
    return items.map((item) => (item === undefined || item === null ? "" : toText(item, hooks))).join(",");
  }
  return (typeof value === "object" && value !== null ? hooks.special(value) : undefined) ?? String(value);
}

/** `Math.round` as in Espruino: halves round away from zero; beyond 64 bits, the result is their minimum. */
export function round(value: number): number {
  if (!Number.isFinite(value)) return value;
  const rounded = Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
  return Math.abs(rounded) < 2 ** 63 ? rounded : -(2 ** 63);
}

/** Variables of an empty interpreter, and per byte of a program run from flash; both measured. */
const EMPTY_USAGE = 86;
const USAGE_PER_BYTE = 210 / 6200;

/** How long a chip takes to multiply by ten, in ms: it has no doubles in hardware. An estimate. */
const MULTIPLICATION = 0.001;

function parse(text: string, { realm, block }: GlobalParts): unknown {
  try {
    return parseJson(text, {
      object: () => realm.object({}),
      array: realm.array,
      exponent: (times) => block(Math.floor(times * MULTIPLICATION)),
    });
  } catch (error) {
    if (error instanceof JsonError) throw new EspruinoError(error.message, error.type);
    throw error;
  }
}

/** The MAC address in hex, with a dash after four bytes. */
function serialOf(mac: string): string {
  const digits = mac.replaceAll(":", "");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

function makeProcess({ realm, chip, mac, programSize }: GlobalParts): Record<string, unknown> {
  const env = realm.object({
    VERSION,
    BOARD: chip.board,
    STORAGE: chip.storageSize,
    SERIAL: serialOf(mac),
    CONSOLE: "Telnet", // the only one that can be connected to (console-server.ts)
    MODULES: "Storage,net,http,tls,neopixel,Wifi",
  });
  const usage = Math.round(EMPTY_USAGE + programSize * USAGE_PER_BYTE); // an estimate, whatever the program does
  return realm.object({
    version: VERSION,
    env,
    memory: () => realm.object({ free: chip.variables - usage, usage, total: chip.variables, history: 0 }),
  });
}

function makeE(parts: GlobalParts): Record<string, unknown> {
  const { realm, chip, loop } = parts;
  let watchdog: { ms: number; cancel: () => void } | undefined;
  const kick = () => {
    if (watchdog === undefined) return;
    watchdog.cancel();
    watchdog.cancel = loop.after(watchdog.ms, () => parts.reboot());
  };
  return realm.object({
    reboot: parts.reboot,
    enableWatchdog(seconds: unknown, automatic: unknown) {
      watchdog?.cancel();
      watchdog = undefined;
      if (chip.asynchronous) return; // a no-op on an ESP8266
      parts.watchLoop(automatic === false ? undefined : Number(seconds) * 1000);
      if (automatic !== false) return;
      watchdog = { ms: Number(seconds) * 1000, cancel: () => undefined };
      kick();
    },
    kickWatchdog: kick,
    getTemperature() {
      if (chip.board === "ESP32") return 128; // raw, close to Fahrenheit
      if (!chip.asynchronous) parts.print("ERROR: >> jshReadTemperature Not implemented");
      return NaN;
    },
    toString: (...values: unknown[]) => fromBytes(flatten(values)),
    toUint8Array: (...values: unknown[]) => realm.bytes(flatten(values)),
    CRC32: (data: unknown) => crc32(flatten([data])),
    setBootCode(code: unknown, isKeptAtReset: unknown) {
      const text = code === undefined ? undefined : toText(code, parts.hooks);
      if (!parts.setBootCode(text, Boolean(isKeptAtReset)))
        throw new EspruinoError("Unable to find or create file");
    },
    setPassword: (password: unknown) =>
      parts.setPassword(password === undefined ? undefined : toText(password, parts.hooks)),
    lockConsole: parts.lockConsole,
    getErrorFlags: () => realm.array([]),
    hwRand: () => Math.floor(parts.random() * 2 ** 32) | 0,
    clip: (value: unknown, least: unknown, most: unknown) =>
      Math.min(Math.max(Number(value), Number(least)), Number(most)),
  });
}

/** Flattens numbers, strings, arrays, typed arrays and their buffers into bytes. */
export function flatten(values: readonly unknown[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    if (typeof value === "number") bytes.push(value & 0xff);
    else if (typeof value === "string") for (const byte of toBytes(value)) bytes.push(byte); // may be long
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      bytes.push(...flatten(Array.from(value as ArrayLike<unknown>)));
    } else if (types.isAnyArrayBuffer(value)) bytes.push(...new Uint8Array(value));
    else throw new EspruinoError(`Expecting Number or iterable, got ${String(value)}`, "TypeError");
  }
  return Uint8Array.from(bytes);
}

/** `require`, and `Modules`, which holds modules shipped with the program. */
function makeRequire({ realm, files, flash, modules, hooks }: GlobalParts): Record<string, unknown> {
  const make = { object: () => realm.object({}), array: realm.array };
  const toText = (value: unknown) => {
    if (typeof value === "string") return value;
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return fromBytes(flatten([value]));
    return stringify(value, undefined, hooks);
  };
  const toJson = (value: unknown) => formatForStorage(value, hooks);
  const storage = storageModule(files, flash, make, toText, toJson);
  const cache = new Map<string, unknown>(Object.entries({ ...modules, Storage: realm.object(storage) }));
  const texts = new Map<string, string>();
  const require: Fn = (given) => {
    const name = String(given);
    if (cache.get(name) !== undefined) return cache.get(name);
    const text = texts.get(name) ?? files.get(name);
    if (text === undefined) throw new EspruinoError(`Module "${name}" not found`);
    const exports = realm.object({});
    const module = realm.object({ exports });
    cache.set(name, exports);
    realm.call(realm.evaluate(`(function (exports, module) {${text}\n})`), undefined, exports, module);
    cache.set(name, module["exports"]);
    return module["exports"];
  };
  return {
    require,
    Modules: realm.object({
      // Built-in modules win: a real sensor driver would find no wire here.
      addCached(name: unknown, source: unknown) {
        const isFunction = typeof source === "function";
        texts.set(
          String(name),
          isFunction ? `(${Function.prototype.toString.call(source)})()` : String(source),
        );
      },
    }),
  };
}

/** 100 years. */
const MAX_INTERVAL = 100 * 365 * 24 * 3_600_000;

function timerFunctions({ realm, loop }: GlobalParts): Record<string, Fn> {
  const { timers } = loop;

  function add(repeat: boolean): Fn {
    return (given, ms, ...args) => {
      if (typeof given !== "function" && typeof given !== "string") {
        throw new EspruinoError("Function or String not supplied!");
      }
      const interval = Number(ms);
      if (interval > MAX_INTERVAL) throw new EspruinoError("Interval is too long (>100 years)");
      const job =
        typeof given === "string"
          ? () => realm.evaluate(given)
          : () => realm.call(given, realm.global, ...args);
      return timers.add(() => void job(), interval, repeat);
    };
  }

  function clear(name: string): Fn {
    return (...ids) => {
      if (ids.length === 0) timers.clearAll();
      else if (ids[0] !== undefined) timers.clear(ids[0] as number); // non-numbers match no timer
      else throw new EspruinoError(`clear${name}(undefined) not allowed. Use clear${name}() instead`);
    };
  }

  return {
    setTimeout: add(false),
    setInterval: add(true),
    clearTimeout: clear("Timeout"),
    clearInterval: clear("Interval"),
    changeInterval(id, ms) {
      if (!timers.change(Number(id), Number(ms))) throw new EspruinoError("Unknown Interval");
    },
  };
}
