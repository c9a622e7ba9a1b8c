/** A servo. Until its first command it gets no pulses, and does not move. */

import { numberIn } from "./numbers";

export interface Servo {
  /** Takes an angle, 0–180, or `off`: no pulses any more. False for anything else. */
  obey(argument: string): boolean;
  /** Its angle, a whole number; undefined while it gets no pulses. */
  read(): number | undefined;
}

/** Time between two pulses, in ms. */
const PERIOD = 20;

/**
 * @param write sets the share of the time that the pin is high
 * @param least length of the pulse at 0°, in ms
 * @param most the same at 180°
 */
export function createServo(write: (duty: number) => void, least: number, most: number): Servo {
  let angle: number | undefined;
  return {
    obey(argument) {
      const number = Math.round(numberIn(argument, 0, 180)); // the thing model has whole degrees
      if (number >= 0) {
        angle = number;
        write((least + ((most - least) * number) / 180) / PERIOD);
      } else if (argument === "off") {
        angle = undefined;
        write(0);
      } else return false;
      return true;
    },
    read: () => angle,
  };
}
