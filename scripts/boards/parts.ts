/**
 * The kinds of parts that a board file can name under `parts`: what each has for values, commands and pins. Checks, data
 * streams, the thing model and the documents draw from this description and nowhere else.
 */

import type { Led } from "../../src/board.ts";
import { COMMAND_LINE, type Speech } from "../cli/language.ts";

interface Named {
  /** Its name: the command, and the id of its value or their beginning. */
  readonly name: string;
  /** Time between two data points of a value that no stream of the board file uses, in s; 0: none. */
  readonly report: number;
}

/** An LED or a strip, as in `led` of a board file, or an LED that PWM dims. */
export interface LightPart extends Named {
  readonly kind: "light";
  readonly led: Led;
}

/** A relay, a valve, a pump: one pin, on or off. */
export interface SwitchPart extends Named {
  readonly kind: "switch";
  readonly pin: number;
  /** On at a low level. */
  readonly activeLow: boolean;
  /** Its state after a boot. */
  readonly atBoot: "on" | "off" | "last";
  /** Time after which it goes off by itself, in s; 0: never. */
  readonly longestOn: number;
}

/** Anything that PWM drives, 0–100 %. */
export interface DimmerPart extends Named {
  readonly kind: "dimmer";
  readonly pin: number;
  readonly activeLow: boolean;
}

/** A servo, 0–180°. */
export interface ServoPart extends Named {
  readonly kind: "servo";
  readonly pin: number;
  /** Length of the pulse at 0° and at 180°, in ms. */
  readonly pulse: readonly [number, number];
}

/** A buzzer. */
export interface BuzzerPart extends Named {
  readonly kind: "buzzer";
  readonly pin: number;
  readonly activeLow: boolean;
  /** Its tone in Hz, for a passive buzzer; 0 for an active one, which has its own. */
  readonly frequency: number;
}

/** A button; each of the three is a command of the board, or empty. */
export interface ButtonPart extends Named {
  readonly kind: "button";
  readonly pin: number;
  /** Pressed at a low level. */
  readonly activeLow: boolean;
  readonly press: string;
  readonly hold: string;
  readonly double: string;
}

/** A contact of a door, a window, a float: open or closed. */
export interface ContactPart extends Named {
  readonly kind: "contact";
  readonly pin: number;
  /** Level of the pin while it is open. */
  readonly openIs: 0 | 1;
}

/** A motion sensor with a digital output. */
export interface MotionPart extends Named {
  readonly kind: "motion";
  readonly pin: number;
  /** Motion at a low level. */
  readonly activeLow: boolean;
}

/** A sensor with an analogue output: a level of 0–1 at `from` becomes the value at the same place of `to`. */
export interface AnalogPart extends Named {
  readonly kind: "analog";
  readonly pin: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Empty without one. */
  readonly unit: string;
}

/** Counts pulses. */
export interface CounterPart extends Named {
  readonly kind: "counter";
  readonly pin: number;
  readonly unit: string;
}

/** What commands set, and what survives a restart: a number. */
export interface NumberSettingPart extends Named {
  readonly kind: "setting";
  readonly holds: "number";
  readonly default: number;
  readonly from: number;
  readonly to: number;
  readonly unit: string;
}

/** The same with a text. */
export interface TextSettingPart extends Named {
  readonly kind: "setting";
  readonly holds: "text";
  readonly default: string;
  /** Most bytes of UTF-8, 1–128. */
  readonly longest: number;
}

/** The same, on or off. */
export interface SwitchSettingPart extends Named {
  readonly kind: "setting";
  readonly holds: "switch";
  readonly default: boolean;
}

export type SettingPart = NumberSettingPart | TextSettingPart | SwitchSettingPart;

/** What the own code of a board defines. */
interface OwnNamed extends Named {
  readonly kind: "own";
  /** Whether commands set its value. */
  readonly isSettable: boolean;
  /** Its other commands. */
  readonly commands: readonly string[];
}

/** A part of own code, with a number. */
export interface OwnNumberPart extends OwnNamed {
  readonly holds: "number";
  readonly from: number;
  readonly to: number;
  readonly unit: string;
}

/** The same with a text. */
export interface OwnTextPart extends OwnNamed {
  readonly holds: "text";
  /** Most bytes of UTF-8, 1–128. */
  readonly longest: number;
}

/** The same, on or off. */
export interface OwnSwitchPart extends OwnNamed {
  readonly holds: "switch";
}

export type OwnPart = OwnNumberPart | OwnTextPart | OwnSwitchPart;

