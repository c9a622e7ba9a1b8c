/** Reads a board's LED from the virtual board's pins, as the eye sees it. */

import type { Led, Rgb, Ws2812Led } from "../../src/board.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { list, t } from "../cli/language.ts";

export interface Light {
  /** The visible colour; black if off. A plain LED is red. */
  readonly colour: Rgb;
  /** The readable pin levels: `pin 2 high`. */
  readonly pins: string;
}

/** The board file's colour for `on`. */
export function onColour(led: Led): Rgb {
  return led.kind === "gpio" || led.kind === "dimmed" ? PLAIN : led.on;
}

/** @param led undefined for a board without a light */
export function readLight(led: Led | undefined, device: VirtualBoard): Light {
  switch (led?.kind) {
    case undefined:
      return { colour: DARK, pins: t`no light` };
    case "dimmed": {
      const { value } = device.pin(led.pin);
      const power = powerAt(led.pin, led.activeLow, device);
      return {
        colour: [Math.round(power * 255), 0, 0],
        pins: t`pin ${led.pin} ${Math.round(value * 100)} %`,
      };
    }
    case "gpio": {
      const { mode, value } = device.pin(led.pin);
      const isHigh = value === 1;
      const isLit = mode === "output" && isHigh !== led.activeLow;
      return { colour: isLit ? PLAIN : DARK, pins: isHigh ? t`pin ${led.pin} high` : t`pin ${led.pin} low` };
    }
    case "pwm": {
      const levels = led.pins.map((pin) => device.pin(pin).value);
      const colour = led.pins.map((pin) => Math.round(powerAt(pin, led.activeLow, device) * 255));
      const pins = led.pins.map((pin, i) => t`pin ${pin} ${Math.round((levels[i] ?? 0) * 100)} %`);
      return { colour: colour as unknown as Rgb, pins: list(pins) };
    }
    case "ws2812": {
      const { count, order } = led;
      const bytes = device.pixels(led.pin) ?? new Uint8Array();
      const [first = DARK] = pixelsOf(led, bytes);
      const size = count * order.length;
      // The firmware fills up to a multiple of 3 bytes.
      const isWhole =
        bytes.length === Math.ceil(size / 3) * 3 &&
        bytes.every((byte, i) => byte === (i < size ? bytes[i % order.length] : 0));
      const text = isWhole
        ? count > 1
          ? t`${count} LEDs ${hexColour(first)}`
          : t`1 LED ${hexColour(first)}`
        : bytes.join(" ");
      return { colour: first, pins: t`pin ${led.pin}: ${text}` };
    }
  }
}

/** The power of what PWM drives, 0–1; 0 until the program drives it. */
export function powerAt(pin: number, activeLow: boolean, device: VirtualBoard): number {
  const { mode, value } = device.pin(pin);
  if (mode === undefined) return 0;
  return activeLow ? 1 - value : value;
}

/** The colour of each LED of a strip, as the eye sees it: a white LED adds to all three. */
export function pixelsOf({ count, order }: Ws2812Led, bytes: Uint8Array): Rgb[] {
  return Array.from({ length: count }, (_, index) => {
    const own = bytes.subarray(index * order.length, (index + 1) * order.length);
    const level = (part: string) => own[order.indexOf(part)] ?? 0;
    const [red, green, blue] = ["r", "g", "b"].map((part) => Math.min(255, level(part) + level("w")));
    return [red, green, blue] as Rgb;
  });
}

/** Calls back when the program has driven one of the LED's pins. */
export function watchLight(led: Led | undefined, device: VirtualBoard, driven: () => void): void {
  if (led === undefined) return;
  const pins: readonly number[] = led.kind === "pwm" ? led.pins : [led.pin];
  for (const event of ["pin", "pwm", "pixels"] as const) {
    device.on(event, ({ pin }: { readonly pin: number }) => {
      if (pins.includes(pin)) driven();
    });
  }
}

/** `#rrggbb` */
export function hexColour(colour: readonly number[]): string {
  return `#${Buffer.from(colour).toString("hex")}`;
}

const PLAIN: Rgb = [255, 0, 0];
const DARK: Rgb = [0, 0, 0];
