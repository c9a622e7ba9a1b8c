/**
 * What a file `boards/<name>.ts` may add to its board: sources of data streams, and commands.
 *
 *     import type { BoardCode } from "onenet-espruino";
 *
 *     export default {
 *       sources: { level: () => analogRead(D34) },
 *     } satisfies BoardCode;
 */

/** What a source measures and a command answers. A text is bytes: UTF-8, one character a byte. */
export type Reading = number | string | boolean;

/** The default export of `boards/<name>.ts`. */
export interface BoardCode {
  /**
   * Is called once at each boot, before the board joins Wi-Fi: sets up pins, sensors, watches and timers. What it
   * throws is shown on the console, and the board goes on without.
   */
  start?(board: OwnBoard): void;

  /**
   * Sources of data streams, by the name that `"source"` gives in the board file. Each is asked when its stream is due,
   * once a second at most, and must answer at once: a sensor that takes its time is read by a timer, and the source
   * returns what was read last. `undefined` where there is nothing yet: the source is asked again a second later. `NaN`
   * where the measurement failed: this one is left out. What a source throws is shown on the console.
   */
  readonly sources?: Readonly<Record<string, () => Reading | undefined>>;

  /**
   * Commands by their name, in small letters, beside `on`, `off` and `toggle`. Each gets what stands behind its name,
   * and what it returns is the answer for the sender; without a result that is `done`. What it throws is the answer,
   * too, behind `error: `.
   * @param argument from the network, at most 4 kB: to be checked before it is used
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function without a result is right, too
  readonly commands?: Readonly<Record<string, (argument: string) => Reading | undefined | void>>;
}

/** What the board can do for its own code. */
export interface OwnBoard {
  /** Obeys a command as if the platform had sent it, `toggle` for example. @returns its answer */
  obey(command: string): string;
  /** Whether the LED is lit. */
  isLit(): boolean;
  /** Writes a line on the console. */
  say(line: string): void;
}
