/**
 * The chips that a board can have: what their pins can do under Espruino, and how much memory there is. All of it is read
 * in the sources of Espruino 2v29 (boards/*.py, targets/esp32, targets/esp8266), for the images that are released of it.
 */

import type { Chip, Led } from "../../src/board.ts";

/** Pins that cannot do something. */
export interface Bar {
  readonly pins: readonly number[];
  /** Why, as a sentence that begins with the pin and ends with `on <chip>`. */
  readonly reason: string;
}

/** The facts of one chip, as its Espruino has them. */
export interface ChipFacts {
  /** What people call it. */
  readonly title: string;
  /** Its released images, as `process.env.BOARD` names them; what one has and the other has not is said where it counts. */
  readonly images: readonly string[];
  /**
   * Variables of the interpreter, from the fewest that people report to the most: the memory for data, and for code that
   * is not in flash. Where the image takes what the heap leaves and nobody has reported it, `least` is missing.
   */
  readonly variables: { readonly least?: number; readonly most: number };
  /** Characters of a text that one variable holds. */
  readonly charactersPerVariable: number;
  /** GPIO numbers that can drive an LED of some kind. */
  readonly outputs: readonly number[];
  /** Outputs that cannot drive an LED of this kind. */
  readonly unfit: Readonly<Partial<Record<Led["kind"], Bar>>>;
  /** Pins that `analogRead` reads, as a board file names them. */
  readonly analog: readonly number[];
  /** Why each other GPIO is no output for an LED. A number that is neither here nor an output does not exist. */
  readonly refused: readonly Bar[];
  /** Names of pins beside `D0`…, and their numbers. */
  readonly names: Readonly<Record<string, number>>;
  /** Pins whose level Espruino turns round, reading and writing. */
  readonly inverted: readonly number[];
  /** Pins that nothing reaches but PWM and WS2812: neither reading, nor writing, nor watching. */
  readonly dead: Bar;
  /** Pins that `setWatch` refuses. */
  readonly unwatched: Bar;
  /** Pins that cannot be driven, and have no pull-up or pull-down resistor inside. */
  readonly inputOnly: Bar;
  /** Pins that belong to the flash chip: whoever touches them crashes the board. */
  readonly flash: Bar;
  /** Pins on which `analogWrite` gives a voltage. */
  readonly dac: Bar;
  /** Modes that `pinMode` refuses, and why, as the end of a sentence that begins with the mode. */
  readonly modes: Readonly<Record<string, string>>;
  readonly pwm: Pwm;
  /** The images have a telnet server; that of ESP8266_BOARD, for 512 kB of flash, has none. */
  readonly hasTelnet: boolean;
  /** The images offer the console over Bluetooth. */
  readonly hasBluetooth: boolean;
  /** Whether TLS finds its two buffers of 16 kB: the images have none of it, the heap hardly holds it, or it does. */
  readonly tls: "none" | "scarce" | "fits";
  /** Whether the images look names that end in `.local` up by mDNS: those of ESP-IDF 4 have lwIP do it. */
  readonly findsLocalNames: boolean;
  /** Room in flash for the script and all that it keeps, in bytes; ESP8266_BOARD has 16 kB. */
  readonly storage: number;
}

/** What `analogWrite` gives. */
export interface Pwm {
  /** Pins that can have it at once, at the frequency that is used when none is given. */
  readonly pins: number;
  /** Pins that can have another frequency; beside those, or by software among them. */
  readonly ownFrequency: number;
  /** The frequency that is used when none is given, in Hz. */
  readonly frequency: number;
  /** Made by the interpreter's timer, an interrupt for each edge. */
  readonly isSoftware: boolean;
}

const CONSOLE = "is the console's";
const USB = "is the USB port's";
const BOOT = "selects the boot mode";

const ESP32_STORAGE = 896 * 1024;

const NONE: Bar = { pins: [], reason: "" };

/** What `pinMode` of the ESP32 family refuses (targets/esp32/jshardware.c, jshPinSetState). */
const NO_MODES = {
  analog: "is an error in Espruino 2v29",
  af_output: "is an error in Espruino 2v29",
  af_opendrain: "is an error in Espruino 2v29",
};

/** LEDC: channels of one timer for 5 kHz, and for each other frequency a timer and a channel (targets/esp32/jshardwarePWM.c). */
const LEDC: Pwm = { pins: 5, ownFrequency: 3, frequency: 5000, isSoftware: false };

