/** A button that switches the LED, as the command `toggle` does, and whose presses are reported. */

import type { BoardCode } from "onenet-espruino";

/** The BOOT button of most development boards. Any other goes between its pin and ground. */
const BUTTON = D0;

let presses = 0;

export default {
  start(board) {
    pinMode(BUTTON, "input_pullup"); // high until the button joins it to ground
    setWatch(
      () => {
        presses++;
        board.obey("toggle");
      },
      BUTTON,
      { edge: "falling", repeat: true, debounce: 50 },
    );
  },

  sources: { presses: () => presses },

  commands: {
    /** `presses` tells how many there were, `presses 0` counts anew. */
    presses(argument) {
      if (argument === "0") presses = 0;
      else if (argument) throw new Error("write presses, or presses 0");
      return presses;
    },
  },
} satisfies BoardCode;
