/** The shapes of boards, as they lie with the USB plug to the right. */

import type { BoardForm } from "../../protocol.ts";

export interface Shape {
  /** The pins along both long sides, from the antenna on: GPIO numbers and names of others. */
  readonly rows: readonly [upper: readonly string[], lower: readonly string[]];
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

export interface BoardButton {
  readonly pin: number;
  readonly name: string;
  /** Its centre. */
  readonly x: number;
  readonly y: number;
}

/** Of every drawing. */
export const WIDTH = 340;
export const HEIGHT = 164;

const row = (pins: string) => pins.split(" ");

const KIT = { lights: { x: 132, y: 52, width: 116, height: 60 } } as const;

/** The button that selects the boot mode, by the plug. */
const boot = (pin: number, name = "BOOT"): BoardButton => ({ pin, name, x: 276, y: 58 });

export const SHAPES: Readonly<Record<BoardForm, Shape>> = {
  devkit: {
    ...KIT,
    rows: [
      row("3V3 EN 36 39 34 35 32 33 25 26 27 14 12 GND 13 9 10 11 5V"),
      row("GND 23 22 1 3 21 GND 19 18 5 17 16 4 0 2 15 8 7 6"),
    ],
    buttons: [boot(0)],
  },
  c3: {
    ...KIT,
    rows: [
      row("GND 3V3 3V3 2 3 GND RST GND 0 1 10 GND 5V 5V GND"),
      row("GND 21 20 GND 9 8 GND 7 6 5 4 GND 18 19 GND"),
    ],
    buttons: [boot(9)],
  },
  s3: {
    ...KIT,
    rows: [
      row("3V3 3V3 RST 4 5 6 7 15 16 17 18 8 3 46 9 10 11 12 13 14 5V GND"),
      row("GND 43 44 1 2 42 41 40 39 38 37 36 35 0 45 48 47 21 20 19 GND GND"),
    ],
    buttons: [boot(0)],
  },
  tpyboard: {
    ...KIT,
    rows: [row("RST A0 EN 16 14 12 13 3V3"), row("1 3 5 4 0 2 15 GND")],
    buttons: [boot(0, "FLASH")],
  },
  mpython: {
    rows: [[], row("33 32 35 34 39 0 16 17 26 25 36 2 18 19 21 5 22 23 3V3 GND")],
    buttons: [
      { pin: 0, name: "A", x: 62, y: 84 },
      { pin: 2, name: "B", x: 278, y: 84 },
    ],
    lights: { x: 110, y: 14, width: 120, height: 34 },
  },
};
