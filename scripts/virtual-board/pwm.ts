/** Which pins `analogWrite` can dim, and to what: the channels that Espruino gives them (jshardwarePWM.c). */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError } from "./realm.ts";

/** What `analogWrite` comes to on a pin. */
export type Dimmed =
  /** The duty cycle at the pin, 0–1. */
  | { readonly duty: number }
  /** Nothing: the pin stays as it is. What the interpreter prints, and why. */
  | { readonly line: string; readonly fault: string };

export interface Pwm {
  /**
   * @param freq in Hz, 0 for the chip's own
   * @param isSoft the interpreter makes the pulses itself
   * @throws EspruinoError where the interpreter takes the pin for a converter that the chip has not
   */
  write(pin: number, duty: number, freq: number, isSoft: boolean): Dimmed;
  /** As after a restart of the chip. */
  reset(): void;
}

/** Pins at one frequency, and those that each have one of their own. */
const SHARED = 5;
const OWN = 3;
/** Frequency of the former, in Hz. */
const DEFAULT = 5000;

/** Levels of the converter to a voltage: the highest is one too high, and so none. */
const DAC_STEPS = 256;

const FULL = "ERROR: no PWM channel available anymore";

export function createPwm({ asynchronous, board, dacPins, pwmChannels }: ChipFacts): Pwm {
  let shared: number[] = [];
  let own: number[] = [];

  /** @returns the pin's place among those taken, a free one, or none */
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
        return { line: FULL, fault: `D${pin} gets no PWM channel on ${board}: all are taken` };
      if (isOwn && SHARED + channel >= pwmChannels)
        return {
          line: "E ledc: ledc_channel_config: channel argument is invalid",
          fault: `D${pin} gets PWM channel ${SHARED + channel}, which ${board} lacks: with a frequency of its own it stays as it is`,
        };
      return { duty };
    },
    reset() {
      shared = [];
      own = [];
    },
  };
}
