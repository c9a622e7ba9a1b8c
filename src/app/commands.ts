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

  function run(command: string): boolean {
    if (command === "on" || command === "off") lamp.light(command === "on");
    else if (command === "toggle") lamp.light(!lamp.isLit());
    else return lamp.paint(command);
    return true;
  }

  return {
    obey(text) {
      if (!run(text.substring(0, COMMAND_LIMIT).trim().toLowerCase())) return "error: unknown command";
      count++;
      return lamp.answer();
    },
    count: () => count,
  };
}
