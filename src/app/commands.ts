/**
 * What the device does when it is told to: `on`, `off`, `toggle`, with an RGB LED `#rrggbb`, and what the board's own code
 * adds.
 */

import type { Lamp } from "./lamp";

export interface Commands {
  /**
   * Obeys a command, however it is capitalised and spaced.
   * @returns the answer for the sender: the LED's state, or what was wrong with the command
   */
  obey(text: string): string;
  /** Number of commands obeyed since the boot. */
  count(): number;
}

/** No command is longer; more than this is not looked at. In bytes. */
const COMMAND_LIMIT = 64;

const UNKNOWN = "error: unknown command";

/**
 * Obeys a command that only this board has.
 * @param argument what stands behind its name, as long as a packet may be
 * @returns its answer; undefined when there is no such command
 */
export type OwnCommand = (name: string, argument: string) => string | undefined;

function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) < 33;
}

export function createCommands(lamp: Lamp, own?: OwnCommand): Commands {
  let count = 0;

  function obeyOwn(text: string, obey: OwnCommand): string {
    // By places, not by copies: an argument may fill a packet.
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
      const isOurs = isSwitch || lamp.paint(command);
      if (isOurs) count++;
      return isOurs ? lamp.answer() : own ? obeyOwn(text, own) : UNKNOWN;
    },
    count: () => count,
  };
}
