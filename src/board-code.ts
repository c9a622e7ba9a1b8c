/**
 * What a file `boards/<name>.ts` can add to its board: sources of data streams, commands, and parts.
 *
 *     import type { BoardCode } from "onenet-espruino";
 *
 *     export default {
 *       sources: { level: () => analogRead(D34) },
 *     } satisfies BoardCode;
 */

/** The value of a source, or the answer of a command. Text is a byte string: UTF-8, one character per byte. */
export type Reading = number | string | boolean;

/** The default export of `boards/<name>.ts`. */
export interface BoardCode {
  /**
   * Called once at each boot, before the board joins Wi-Fi: set up pins, sensors, watches and timers here. If it throws,
   * the error appears on the console, and the board carries on.
   */
  start?(board: OwnBoard): void;

  /**
   * Sources of data streams, by their name in `"source"` of the board file. Each is called when its stream is due, once a
   * second at most, and must return at once: read a slow sensor in a timer, and return its last value here. Return
   * `undefined` if there is no value yet: the source is called again a second later. Return `NaN` if the measurement
   * failed: this data point is left out. If a source throws, the error appears on the console.
   */
  readonly sources?: Readonly<Record<string, () => Reading | undefined>>;

  /**
   * Commands by their name, in lower case, in addition to `on`, `off` and `toggle`. Each gets the text after its name and
   * returns the answer for the sender; without a result that is `done`. If it throws, the answer is `error: ` and the
   * error's message.
   * @param argument from the network, at most 4 kB: check it before you use it
   */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- a function without a result is fine, too
  readonly commands?: Readonly<Record<string, (argument: string) => Reading | undefined | void>>;

  /** The parts of `"kind": "own"` in the board file, by their names there. */
  readonly parts?: Readonly<Record<string, OwnPart<number> | OwnPart<string> | OwnPart<boolean>>>;
}

/** A part. `T` is `number`, `string` or `boolean`: `"type": "number"`, `"text"` or `"switch"` in the board file. */
export interface OwnPart<T extends Reading> {
  /**
   * Its value. Called once a second and after commands, and must return at once. Return `undefined` while the value is
   * unknown, and `NaN` if a measurement failed. If it throws, or the value is not one that the board file allows, the
   * console says so once, and nothing is reported.
   */
  read(): T | undefined;

  /**
   * Sets its value, for a command, a property or Home Assistant; without it the value can only be read. If it throws,
   * the answer is `error: ` and the error's message.
   * @param value checked: of the type, and in the range of the board file
   */
  set?(value: T): void;

  /** What else it does, by the word after its name in a command. Each may throw as `set` may. */
  readonly commands?: Readonly<Record<string, () => void>>;
}

/** The board, for its own code. */
export interface OwnBoard {
  /** Obeys a command as if the platform had sent it, for example `toggle`. @returns its answer */
  obey(command: string): string;
  /** Whether the LED is lit. */
  isLit(): boolean;
  /** Writes a line on the console. */
  say(line: string): void;
}
