/** What `analogWrite` does to a pin, by the PWM channels that Espruino assigns (jshardwarePWM.c). */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError } from "./realm.ts";
import { english } from "../cli/language.ts";

/** The result of `analogWrite` on a pin. */
export type Dimmed =
  /** The duty cycle at the pin, 0–1. */
  | { readonly duty: number }
  /** The pin stays unchanged: what the interpreter prints, and why. */
  | { readonly line: string; readonly fault: string };

export interface Pwm {
  /**
   * @param freq in Hz, 0 for the chip's default
   * @param isSoft the interpreter makes the pulses itself
   * @throws EspruinoError if the interpreter takes the pin for a converter that the chip lacks
   */
  write(pin: number, duty: number, freq: number, isSoft: boolean): Dimmed;
  /** Frees all channels, as a restart of the chip does. */
  reset(): void;
}

/** Pins that share the default frequency, and pins with their own. */
const SHARED = 5;
const OWN = 3;
/** The shared frequency, in Hz. */
const DEFAULT = 5000;

/** Steps of the digital-to-analogue converter. Full scale overflows to 0. */
const DAC_STEPS = 256;

const FULL = "ERROR: no PWM channel available anymore";

export function createPwm({ asynchronous, board, dacPins, pwmChannels }: ChipFacts): Pwm {
  let shared: number[] = [];
  let own: number[] = [];

  /** @returns the pin's channel, taken or newly assigned; undefined if none is free */
  function take(pins: number[], pin: number, most: number): number | undefined {
    const found = pins.indexOf(pin);
    if (found >= 0) return found;
    return pins.length < most ? pins.push(pin) - 1 : undefined;
  }

  return {
    write(pin, duty, freq, isSoft) {
      if (asynchronous || (isSoft && !dacPins.includes(pin))) return { duty };
      if (dacPins.includes(pin) && board !== "ESP32") throw new EspruinoError("not implemented\n");
      if (dacPins.includes(pin)) return { duty: ((duty * DAC_STEPS) & (DAC_STEPS - 1)) / (DAC_STEPS - 1) };
      const isOwn = freq !== 0 && freq !== DEFAULT;
      const channel = isOwn ? take(own, pin, OWN) : take(shared, pin, SHARED);
      if (channel === undefined)
        return { line: FULL, fault: english`D${pin} gets no PWM channel on ${board}: all are in use` };
      if (isOwn && SHARED + channel >= pwmChannels)
        return {
          line: "E ledc: ledc_channel_config: channel argument is invalid",
          fault: english`D${pin} gets PWM channel ${SHARED + channel}, which ${board} lacks: its own frequency has no effect`,
        };
      return { duty };
    },
    reset() {
      shared = [];
      own = [];
    },
  };
}
