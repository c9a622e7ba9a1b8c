/** The LED for commands and data points: lit or dark, and for an RGB LED its colour. */

import { ownLed } from "virtual:features";
import type { Rgb } from "../board";

export interface Lamp {
  /** Lights or darkens the LED. */
  light(lit: boolean): void;
  isLit(): boolean;
  /** Shows a colour, `#rrggbb`; false if it is not a colour this lamp understands. */
  paint(command: string): boolean;
  /** The state as a data point: 0 or 1, or for an RGB LED its colour as `#rrggbb`. */
  state(): number | string;
  /** The state as the answer to a command: `on`, `off`, or its colour. */
  answer(): string;
}

/**
 * @param write lights or darkens the LED
 * @param read whether it is lit; needed where the board's own code may write its pin
 */
export function createPlainLamp(write: (lit: boolean) => void, read?: () => boolean): Lamp {
  let written = false;
  write(written);
  function isLit(): boolean {
    return ownLed ? (read as () => boolean)() : written;
  }
  return {
    light(lit) {
      written = lit;
      write(lit);
    },
    isLit,
    paint: () => false,
    state: () => (isLit() ? 1 : 0),
    answer: () => (isLit() ? "on" : "off"),
  };
}

/**
 * @param write shows a colour
 * @param on the colour of `on`
 */
export function createRgbLamp(write: (colour: Rgb) => void, on: Rgb): Lamp {
  const dark: Rgb = [0, 0, 0];
  let current = dark;
  function show(colour: Rgb): void {
    current = colour;
    write(colour);
  }
  function isLit(): boolean {
    return current.some((part) => part > 0);
  }
  function state(): string {
    return "#" + current.map((part) => (part < 16 ? "0" : "") + part.toString(16)).join("");
  }
  show(dark);
  return {
    light: (lit) => show(lit ? on : dark),
    isLit,
    paint(command) {
      if (!/^#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/.test(command)) return false;
      const colour = parseInt(command.substring(1), 16);
      show([colour >> 16, (colour >> 8) & 255, colour & 255]);
      return true;
    },
    state,
    answer: () => (isLit() ? state() : "off"),
  };
}