const ESP32_INPUT_ONLY: Bar = { pins: range(34, 39), reason: "is an input-only pin" };
const ESP32_DAC: Bar = {
  pins: [25, 26],
  reason: "is a DAC, where analogWrite gives a voltage and level 1 comes out as 0,",
};
const ESP32_FLASH = flashPins(6, 11);
const C3_FLASH = flashPins(11, 17);
const S3_FLASH = flashPins(26, 32);
const ESP8266_FLASH = flashPins(6, 11);

/** In 2v29 `pinToESP32Pin` ends at 39 on every chip; PWM and WS2812 do without it. */
const S3_DEAD: Bar = {
  pins: range(40, 48),
  reason: "is out of reach for all but PWM and WS2812 in Espruino 2v29",
};

export const CHIPS: Readonly<Record<Chip, ChipFacts>> = {
  esp32: {
    title: "ESP32",
    images: ["ESP32"],
    variables: { least: 3400, most: 4100 },
    charactersPerVariable: 9,
    outputs: [2, 4, 5, ...range(12, 19), ...range(21, 23), ...range(25, 27), 32, 33],
    unfit: { pwm: ESP32_DAC },
    analog: range(32, 39), // ADC1; Espruino has no driver for ADC2, which Wi-Fi uses
    refused: [{ pins: [0], reason: BOOT }, { pins: [1, 3], reason: CONSOLE }, ESP32_FLASH, ESP32_INPUT_ONLY],
    names: { LED1: 2, BTN1: 0 },
    inverted: [0], // "NEGATED" in boards/ESP32.py, and nowhere else
    dead: NONE,
    unwatched: unwatched(range(6, 12), "Espruino keeps 6–12 for the flash chip"),
    inputOnly: ESP32_INPUT_ONLY,
    flash: ESP32_FLASH,
    dac: ESP32_DAC,
    modes: NO_MODES,
    pwm: LEDC,
    hasTelnet: true,
    hasBluetooth: true,
    tls: "scarce",
    findsLocalNames: false,
    storage: ESP32_STORAGE,
  },
  esp32c3: {
    title: "ESP32-C3",
    images: ["ESP32C3_IDF4"],
    variables: { most: 16383 }, // from later images on 4095
    charactersPerVariable: 9,
    outputs: [...range(0, 8), 10],
    unfit: {},
    analog: range(0, 4),
    refused: [
      { pins: [9], reason: BOOT },
      C3_FLASH,
      { pins: [18, 19], reason: USB },
      { pins: [20, 21], reason: CONSOLE },
    ],
    names: { LED1: 2, BTN1: 0 },
    inverted: [],
    dead: NONE,
    unwatched: unwatched([18, 19], "they are the USB port's"),
    inputOnly: NONE,
    flash: C3_FLASH,
    dac: NONE,
    modes: NO_MODES,
    pwm: { ...LEDC, ownFrequency: 1 }, // six channels: of the three for other frequencies the chip has the first
    hasTelnet: false,
    hasBluetooth: true,
    tls: "fits",
    findsLocalNames: true,
    storage: ESP32_STORAGE,
  },
  esp32s3: {
    title: "ESP32-S3",
    images: ["ESP32S3_IDF4"],
    variables: { most: 16383 },
    charactersPerVariable: 9,
    outputs: [...range(1, 18), 21, ...range(33, 42), ...range(45, 48)],
    unfit: { gpio: S3_DEAD },
    analog: [], // the chip has them, but Espruino's pin table for it names none: analogRead gives NaN
    refused: [
      { pins: [0], reason: BOOT },
      { pins: [19, 20], reason: USB },
      S3_FLASH,
      { pins: [43, 44], reason: CONSOLE },
    ],
    names: { LED1: 2, BTN1: 0 },
    inverted: [],
    dead: S3_DEAD,
    unwatched: unwatched(range(6, 12), "Espruino keeps 6–12 for a flash chip, which is elsewhere here"),
    inputOnly: NONE,
    flash: S3_FLASH,
    dac: NONE,
    modes: NO_MODES,
    pwm: LEDC,
    hasTelnet: true,
    hasBluetooth: true,
    tls: "fits",
    findsLocalNames: true,
    storage: ESP32_STORAGE,
  },
  esp8266: {
    title: "ESP8266",
    images: ["ESP8266_4MB", "ESP8266_BOARD"],
    variables: { least: 1600, most: 1700 },
    charactersPerVariable: 8,
    outputs: [0, 2, 4, 5, ...range(12, 16)],
    unfit: {
      // It is not in the register that `neopixel` writes.
      ws2812: { pins: [16], reason: "cannot drive WS2812" },
    },
    analog: [0],
    refused: [{ pins: [1, 3], reason: CONSOLE }, ESP8266_FLASH],
    names: { A0: 17 },
    inverted: [],
    dead: NONE,
    unwatched: unwatched([16, 17], "they have no interrupt"),
    inputOnly: { pins: [17], reason: "is an analogue input and nothing else" },
    flash: ESP8266_FLASH,
    dac: NONE,
    modes: { analog: "is an error in Espruino 2v29", input_pulldown: "is an error: there is no pull-down" },
    pwm: { pins: 7, ownFrequency: 7, frequency: 50, isSoftware: true }, // two of the timer's 15 tasks each
    hasTelnet: true,
    hasBluetooth: false,
    tls: "none",
    findsLocalNames: false,
    storage: 48 * 4096,
  },
};

