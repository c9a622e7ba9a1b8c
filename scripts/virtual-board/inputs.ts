/** The inputs of a board that its program reads and that can be set from outside: levels, voltages, sensor values. */

import { english } from "../cli/language.ts";
import type { Input, Inputs, Quantity } from "./input-types.ts";

/** A level that is turned lasts for at least so many steps, 150 ms: enough for debouncing. */
const STEPS = 3;
/** Length of a step, in ms. The program has a turn in each, however late: timers of this length are over by the next. */
const STEP = 50;
/** Most levels of an input that wait. */
const MOST_WAITING = 1000;

/**
 * @param changed called when an input was found or set
 * @param turned called when an input was set
 * @param after calls back in a turn of the running program, once `ms` have passed; never if it ends before
 */
export function createInputs(
  changed: () => void,
  turned: (quantity: Quantity, pin: number, value: number) => void,
  after: (ms: number, job: () => void) => void,
): Inputs {
  const known = new Map<string, Omit<Input, "id" | "value">>();
  /** By id; outlives the program. */
  const values = new Map<string, number>();
  /** Levels to come, by the id of an input whose level has to stay for a while. */
  const waiting = new Map<string, number[]>();

  function set(quantity: Quantity, pin: number, value: number, index = 0): void {
    const id = idOf(quantity, pin, index);
    values.set(id, value);
    turned(quantity, pin, value);
    if (known.has(id)) changed();
  }

  function turnLevel(id: string, pin: number, value: number): void {
    const queue = waiting.get(id);
    if (queue) {
      queue[Math.min(queue.length, MOST_WAITING - 1)] = value; // the last one counts
      return;
    }
    waiting.set(id, []);
    keepLevel(id, pin, value);
  }

  function keepLevel(id: string, pin: number, value: number): void {
    set("level", pin, value);
    let left = STEPS;
    function step(): void {
      if (--left > 0) return after(STEP, step);
      const next = waiting.get(id)?.shift();
      if (next === undefined) waiting.delete(id);
      else keepLevel(id, pin, next);
    }
    after(STEP, step);
  }

  return {
    list: () => [...known].map(([id, input]) => ({ ...input, id, value: values.get(id) ?? input.rest })),
    turn(id, value) {
      const input = known.get(id);
      if (!input) throw new Error(english`the program does not read this input`);
      const { quantity, pin, index, least, most } = input;
      if (!(value >= least && value <= most)) throw new Error(english`must be from ${least} to ${most}`);
      if (quantity === "level") turnLevel(id, pin, value);
      else set(quantity, pin, value, index);
    },
    found(input) {
      const id = idOf(input.quantity, input.pin, input.index);
      if (known.has(id)) return;
      known.set(id, input);
      changed();
    },
    value: (quantity, pin, rest, index = 0) => values.get(idOf(quantity, pin, index)) ?? rest,
    set,
    forget() {
      known.clear();
      for (const [id, queue] of waiting) {
        const last = queue.at(-1);
        if (last !== undefined) values.set(id, last);
      }
      waiting.clear();
      changed();
    },
  };
}

function idOf(quantity: Quantity, pin: number, index: number): string {
  return index === 0 ? `${quantity} ${pin}` : `${quantity} ${pin} ${index}`;
}
