/**
 * GPIO, PWM, analogue inputs, WS2812 and watches of a virtual board. Levels are those at the pin, as a voltmeter
 * would show: the interpreter inverts some of them for its program.
 */
import type { ChipFacts } from "./chips.ts";
import { toBytes } from "./bytes.ts";
import type { Inputs } from "./input-types.ts";
import type { Loop } from "./loop.ts";
import { createPwm } from "./pwm.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import { createWatches, type Watches } from "./watches.ts";
import { english } from "../cli/language.ts";

export interface PinState {
  /** Espruino's mode; "pwm" while `analogWrite` drives the pin, undefined before anything does. */
  readonly mode: string | undefined;
  /** Level 0 or 1, or duty cycle 0–1 in mode "pwm". */
  readonly value: number;
  /** The latest values set by the program, oldest first. */
  readonly history: readonly { readonly value: number; readonly time: number }[];
}

export interface PinListener {
  pin(pin: number, value: number): void;
  /** @param freq in Hz, 0 for the chip's default */
  pwm(pin: number, value: number, freq: number): void;
  pixels(pin: number, bytes: Uint8Array): void;
  /** The program tried something the chip does not support. */
  fault(text: string): void;
  /** The interpreter prints a line. */
  print(line: string): void;
  /**
   * The program lets go of a pin that it held low for `low` ms, and watches it.
   * @returns how long each level lasts that follows, in µs, beginning with high; empty if nothing answers
   */
  released(pin: number, low: number): readonly number[];
}

export interface Pins {
  readonly state: (pin: number) => PinState;
  readonly pixels: (pin: number) => Uint8Array | undefined;
  /** Call this when the level at an input changes, as by a button. */
  readonly levelChanged: (pin: number, level: 0 | 1) => void;
  /** Frees the PWM channels: the chip restarts. */
  readonly restart: () => void;
  /** Resets the pins to floating; levels from outside stay. */
  reset(): void;
  /**
   * Defines the pin functions and the pins as globals.
   * @param now the board's clock, in ms since 1970
   * @param systemTime the chip's own clock, in ms since 1970
   */
  install(realm: Realm, loop: Loop, now: () => number, systemTime: () => number): void;
  /** The pin's number; undefined if the chip has no such pin. */
  readonly toPin: (value: unknown) => number | undefined;
  /** A bus takes the pin, in a mode of its own. @returns false if the chip cannot drive it like that */
  take(pin: number, mode: string): boolean;
  /** `require("neopixel").write`. */
  readonly writePixels: (pin: unknown, data: unknown) => void;
  /** Espruino's text of a pin, `D2`, for a pin object. */
  textOf(value: object): string | undefined;
}

const HISTORY = 1000;

const LEVEL = { quantity: "level", index: 0, least: 0, most: 1, step: 1, unit: "" } as const;
const ANALOG = { quantity: "analog", index: 0, least: 0, most: 1, step: 0.01, unit: "", rest: 0 } as const;

/** Modes of `pinMode` that an ESP32 lacks, with the interpreter's numbers. */
const UNEXPECTED = new Map([
  ["analog", 7],
  ["af_output", 8],
  ["af_opendrain", 9],
]);

const OPEN_DRAIN_NEGATED = "ERROR: jshPinSetState: can't do Open Drain on negated pin";
/** The ESP8266's pin that belongs to its clock, and knows two modes. */
const LONE_PIN = 16;

const MODES = `analog input input_pullup input_pulldown output opendrain opendrain_pullup af_output af_opendrain auto`;

interface MutablePin {
  mode: string | undefined;
  /** Whether `pinMode` set the mode: reads and writes then leave it alone. */
  manual: boolean;
  /** Whether a watch made it an input with a pull-up, whatever its mode says. */
  isWatched: boolean;
  /** Since when the program holds it low, in ms since 1970. */
  lowSince: number | undefined;
  value: number;
  history: { value: number; time: number }[];
}

