/**
 * Commands: `on`, `off`, `toggle`, `#rrggbb` for an RGB LED, and those of the board's own code.
 */

import { ownCommands } from "virtual:features";
import type { Lamp } from "./lamp";

export interface Commands {
  /**
   * Obeys a command; case and surrounding white space do not matter.
   * @returns the answer for the sender: the LED's state, or an error
   */
  obey(text: string): string;
  /** Number of commands obeyed since the boot. */
  count(): number;
}

/** Only this much of a command is read, in bytes; none is longer. */
const COMMAND_LIMIT = 64;

const UNKNOWN = "error: unknown command";

/**
 * Obeys a command of the board's own code.
 * @param argument the text after its name, as long as a packet may be
 * @returns its answer; undefined for an unknown command
 */
export type OwnCommand = (name: string, argument: string) => string | undefined;

function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) < 33;
}

/** @param own needed where the board's own code has commands */
export function createCommands(lamp: Lamp, own?: OwnCommand): Commands {
  let count = 0;

  function obeyOwn(text: string, obey: OwnCommand): string {
    // By offsets, without copies: an argument may fill a packet.
    let start = 0;
    let end = text.length;
    while (isSpace(text, start)) start++;
    while (end > start && isSpace(text, end - 1)) end--;
    let at = start;
    while (at < end && !isSpace(text, at)) at++;
    const name = text.substring(start, at).toLowerCase();
    while (at < end && isSpace(text, at)) at++;
    const answer = obey(name, text.substring(at, end));
    if (answer === undefined) return UNKNOWN;
    count++;
    return answer;
  }

  return {
    obey(text) {
      const command = text.substring(0, COMMAND_LIMIT).trim().toLowerCase();
      const isSwitch = command === "on" || command === "off" || command === "toggle";
      if (isSwitch) lamp.light(command === "toggle" ? !lamp.isLit() : command === "on");
      const isOurs = lamp.paint(command) || isSwitch;
      if (isOurs) count++;
      return isOurs ? lamp.answer() : ownCommands ? obeyOwn(text, own as OwnCommand) : UNKNOWN;
    },
    count: () => count,
  };
}