/** A sensor of temperature and humidity on one wire. */
export interface DhtPart extends Named {
  readonly kind: "dht11" | "dht22";
  readonly pin: number;
}

/** Thermometers on one 1-Wire bus. */
export interface Ds18b20Part extends Named {
  readonly kind: "ds18b20";
  readonly pin: number;
  /** Number of sensors on the pin, 1–8. */
  readonly count: number;
}

/** A sensor of temperature and air pressure, and with a BME280 of humidity, on an I2C bus. */
export interface Bme280Part extends Named {
  readonly kind: "bme280" | "bmp280";
  readonly sda: number;
  readonly scl: number;
  /** Its address on the bus. */
  readonly address: number;
}

export type Part =
  | LightPart
  | SwitchPart
  | DimmerPart
  | ServoPart
  | BuzzerPart
  | ButtonPart
  | ContactPart
  | MotionPart
  | AnalogPart
  | CounterPart
  | SettingPart
  | DhtPart
  | Ds18b20Part
  | Bme280Part
  | OwnPart;

export type PartKind = Part["kind"];

/** A value that a part reports: a source of data streams, and a property of the thing model. */
export interface PartValue {
  readonly id: string;
  readonly type: "bool" | "int" | "float" | "colour" | "text";
  /** Empty without one. */
  readonly unit: string;
  readonly quantity?: "temperature" | "humidity" | "pressure";
  readonly least?: number;
  /** Of a text: its most bytes of UTF-8. */
  readonly most?: number;
  /** What a measured fraction is rounded to. */
  readonly step?: number;
  /** Whether the platform may set it, as a property. */
  readonly isWritable: boolean;
  /** Whether a change is reported at once. */
  readonly isState: boolean;
}

/** What may follow a part's name in a command; without anything the command only asks for the state. */
export interface PartCommands {
  readonly words: readonly string[];
  /** A number in this range, if any. */
  readonly number?: { readonly least: number; readonly most: number };
  /** A colour, `#rrggbb`. */
  readonly isColour?: boolean;
  /** A text of at most so many bytes of UTF-8, in either case. */
  readonly longest?: number;
}

/** How a part uses a pin: what the pin has to be able to do. */
export type PinRole =
  | { readonly does: "drive" | "dim" | "strip" | "pulse" }
  /** `pull`: the part needs the chip's resistor. */
  | { readonly does: "read" | "watch"; readonly pull: boolean }
  | { readonly does: "measure" }
  /** Driven and watched in turn. */
  | { readonly does: "wire" }
  /** Parts of the same bus may share it. */
  | { readonly does: "bus"; readonly bus: string };

export interface PinUse {
  /** The field, below the part: `pin`, `pins/red`. */
  readonly field: string;
  readonly pin: number;
  readonly role: PinRole;
}

const SWITCHED = ["on", "off", "toggle"];
const PERCENT = { least: 0, most: 100 };
/** The largest count that a counter's command sets. */
export const LARGEST_COUNT = 999_999_999;

/** What a kind makes of its parts. */
interface Kind<P extends Part> {
  values(part: P): readonly PartValue[];
  commands(part: P): PartCommands;
  pins(part: P): readonly PinUse[];
}

type Kinds = { readonly [K in PartKind]: Kind<Extract<Part, { readonly kind: K }>> };

const DHT: Kind<DhtPart> = {
  values: ({ name }) => [temperature(`${name}_temperature`), humidity(`${name}_humidity`)],
  commands: () => NOTHING,
  pins: ({ pin }) => [use(pin, { does: "wire" })],
};

const BOSCH: Kind<Bme280Part> = {
  values: ({ name, kind }) => [
    temperature(`${name}_temperature`),
    measured(`${name}_pressure`, "hPa", "pressure"),
    ...(kind === "bme280" ? [humidity(`${name}_humidity`)] : []),
  ],
  commands: () => NOTHING,
  pins: ({ sda, scl }) => [
    { field: "sda", pin: sda, role: { does: "bus", bus: `I2C data, clock on ${scl}` } },
    { field: "scl", pin: scl, role: { does: "bus", bus: `I2C clock, data on ${sda}` } },
  ],
};

/** The value of a setting, which commands set. */
function heldBy(part: SettingPart | OwnPart): PartValue {
  const common = { id: part.name, unit: "", isWritable: true, isState: true };
  if (part.holds === "switch") return { ...common, type: "bool" };
  if (part.holds === "text") return { ...common, type: "text", most: part.longest };
  return { ...common, type: "float", unit: part.unit, least: part.from, most: part.to };
}

