/** A button that switches the LED, as the command `toggle` does, and whose presses are reported. */

import type { BoardCode } from "onenet-espruino";

/** The BOOT button of most development boards. Any other goes between its pin and ground. */
const BUTTON = process.env.BOARD.startsWith("ESP32C3") ? D9 : D0;
/** Time after which a pin has the level of a button that nobody presses, in ms. */
const REST = 100;

let presses = 0;
/** What the pin reads at rest: 1 on most chips, 0 for D0 of an ESP32, where Espruino turns it round. */
let released: 0 | 1 | undefined;

export default {
  start(board) {
    pinMode(BUTTON, "input_pullup"); // a level of its own until the button joins it to ground
    setWatch(
      (change) => {
        if (released === undefined || change.state === (released === 1)) return;
        presses++;
        board.obey("toggle");
      },
      BUTTON,
      { edge: "both", repeat: true, debounce: 50 },
    );
    setTimeout(() => {
      released = digitalRead(BUTTON);
    }, REST);
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