/** GPIO numbers that can drive a LED of this kind. */
export function ledPins(chip: Chip, kind: Led["kind"]): number[] {
  const { outputs, unfit } = CHIPS[chip];
  return outputs.filter((pin) => unfit[kind]?.pins.includes(pin) !== true);
}

/** Why `pin` cannot drive a LED of this kind, as the end of a sentence that begins with it; undefined if it can. */
export function ledPinFault(chip: Chip, kind: Led["kind"], pin: number): string | undefined {
  if (ledPins(chip, kind).includes(pin)) return undefined;
  const { refused, unfit, title } = CHIPS[chip];
  return barred(chip, pin, [...refused, unfit[kind] ?? NONE]) ?? `does not exist on ${title}`;
}

/** Why one of `bars` holds for `pin`, as the end of a sentence that begins with it. */
export function barred(chip: Chip, pin: number, bars: readonly Bar[]): string | undefined {
  const bar = bars.find(({ pins }) => pins.includes(pin));
  return bar && `${bar.reason} on ${CHIPS[chip].title}`;
}

/** What there is to say about a pin that the chip does not have, as above; undefined if it has it. */
export function missing(chip: Chip, pin: number): string | undefined {
  const { outputs, refused, names, title } = CHIPS[chip];
  const known = [...outputs, ...refused.flatMap(({ pins }) => pins), ...Object.values(names)];
  return known.includes(pin) ? undefined : `does not exist on ${title}`;
}

/**
 * Espruino's number of an analogue pin that a board file names. On the ESP8266 the one analogue input is A0, 0 in
 * a board file, which Espruino's pin table lists after D0–D16: pin 17. Elsewhere the GPIO number is the pin.
 */
export function analogPin(chip: Chip, pin: number): number {
  return chip === "esp8266" ? 17 + pin : pin;
}

/** Pins in ascending order as a reader takes them in, three or more in a row as a range: `2, 4, 5, 12–19`. */
export function listPins(pins: readonly number[]): string {
  const runs: number[][] = [];
  for (const pin of pins) {
    const run = runs.at(-1);
    if (run?.at(-1) === pin - 1) run.push(pin);
    else runs.push([pin]);
  }
  return runs
    .map((run) => (run.length > 2 ? `${String(run[0])}–${String(run.at(-1))}` : run.join(", ")))
    .join(", ");
}

/** What a NodeMCU and a D1 mini print beside their pins: D0–D8. */
const NODEMCU = [16, 5, 4, 0, 2, 14, 12, 13, 15];

/**
 * The numbers, as a board file has them, that a pin's name in text may mean on a chip, such as `D4`, `GPIO4`, `LED1`;
 * none where it is no name of a pin.
 */
export function pinsCalled(chip: Chip, text: string): { readonly pin: number; readonly by: string }[] {
  const name = text.trim().toUpperCase();
  const named = CHIPS[chip].names[name];
  if (named !== undefined) return [{ pin: name === "A0" ? 0 : named, by: "Espruino's name" }];
  const [, letters, digits] = /^(D|GPIO|IO|PIN|P)?[ _]?(\d{1,2})$/.exec(name) ?? [];
  if (digits === undefined) return [];
  const pin = Number(digits);
  const printed = chip === "esp8266" && letters === "D" ? NODEMCU[pin] : undefined;
  const own = { pin, by: "Espruino's name, GPIO" + String(pin) };
  return printed === undefined || printed === pin
    ? [own]
    : [{ pin: printed, by: `what a NodeMCU or D1 mini has beside the pin (GPIO${printed})` }, own];
}

function flashPins(first: number, last: number): Bar {
  return { pins: range(first, last), reason: "belongs to the flash chip" };
}

function unwatched(pins: readonly number[], why: string): Bar {
  return { pins, reason: `cannot be watched (${why})` };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
