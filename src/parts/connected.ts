/** A board's parts, for the program. The build connects them (scripts/compile/parts-module.ts). */

import type { OwnCommand } from "../app/commands";
import type { Lamp } from "../app/lamp";
import type { Properties } from "../onenet/profile";

export interface ConnectedParts {
  /** The light of `on`, `off` and `toggle`; without any, one that nobody sees. */
  readonly lamp: Lamp;
  /** Obeys a command by its name in lower case, of the board's own code, too. */
  readonly obey: OwnCommand;
  /** The command that a text in lower case stands for; empty if it is no word. */
  wordFor(text: string): string;
  /** What the board understands, for a message. */
  known(): string;
  /** The parts in a thing model; none elsewhere. */
  readonly properties: Properties;
  /** The states that a plain broker keeps; none elsewhere. */
  readonly stateCount: number;
  /** End of the topic of a state, below the board's: `/pump/state`. */
  stateTopic(index: number): string;
  /** A state now, as the answer to a command, or as JSON for a part with several values. */
  state(index: number): string;
  /** Time between two looks at a measured value, in s; 0 for a state that is looked at each time. */
  statePeriod(index: number): number;
  /** Starts the buttons and counters. @param obey obeys a command as if it had arrived */
  start(obey: (command: string) => void): void;
  /**
   * Time passed: rules act.
   * @param age since the boot, in ms
   * @param obey obeys a command as if it had arrived
   */
  applyRules(age: number, obey: (command: string) => void): void;
  /** Time passed. @param age since the boot, in ms */
  tick(age: number): void;
  /** The board is about to restart. */
  flush(): void;
}
