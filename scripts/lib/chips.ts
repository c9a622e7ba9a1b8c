/** The chips that a board can have: what their pins can do under Espruino, and how much memory there is. */

import type { Chip, Led } from "../../src/board.ts";

/** The facts of one chip, as its Espruino 2v29 build has them. */
export interface ChipFacts {
  /** What people call it. */
  readonly title: string;
  /** Variables of the interpreter: the memory for data, and for code that is not in flash. */
  readonly variables: number;
  /** Whether its images listen for telnet as soon as there is a network. */
  readonly telnet: boolean;
  /** Whether its images offer the console over Bluetooth. */
  readonly bluetooth: boolean;
  /** GPIO numbers that can drive an LED. */
  readonly outputs: readonly number[];
  /** Outputs that cannot be the data line of WS2812. */
  readonly noStrip: readonly number[];
  /** Pins that `analogRead` reads, as a board file names them. */
  readonly analog: readonly number[];
  /** Why each other GPIO is no output. A number that is neither here nor an output does not exist. */
  readonly refused: readonly { readonly pins: readonly number[]; readonly reason: string }[];
}

const INPUT_ONLY = "is an input-only pin";
const FLASH = "belongs to the flash chip";
const CONSOLE = "is the console's";
const USB = "is the USB port's";
const BOOT = "selects the boot mode";

export const CHIPS: Readonly<Record<Chip, ChipFacts>> = {
  esp32: {
    title: "ESP32",
    variables: 16383,
    telnet: true,
    bluetooth: true,
    outputs: [2, 4, 5, ...range(12, 19), ...range(21, 23), ...range(25, 27), 32, 33],
    noStrip: [],
    analog: range(32, 39), // ADC1; Espruino has no driver for ADC2, which Wi-Fi uses
    refused: [
      { pins: [0], reason: BOOT },
      { pins: [1, 3], reason: CONSOLE },
      { pins: range(6, 11), reason: FLASH },
      { pins: range(34, 39), reason: INPUT_ONLY },
    ],
  },
  esp32c3: {
    title: "ESP32-C3",
    variables: 4095,
    telnet: false,
    bluetooth: true,
    outputs: [...range(0, 8), 10],
    noStrip: [],
    analog: range(0, 4),
    refused: [
      { pins: [9], reason: BOOT },
      { pins: range(11, 17), reason: FLASH },
      { pins: [18, 19], reason: USB },
      { pins: [20, 21], reason: CONSOLE },
    ],
  },
  esp32s3: {
    title: "ESP32-S3",
    variables: 16383,
    telnet: true,
    bluetooth: true,
    outputs: [...range(1, 18), 21, ...range(33, 42), ...range(45, 48)],
    noStrip: [],
    analog: [], // the chip has them, but Espruino's pin table for it names none: analogRead gives NaN
    refused: [
      { pins: [0], reason: BOOT },
      { pins: [19, 20], reason: USB },
      { pins: range(26, 32), reason: FLASH },
      { pins: [43, 44], reason: CONSOLE },
    ],
  },
  esp8266: {
    title: "ESP8266",
    variables: 1600,
    telnet: true,
    bluetooth: false,
    outputs: [0, 2, 4, 5, ...range(12, 16)],
    noStrip: [16], // it is not in the register that `neopixel` writes
    analog: [0],
    refused: [
      { pins: [1, 3], reason: CONSOLE },
      { pins: range(6, 11), reason: FLASH },
    ],
  },
};

/** GPIO numbers that can drive a LED of this kind. */
export function ledPins(chip: Chip, kind: Led["kind"]): number[] {
  const { outputs, noStrip } = CHIPS[chip];
  return outputs.filter((pin) => kind !== "ws2812" || !noStrip.includes(pin));
}

/** Why `pin` cannot drive a LED of this kind, as the end of a sentence that begins with it; undefined if it can. */
export function ledPinFault(chip: Chip, kind: Led["kind"], pin: number): string | undefined {
  const { outputs, refused, title } = CHIPS[chip];
  if (ledPins(chip, kind).includes(pin)) return undefined;
  if (outputs.includes(pin)) return `cannot drive WS2812 on ${title}`;
  const reason = refused.find(({ pins }) => pins.includes(pin))?.reason ?? "does not exist";
  return `${reason} on ${title}`;
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

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
