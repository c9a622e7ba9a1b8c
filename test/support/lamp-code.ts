/** A board's own code that switches the LED in every possible way, and prints what it receives. */

import type { BoardCode, OwnBoard } from "../../src/board-code.ts";

declare function digitalWrite(pin: number, value: 0 | 1): void;
declare function setTimeout(callback: () => void, delay: number): void;
declare function setWatch(callback: () => void, pin: number, options: object): void;

/** The LED's pin, and the button's. */
export const LAMP = 2;
export const BUTTON = 5;

let own: OwnBoard;

export default {
  start(board) {
    own = board;
    setWatch(() => board.obey("toggle"), BUTTON, { edge: "falling", repeat: true, debounce: 50 });
  },
  sources: { lux: () => 42.5 },
  commands: {
    party: () => own.obey("on") + "!",
    write(argument) {
      digitalWrite(LAMP, argument === "1" ? 1 : 0);
    },
    later(argument) {
      setTimeout(() => digitalWrite(LAMP, argument === "1" ? 1 : 0), 100);
    },
    fail(argument) {
      throw new Error("no " + argument);
    },
    echo: (argument) => argument,
    blink: (argument) => "blinks " + (JSON.parse(argument) as { times: number }).times,
  },
} satisfies BoardCode;
