/** A number that commands set. */

import { numberIn } from "./numbers";

export interface Setting {
  /** False if the argument is no number in its range. */
  obey(argument: string): boolean;
  read(): number;
}

/**
 * @param value at the boot
 * @param changed gets each new value
 */
export function createSetting(
  value: number,
  least: number,
  most: number,
  changed: (value: number) => void,
): Setting {
  return {
    obey(argument) {
      const number = numberIn(argument, least, most);
      if (!(number >= least)) return false;
      value = number;
      changed(number);
      return true;
    },
    read: () => value,
  };
}