/** The commands that set it. */
function setting(part: SettingPart | OwnPart): PartCommands {
  if (part.holds === "switch") return { words: SWITCHED };
  if (part.holds === "text") return { words: [], longest: part.longest };
  return { words: [], number: { least: part.from, most: part.to } };
}

const KINDS: Kinds = {
  light: {
    values: ({ name, led }) => {
      if (led.kind === "gpio") return [{ ...bool(name), isWritable: true }];
      if (led.kind === "dimmed") return [{ ...int(name, "%", 0, 100), isWritable: true }];
      return [{ id: name, type: "colour", unit: "", isWritable: true, isState: true }];
    },
    commands: ({ led }) => {
      if (led.kind === "gpio") return { words: SWITCHED };
      return led.kind === "dimmed"
        ? { words: SWITCHED, number: PERCENT }
        : { words: SWITCHED, isColour: true };
    },
    pins: ({ led }) => {
      if (led.kind !== "pwm")
        return [
          use(led.pin, { does: ({ gpio: "drive", ws2812: "strip", dimmed: "dim" } as const)[led.kind] }),
        ];
      return led.pins.map((pin, i) => ({
        field: `pins/${["red", "green", "blue"][i] ?? ""}`,
        pin,
        role: { does: "dim" },
      }));
    },
  },
  switch: {
    values: ({ name }) => [{ ...bool(name), isWritable: true }],
    commands: () => ({ words: SWITCHED }),
    pins: ({ pin }) => [use(pin, { does: "drive" })],
  },
  dimmer: {
    values: ({ name }) => [{ ...int(name, "%", 0, 100), isWritable: true }],
    commands: () => ({ words: SWITCHED, number: PERCENT }),
    pins: ({ pin }) => [use(pin, { does: "dim" })],
  },
  servo: {
    values: ({ name }) => [{ ...int(name, "°", 0, 180), isWritable: true }],
    commands: () => ({ words: ["off"], number: { least: 0, most: 180 } }),
    pins: ({ pin }) => [use(pin, { does: "pulse" })],
  },
  buzzer: {
    values: ({ name }) => [{ ...bool(name), isWritable: true }],
    commands: () => ({ words: ["on", "off", "short", "long"] }),
    pins: ({ pin, frequency }) => [use(pin, { does: frequency > 0 ? "pulse" : "drive" })],
  },
  button: {
    values: ({ name }) => [{ id: name, type: "int", unit: "", least: 0, isWritable: false, isState: true }],
    commands: () => ({ words: ["press", "hold", "double"] }),
    pins: ({ pin, activeLow }) => [use(pin, { does: "watch", pull: activeLow })],
  },
  contact: {
    values: ({ name }) => [bool(name)],
    commands: () => NOTHING,
    pins: ({ pin }) => [use(pin, { does: "read", pull: true })],
  },
  motion: {
    values: ({ name }) => [bool(name)],
    commands: () => NOTHING,
    pins: ({ pin }) => [use(pin, { does: "read", pull: false })],
  },
  analog: {
    values: ({ name, to, unit }) => [
      {
        id: name,
        type: "float",
        unit,
        least: Math.min(...to),
        most: Math.max(...to),
        step: 1 / stepsOf(to),
        isWritable: false,
        isState: false,
      },
    ],
    commands: () => NOTHING,
    pins: ({ pin }) => [use(pin, { does: "measure" })],
  },
  counter: {
    values: ({ name, unit }) => [
      { id: name, type: "int", unit, least: 0, isWritable: false, isState: false },
    ],
    commands: () => ({ words: [], number: { least: 0, most: LARGEST_COUNT } }),
    pins: ({ pin }) => [use(pin, { does: "watch", pull: true })],
  },
  setting: {
    values: (part) => [heldBy(part)],
    commands: setting,
    pins: () => [],
  },
  dht11: DHT,
  dht22: DHT,
  ds18b20: {
    values: ({ name, count }) =>
      count === 1
        ? [temperature(name)]
        : Array.from({ length: count }, (_, index) => temperature(`${name}_${index + 1}`)),
    commands: () => NOTHING,
    pins: ({ name, pin }) => [use(pin, { does: "bus", bus: `1-Wire of ${name}` })], // no other may talk on it
  },
  bme280: BOSCH,
  bmp280: BOSCH,
  own: {
    // A number that nothing sets is a measurement: it may change all the time.
    values: (part) => {
      const isState = part.isSettable || part.holds !== "number";
      return [{ ...heldBy(part), isWritable: part.isSettable, isState }];
    },
    commands: (part) => {
      const { words, ...others } = part.isSettable ? setting(part) : NOTHING;
      return { words: [...words, ...part.commands], ...others };
    },
    pins: () => [],
  },
};

