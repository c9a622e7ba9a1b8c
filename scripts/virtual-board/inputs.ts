/** The inputs of a board that its program reads and that can be set from outside: levels, voltages, sensor values. */

export interface Input {
  /** Constant while the board is on. */
  readonly id: string;
  /** `level` is 0 or 1, `analog` 0–1 of the range, the others what a sensor measures. */
  readonly quantity: "level" | "analog" | "temperature" | "humidity" | "pressure";
  /** The input's GPIO number; the data pin of a bus. */
  readonly pin: number;
  /** Which of several sensors on the pin, from 0. */
  readonly index: number;
  /** The range of values. */
  readonly least: number;
  readonly most: number;
  /** The smallest difference between values. */
  readonly step: number;
  /** `°C`, `%` or `hPa`; empty for levels. */
  readonly unit: string;
  /** The value until it is set. */
  readonly rest: number;
  readonly value: number;
}

export type Quantity = Input["quantity"];

export interface Inputs {
  /** In the order the program first read them. */
  readonly list: () => readonly Input[];
  /** @throws Error if there is no such input, or the value is out of range */
  readonly turn: (id: string, value: number) => void;
  /** Adds an input that the program reads; ignores a known one. */
  found(input: Omit<Input, "id" | "value">): void;
  /** The value set; `rest` if none was. */
  value(quantity: Quantity, pin: number, rest: number, index?: number): number;
  /** Sets a value, whether or not the program reads it. */
  set(quantity: Quantity, pin: number, value: number, index?: number): void;
  /** Forgets which inputs are read: another program runs. Values stay. */
  forget(): void;
}

/**
 * @param changed called when an input was found or set
 * @param turned called when an input was set
 */
export function createInputs(
  changed: () => void,
  turned: (quantity: Quantity, pin: number, value: number) => void,
): Inputs {
  const known = new Map<string, Omit<Input, "id" | "value">>();
  /** By id; outlives the program. */
  const values = new Map<string, number>();

  function set(quantity: Quantity, pin: number, value: number, index = 0): void {
    const id = idOf(quantity, pin, index);
    values.set(id, value);
    turned(quantity, pin, value);
    if (known.has(id)) changed();
  }

  return {
    list: () => [...known].map(([id, input]) => ({ ...input, id, value: values.get(id) ?? input.rest })),
    turn(id, value) {
      const input = known.get(id);
      if (!input) throw new Error("the program does not read this input");
      const { quantity, pin, index, least, most } = input;
      if (!(value >= least && value <= most)) throw new Error(`must be from ${least} to ${most}`);
      set(quantity, pin, value, index);
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
      changed();
    },
  };
}

function idOf(quantity: Quantity, pin: number, index: number): string {
  return index === 0 ? `${quantity} ${pin}` : `${quantity} ${pin} ${index}`;
}
