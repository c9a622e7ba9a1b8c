/** What the device does when it is told to: `on`, `off`, `toggle` and, with an RGB LED, `#rrggbb`. */

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

export function createCommands(lamp: Lamp): Commands {
  let count = 0;

  return {
    obey(text) {
      const command = text.substring(0, COMMAND_LIMIT).trim().toLowerCase();
      const isSwitch = command === "on" || command === "off" || command === "toggle";
      if (isSwitch) lamp.light(command === "toggle" ? !lamp.isLit() : command === "on");
      const isKnown = isSwitch || lamp.paint(command);
      if (isKnown) count++;
      return isKnown ? lamp.answer() : "error: unknown command";
    },
    count: () => count,
  };
}
