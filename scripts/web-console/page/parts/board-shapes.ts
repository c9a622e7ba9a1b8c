/**
 * The shapes of boards. Most lie with their USB plug to the right; mPython stands, seen from its front. The last two are
 * drawn after the makers' pictures and tables (github.com/TPYBoard/Documentation, github.com/labplus-cn/mpython-docs).
 */

import type { BoardForm } from "../../protocol.ts";

export interface Shape {
  /** Of the whole drawing, which is {@link WIDTH} wide. */
  readonly height: number;
  /** The rows of pins. */
  readonly rows: readonly PinRow[];
  /** The buttons that the program can read. */
  readonly buttons: readonly BoardButton[];
  /** Where the LEDs shine. */
  readonly lights: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface PinRow {
  /** From left to right: GPIO numbers and names of others. */
  readonly pins: readonly string[];
  /** Where the row begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly y: number;
  /** Where the numbers of pins in use stand; those of every second pin are `nextLabel` from there. */
  readonly labelY: number;
  readonly nextLabel: number;
}

export interface BoardButton {
  readonly pin: number;
  readonly name: string;
  /** Its centre. */
  readonly x: number;
  readonly y: number;
}

/** Of every drawing. */
export const WIDTH = 340;

/** A narrow board with pins along both sides, from the antenna on. */
function kit(upper: string, lower: string, pin: number): Shape {
  const row = (pins: string, y: number, labelY: number): PinRow => ({
    pins: pins.split(" "),
    from: 20,
    to: 296,
    y,
    labelY,
    nextLabel: 0,
  });
  return {
    height: 164,
    lights: { x: 132, y: 52, width: 116, height: 60 },
    rows: [row(upper, 28, 14), row(lower, 136, 158)],
    buttons: [{ pin, name: "BOOT", x: 276, y: 58 }],
  };
}

export const SHAPES: Readonly<Record<BoardForm, Shape>> = {
  devkit: kit(
    "3V3 EN 36 39 34 35 32 33 25 26 27 14 12 GND 13 9 10 11 5V",
    "GND 23 22 1 3 21 GND 19 18 5 17 16 4 0 2 15 8 7 6",
    0,
  ),
  c3: kit(
    "GND 3V3 3V3 2 3 GND RST GND 0 1 10 GND 5V 5V GND",
    "GND 21 20 GND 9 8 GND 7 6 5 4 GND 18 19 GND",
    9,
  ),
  s3: kit(
    "3V3 3V3 RST 4 5 6 7 15 16 17 18 8 3 46 9 10 11 12 13 14 5V GND",
    "GND 43 44 1 2 42 41 40 39 38 37 36 35 0 45 48 47 21 20 19 GND GND",
    0,
  ),
  tpyboard: {
    height: 250,
    // Its own LED is on another pin than the one that a program switches: that one is wired to the board.
    lights: { x: 8, y: 95, width: 90, height: 60 },
    rows: [
      {
        // A dash is a pin that nothing names. G2 is also SDA, G14 is both SCK and SCL.
        pins: "3 1 - 0 2 4 5 9 VIN GND GND 5V 3V3 RST 3V3 -".split(" "),
        from: 119,
        to: 299,
        y: 32,
        labelY: 18,
        nextLabel: -9,
      },
      {
        pins: "14 2 3V3 GND 14 12 13 16 15 10 - - - - - A0".split(" "),
        from: 119,
        to: 299,
        y: 218,
        labelY: 239,
        nextLabel: 9,
      },
    ],
    buttons: [{ pin: 0, name: "FLASH", x: 150, y: 62 }],
  },
  mpython: {
    height: 240,
    lights: { x: 136, y: 25, width: 68, height: 30 },
    rows: [
      {
        // The contacts are at the back: this is their order as seen from the front.
        pins: "GND 23 22 3V3 5 21 19 18 35 P12 2 36 25 26 32 17 16 0 39 33 34".split(" "),
        from: 63,
        to: 277,
        y: 211,
        labelY: 228,
        nextLabel: 9,
      },
    ],
    buttons: [
      { pin: 0, name: "A", x: 86, y: 14 },
      { pin: 2, name: "B", x: 254, y: 14 },
    ],
  },
};
