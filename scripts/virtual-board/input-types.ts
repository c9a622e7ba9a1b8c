/** What the inputs of a board are. Types only: the page of the web console imports them. */

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
  /**
   * Sets an input as a hand does. A level waits until the program has seen the one before it, however late this computer
   * lets it run.
   * @throws Error if there is no such input, or the value is out of range
   */
  readonly turn: (id: string, value: number) => void;
  /** Adds an input that the program reads; ignores a known one. */
  found(input: Omit<Input, "id" | "value">): void;
  /** The value set; `rest` if none was. */
  value(quantity: Quantity, pin: number, rest: number, index?: number): number;
  /** Sets a value, whether or not the program reads it. */
  set(quantity: Quantity, pin: number, value: number, index?: number): void;
  /** Forgets which inputs are read: another program runs. Values stay, as they were turned last. */
  forget(): void;
}
