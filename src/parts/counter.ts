/** Counts pulses. */

import { numberIn } from "./numbers";

export interface Counter {
  /** A pulse began. */
  pulse(): void;
  /** Sets the count; false if the argument is none. */
  obey(argument: string): boolean;
  count(): number;
}

/** @param largest the largest count that can be set */
export function createCounter(largest: number): Counter {
  let count = 0;
  return {
    pulse() {
      count++;
    },
    obey(argument) {
      const number = numberIn(argument, 0, largest);
      if (number % 1) return false;
      if (number >= 0) count = number;
      return number >= 0;
    },
    count: () => count,
  };
}
