/** A button that switches the LED, as the command `toggle` does, and whose presses are reported. */

import type { BoardCode } from "onenet-espruino";

/** The BOOT button of most development boards. Connect any other button between its pin and ground. */
const BUTTON = process.env.BOARD.startsWith("ESP32C3") ? D9 : D0;
/** Time until the pin has settled at the level of a released button, in ms. */
const REST = 100;

let presses = 0;
/** Level of the pin while the button is released: 1 on most chips, 0 for D0 of an ESP32, which Espruino inverts. */
let released: 0 | 1 | undefined;

export default {
  start(board) {
    pinMode(BUTTON, "input_pullup"); // high until the button connects it to ground
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
    /** `presses` returns the count, `presses 0` resets it. */
    presses(argument) {
      if (argument === "0") presses = 0;
      else if (argument) throw new Error("write presses, or presses 0");
      return presses;
    },
  },
} satisfies BoardCode;