export function createPins(chip: ChipFacts, inputs: Inputs, listener: PinListener): Pins {
  const states = new Map<number, MutablePin>();
  const strips = new Map<number, Uint8Array>();
  const pwm = createPwm(chip);
  let watches: Watches | undefined;

  /** Converts a level at the pin to the program's level, or back. */
  const convert = (pin: number, level: number): 0 | 1 =>
    (level === 0) === chip.negatedPins.includes(pin) ? 1 : 0;

  function stateOf(pin: number): MutablePin {
    let state = states.get(pin);
    if (state === undefined)
      states.set(
        pin,
        (state = {
          mode: undefined,
          manual: false,
          isWatched: false,
          lowSince: undefined,
          value: 0,
          history: [],
        }),
      );
    return state;
  }

  /** The pin's number. Espruino accepts a number, a Pin or a name. */
  function toPin(value: unknown): number | undefined {
    const own = pinNumbers.get(value as object);
    if (own !== undefined) return own;
    const named = typeof value === "string" ? (chip.namedPins[value] ?? /^D(\d+)$/.exec(value)?.[1]) : value;
    const pin = named === undefined || named === null ? NaN : Number(named);
    const known = Number.isInteger(pin) && pin >= 0 && (pin <= chip.lastPin || chip.analogPins.includes(pin));
    return known ? pin : undefined;
  }

  function needPin(value: unknown): number {
    const pin = toPin(value);
    if (pin === undefined) throw new EspruinoError("Invalid pin");
    return pin;
  }

  /** Whether the pin can be driven; the chip ignores impossible writes. */
  function canDrive(pin: number): boolean {
    if (chip.inputOnly.includes(pin)) {
      listener.print(`E gpio: io_num=${pin} can only be input`);
      listener.fault(english`D${pin} is an input-only pin on ${chip.board}: it cannot be driven`);
      return false;
    }
    if (chip.flashPins.includes(pin)) {
      if (chip.asynchronous) listener.print("ERROR: Cannot change pins used for flash chip");
      listener.fault(
        english`D${pin} belongs to the flash chip of ${chip.board}: driving it crashes a real board`,
      );
      return false;
    }
    return true;
  }

  /** Whether the interpreter knows the pin; otherwise reports it and leaves it alone. */
  function isKnown(pin: number): boolean {
    if (chip.asynchronous || pin < chip.deadFrom) return true;
    listener.print(`ERROR: pinToESP32Pin: Unknown pin: ${pin}`);
    listener.fault(
      english`D${pin} of ${chip.board} does not respond: Espruino knows no pins from ${chip.deadFrom} up`,
    );
    return false;
  }

  function setMode(pin: number, mode: string): void {
    const state = stateOf(pin);
    state.mode = mode;
    state.isWatched = false;
  }

  function set(pin: number, mode: string, value: number, now: () => number): void {
    const state = stateOf(pin);
    if (!state.manual || mode === "pwm") setMode(pin, mode);
    state.value = value;
    state.history.push({ value, time: now() });
    if (state.history.length > HISTORY) state.history.shift();
  }

  /** Reads a pin. Unless `pinMode` set it, it becomes an input, even if just driven. */
  function read(pin: number): 0 | 1 {
    const state = stateOf(pin);
    if (!state.manual) state.mode = "input";
    lookAt(pin);
    settle(pin);
    return convert(pin, levelOf(pin));
  }

  /** Registers that the program reads the pin's level. */
  function lookAt(pin: number): void {
    if (stateOf(pin).mode === "output") return;
    inputs.found({ ...LEVEL, pin, rest: restOf(pin) });
  }

  function levelOf(pin: number): 0 | 1 {
    const { mode, value, isWatched } = stateOf(pin);
    const level = mode === "output" && !isWatched ? value : inputs.value("level", pin, restOf(pin));
    return level === 0 ? 0 : 1;
  }

  /** The level of an unconnected pin. An inverted pin is a button's, which boards pull up. */
  function restOf(pin: number): 0 | 1 {
    const { mode, isWatched } = stateOf(pin);
    return mode?.endsWith("pullup") === true || isWatched || chip.negatedPins.includes(pin) ? 1 : 0;
  }

  /** Tells what is on the pin when the program lets go of it. To be called after each change of its mode or level. */
  let settle: (pin: number) => void = () => undefined;

  function take(pin: number, mode: string): boolean {
    if (!canDrive(pin) || !isKnown(pin)) return false;
    if (chip.asynchronous && pin === LONE_PIN && mode !== "input" && mode !== "output") {
      listener.print(`ERROR: only output and input are valid for D${LONE_PIN}`);
      return false;
    }
    if (mode.startsWith("opendrain") && chip.negatedPins.includes(pin)) {
      listener.print(OPEN_DRAIN_NEGATED);
      return false;
    }
    setMode(pin, mode);
    stateOf(pin).value = 1;
    settle(pin);
    return true;
  }

  function readAnalog(pin: number): number {
    inputs.found({ ...ANALOG, pin });
    return inputs.value("analog", pin, ANALOG.rest);
  }

  function install(realm: Realm, loop: Loop, now: () => number, systemTime: () => number): void {
    settle = (pin) => {
      const state = stateOf(pin);
      const isDriven = state.mode === "output" && !state.isWatched;
      const { lowSince } = state;
      if (isDriven && state.value === 0) state.lowSince ??= now();
      else state.lowSince = undefined;
      if (lowSince === undefined || isDriven || watches?.isFast(pin) !== true) return;
      const times = listener.released(pin, now() - lowSince);
      const start = systemTime();
      const total = times.reduce((sum, time) => sum + time, 0) / 1000;
      if (total > 0) loop.after(total, () => watches?.pulses(pin, start, times));
    };

    function digitalWrite(target: unknown, value: unknown): void {
      if (Array.isArray(target)) {
        // the last pin of the list takes the lowest bit
        listOf(target)
          .reverse()
          .forEach((item, bit) => digitalWrite(item, (Number(value) >> bit) & 1));
        return;
      }
      const pin = needPin(target);
      if (!canDrive(pin) || !isKnown(pin)) return;
      const level = convert(pin, value === undefined || value === null || Number(value) === 0 ? 0 : 1);
      set(pin, "output", level, now);
      listener.pin(pin, level);
      settle(pin);
    }

    function digitalRead(target: unknown): number {
      if (!Array.isArray(target)) return read(needPin(target));
      return listOf(target).reduce<number>((bits, item) => bits * 2 + read(needPin(item)), 0);
    }

    function analogWrite(target: unknown, value: unknown, options?: unknown): void {
      const pin = toPin(target);
      if (pin === undefined || !canDrive(pin)) return; // silently, like the interpreter
      const given = Math.min(1, Math.max(0, Number(value) || 0));
      const { freq: asked = 0, soft } = (options ?? {}) as { freq?: unknown; soft?: unknown };
      const freq = Number(asked) || 0;
      const isNegated = chip.negatedPins.includes(pin);
      const dimmed = pwm.write(pin, isNegated ? 1 - given : given, Math.trunc(freq), Boolean(soft));
      if ("fault" in dimmed) {
        listener.print(dimmed.line);
        listener.fault(dimmed.fault);
        return;
      }
      set(pin, "pwm", dimmed.duty, now);
      listener.pwm(pin, dimmed.duty, freq);
    }

    function pinMode(target: unknown, mode: unknown): void {
      const pin = needPin(target);
      if (mode === undefined || mode === "auto") {
        stateOf(pin).manual = false;
        return;
      }
      if (typeof mode !== "string" || !MODES.split(" ").includes(mode))
        throw new EspruinoError("Unknown pin mode");
      const number = chip.asynchronous ? undefined : UNEXPECTED.get(mode);
      if (number !== undefined) {
        stateOf(pin).manual = true;
        listener.print(`ERROR: jshPinSetState: Unexpected state: ${number}`);
        return;
      }
      if (/output|opendrain/.test(mode) && !canDrive(pin)) return;
      if (!isKnown(pin)) return;
      if (mode.startsWith("opendrain") && chip.negatedPins.includes(pin)) listener.print(OPEN_DRAIN_NEGATED);
      setMode(pin, mode);
      stateOf(pin).manual = true;
      settle(pin);
    }

    /** When each pin's pulses end, in ms since 1970. */
    const pulsesEnd = new Map<number, number>();

    /** Alternating pulses; a second call's follow the first's. */
    function digitalPulse(target: unknown, value: unknown, given: unknown): void {
      const pin = needPin(target);
      const isNumber = typeof given === "number";
      if (!isNumber && !Array.isArray(given))
        throw new EspruinoError(`Expecting Number or Array, got ${typeof given}`);
      if (isNumber && !(given >= 0)) throw new EspruinoError("Pulse Time is less than 0 or not a number");
      const start = now();
      let at = Math.max(pulsesEnd.get(pin) ?? 0, start);
      let level = value ? 1 : 0;
      if (at === start) digitalWrite(pin, level);
      for (const time of isNumber ? [given] : listOf(given).map(Number)) {
        const next = (level = 1 - level);
        if (!(time > 0)) continue;
        at += time;
        loop.after(at - start, () => digitalWrite(pin, next));
      }
      pulsesEnd.set(pin, at);
    }

    const constructPin: Fn = (value) => {
      const pin = toPin(value);
      if (pin === undefined) return undefined;
      const object = Object.setPrototypeOf(realm.object({}), prototype) as object;
      pinNumbers.set(object, pin);
      return object;
    };

    realm.define("Pin", constructPin);
    const prototype = realm.evaluate("Pin.prototype") as object;
    /** The pin whose method is called. */
    const own = (self: unknown) => pinNumbers.get(self as object) ?? needPin(self);
    const methods: Record<string, Fn> = {
      valueOf() {
        return pinNumbers.get(this);
      },
      toString() {
        return textOf(this);
      },
      read() {
        return read(own(this)) === 1;
      },
      write(level) {
        digitalWrite(own(this), level);
      },
      set() {
        digitalWrite(own(this), 1);
      },
      reset() {
        digitalWrite(own(this), 0);
      },
      toggle() {
        const pin = own(this);
        const level = 1 - convert(pin, levelOf(pin));
        digitalWrite(pin, level);
        return level === 1;
      },
      mode(mode) {
        pinMode(own(this), mode);
      },
      getMode() {
        return stateOf(own(this)).mode;
      },
    };
    realm.methods(prototype, methods);
    for (let pin = 0; pin <= chip.lastPin; pin++) realm.define(`D${pin}`, constructPin(pin));
    for (const [name, pin] of Object.entries(chip.namedPins)) realm.define(name, constructPin(pin));
    watches = createWatches({
      realm,
      loop,
      now: systemTime,
      toPin,
      chip,
      levelOf: (pin) => convert(pin, levelOf(pin)),
      isKnown,
      lookAt(pin) {
        const state = stateOf(pin);
        if (!state.manual) state.mode = "input";
        state.isWatched = !chip.asynchronous;
        lookAt(pin);
      },
      watched: (pin) => settle(pin),
      print: (line) => listener.print(line),
    });
    const functions: Record<string, Fn> = {
      digitalWrite,
      digitalRead,
      digitalPulse,
      analogWrite,
      analogRead(target) {
        const pin = toPin(target);
        return pin !== undefined && chip.analogPins.includes(pin) ? readAnalog(pin) : NaN;
      },
      pinMode,
      getPinMode: (target) => stateOf(needPin(target)).mode,
      setWatch: watches.setWatch,
      clearWatch: watches.clearWatch,
    };
    for (const [name, implementation] of Object.entries(functions)) realm.define(name, implementation);
  }

  /** The program's pins. */
  const pinNumbers = new WeakMap<object, number>();

  function textOf(value: object): string | undefined {
    const pin = pinNumbers.get(value);
    if (pin === undefined) return undefined;
    return pin === chip.namedPins["A0"] ? "A0" : `D${pin}`;
  }

  function writePixels(target: unknown, data: unknown): void {
    const bytes = typeof data === "string" ? toBytes(data) : Uint8Array.from(data as ArrayLike<number>);
    if (bytes.length === 0) throw new EspruinoError("Data must be a non empty array");
    if (bytes.length % 3 !== 0) throw new EspruinoError("Data length must be a multiple of 3 (RGB)");
    const pin = toPin(target);
    if (pin === undefined) throw new EspruinoError("Pin is not valid");
    if (!canDrive(pin)) return;
    strips.set(pin, bytes);
    listener.pixels(pin, bytes);
  }

  return {
    toPin,
    take,
    writePixels,
    state: (pin) => {
      const { mode, value, history } = stateOf(pin);
      return { mode, value, history: [...history] };
    },
    pixels: (pin) => strips.get(pin),
    levelChanged: (pin, level) => watches?.levelChanged(pin, convert(pin, level)),
    restart: () => pwm.reset(),
    reset() {
      states.clear();
      strips.clear();
      watches = undefined;
    },
    install,
    textOf,
  };
}

/** The items of a program's array, without its methods, which the program may have replaced. */
function listOf(array: unknown): unknown[] {
  return Array.from(array as ArrayLike<unknown>);
}
