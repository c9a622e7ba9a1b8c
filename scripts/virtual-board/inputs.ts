/** What can be turned on a board from outside, as far as its program looks at it: levels, voltages, what sensors measure. */

export interface Input {
  /** Stays the same while the board is on. */
  readonly id: string;
  /** `level` is 0 or 1, `analog` 0–1 of the range, the others what a DHT22 measures. */
  readonly quantity: "level" | "analog" | "temperature" | "humidity";
  /** GPIO number of the pin that it comes in by. */
  readonly pin: number;
  /** Least and most that it can be. */
  readonly least: number;
  readonly most: number;
  /** Between two values that differ. */
  readonly step: number;
  /** `°C` or `%`; empty for levels. */
  readonly unit: string;
  /** The value while nobody turns it. */
  readonly rest: number;
  readonly value: number;
}

export type Quantity = Input["quantity"];

export interface Inputs {
  /** In the order in which the program came upon them. */
  readonly list: () => readonly Input[];
  /** @throws Error when there is no such input, or it cannot be turned to this value */
  readonly turn: (id: string, value: number) => void;
  /** The program looks at an input. One that is known already stays as it is. */
  found(input: Omit<Input, "id" | "value">): void;
  /** What it is turned to; `rest` where it never was. */
  value(quantity: Quantity, pin: number, rest: number): number;
  /** Turns it, whether the program looks or not. */
  set(quantity: Quantity, pin: number, value: number): void;
  /** Another program: what it looks at is not known yet. What was turned stays so. */
  forget(): void;
}

/**
 * @param changed an input was found or turned
 * @param turned an input was turned
 */
export function createInputs(
  changed: () => void,
  turned: (quantity: Quantity, pin: number, value: number) => void,
): Inputs {
  const known = new Map<string, Omit<Input, "id" | "value">>();
  /** By id; outlives the program. */
  const values = new Map<string, number>();

  function set(quantity: Quantity, pin: number, value: number): void {
    const id = idOf(quantity, pin);
    values.set(id, value);
    turned(quantity, pin, value);
    if (known.has(id)) changed();
  }

  return {
    list: () => [...known].map(([id, input]) => ({ ...input, id, value: values.get(id) ?? input.rest })),
    turn(id, value) {
      const input = known.get(id);
      if (!input) throw new Error("the program looks at no such input");
      const { quantity, pin, least, most } = input;
      if (!(value >= least && value <= most)) throw new Error(`it can be turned from ${least} to ${most}`);
      set(quantity, pin, value);
    },
    found(input) {
      const id = idOf(input.quantity, input.pin);
      if (known.has(id)) return;
      known.set(id, input);
      changed();
    },
    value: (quantity, pin, rest) => values.get(idOf(quantity, pin)) ?? rest,
    set,
    forget() {
      known.clear();
      changed();
    },
  };
}

function idOf(quantity: Quantity, pin: number): string {
  return `${quantity} ${pin}`;
}