/** All kinds. */
export const PART_KINDS: readonly string[] = Object.keys(KINDS);

/** The values that a part reports, in the order in which its sensor measures them. */
export function valuesOf(part: Part): readonly PartValue[] {
  return kindOf(part).values(part);
}

export function commandsOf(part: Part): PartCommands {
  return kindOf(part).commands(part);
}

export function pinsOf(part: Part): readonly PinUse[] {
  return kindOf(part).pins(part);
}

/** How rules ask for a part's state, `lamp is on`: first the word for a part that is on, open or moving. */
export function statesOf(part: Part): readonly [string, string] | undefined {
  switch (part.kind) {
    case "setting":
    case "own":
      return part.holds === "switch" ? ["on", "off"] : undefined;
    case "light":
    case "switch":
    case "dimmer":
    case "buzzer":
      return ["on", "off"];
    case "contact":
      return ["open", "closed"];
    case "motion":
      return ["moving", "still"];
    default:
      return undefined;
  }
}

/** Events of a part, in rules: `door opens`. */
export function eventsOf({ kind }: Part): readonly string[] | undefined {
  if (kind === "contact") return ["opens", "closes"];
  if (kind === "motion") return ["begins", "ends"];
  return kind === "button" ? ["pressed", "held"] : undefined;
}

/**
 * What a command may say after the part's name, for messages: `on, off or toggle`.
 * @param speech whose messages: in the language of the command line, or the board's, in English
 */
export function takes(part: Part, speech: Speech = COMMAND_LINE): string {
  const { t, listOr } = speech;
  const { words, number, isColour, longest } = commandsOf(part);
  const choices = [
    ...words,
    ...(number ? [t`a number from ${number.least} to ${number.most}`] : []),
    ...(isColour ? [t`a colour such as #ff8000`] : []),
    ...(longest === undefined ? [] : [t`a text of at most ${longest} bytes`]),
  ];
  return listOr(choices) || t`nothing`;
}

/** Whether a part takes the argument of a command; its firmware takes the same (src/parts). */
export function accepts(part: Part, argument: string): boolean {
  const text = argument.toLowerCase();
  const { words, number, isColour = false, longest } = commandsOf(part);
  if (text === "" || words.includes(text)) return true;
  if (longest !== undefined) return Buffer.byteLength(argument) <= longest && !/\p{Cc}/u.test(argument);
  if (isColour && /^#[0-9a-f]{6}$/.test(text)) return true;
  const [, digits] = /^(-?\d+\.?\d*)%?$/.exec(text) ?? [];
  return (
    number !== undefined &&
    digits !== undefined &&
    Number(digits) >= number.least &&
    Number(digits) <= number.most
  );
}

/** The steps in 1 of an analogue part's value, which has four digits at most: more would be noise. */
export function stepsOf([first, second]: AnalogPart["to"]): number {
  return 10 ** Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(second - first))));
}

function kindOf<P extends Part>(part: P): Kind<P> {
  return KINDS[part.kind] as unknown as Kind<P>; // TypeScript does not connect the kind with the part
}

const NOTHING: PartCommands = { words: [] };

function use(pin: number, role: PinRole): PinUse {
  return { field: "pin", pin, role };
}

function bool(id: string): PartValue {
  return { id, type: "bool", unit: "", isWritable: false, isState: true };
}

function int(id: string, unit: string, least: number, most: number): PartValue {
  return { id, type: "int", unit, least, most, isWritable: false, isState: true };
}

function temperature(id: string): PartValue {
  return measured(id, "°C", "temperature");
}

function humidity(id: string): PartValue {
  return measured(id, "%", "humidity");
}

/** What the sensors can measure at most, in °C, % and hPa. */
const RANGES = { temperature: [-55, 125], humidity: [0, 100], pressure: [300, 1100] } as const;

/** As src/parts/sensor.ts rounds them. */
const STEP = 0.01;

function measured(id: string, unit: string, quantity: NonNullable<PartValue["quantity"]>): PartValue {
  const [least, most] = RANGES[quantity];
  return { id, type: "float", unit, quantity, least, most, step: STEP, isWritable: false, isState: false };
}
