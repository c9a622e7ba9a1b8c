/** Lights as parts, and what PWM dims: a lamp (src/app/lamp.ts) with the commands of a part. */

import type { Lamp } from "../app/lamp";
import { numberIn } from "./numbers";

/** Obeys `on`, `off`, `toggle` and what the lamp itself takes; false for anything else. */
export function obeyLight(lamp: Lamp, argument: string): boolean {
  const isSwitch = argument === "on" || argument === "off" || argument === "toggle";
  if (isSwitch) lamp.light(argument === "toggle" ? !lamp.isLit() : argument === "on");
  return isSwitch || lamp.paint(argument);
}

/**
 * An LED with a brightness, a fan, a motor: its state is in %, 0–100.
 * @param write sets the power, 0–1
 */
export function createDimmer(write: (level: number) => void): Lamp {
  let percent = 0;
  function show(value: number): void {
    percent = value;
    write(value / 100);
  }
  show(0);
  return {
    light: (lit) => show(lit ? 100 : 0),
    isLit: () => percent > 0,
    paint(command) {
      const number = Math.round(numberIn(command, 0, 100));
      if (number >= 0) show(number);
      return number >= 0;
    },
    state: () => percent,
    answer: () => (percent ? percent + "%" : "off"),
  };
}
