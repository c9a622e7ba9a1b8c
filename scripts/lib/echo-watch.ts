/** Notices that what a user types at a board's console gets no echo, as on a port that prints and does not hear. */

import { AWAY } from "./board-link.ts";
import { withoutEscapes, withoutLog } from "./console-text.ts";

export interface EchoWatch {
  /** @param keys what goes to the board, characters 0–255 */
  typed(keys: string): void;
  /** @param bytes what came from it */
  heard(bytes: string): void;
  /** What was typed until now will get no echo. */
  forget(): void;
  end(): void;
}

/** Fewer characters than this may be echoed by chance, in what the board prints anyway. */
const SHORTEST = 3;
/** Most that is kept of what came, and looked for of what was typed, in characters. */
const KEPT = 4096;
const LOOKED_FOR = 16;

/**
 * @param onDeaf is called when a typed line has had no echo for so long that the interpreter cannot have been away, with
 *   whether anything came meanwhile
 */
export function createEchoWatch(onDeaf: (hasPrinted: boolean) => void, patience = AWAY): EchoWatch {
  let line = "";
  let came = "";
  let timer: NodeJS.Timeout | undefined;

  function forget(): void {
    clearTimeout(timer);
    timer = undefined;
    line = "";
    came = "";
  }

  return {
    typed(keys) {
      if (timer) return; // one line tells it
      for (const key of keys) {
        if (key === "\r" || key === "\n") {
          if (line.length >= SHORTEST) {
            timer = setTimeout(() => onDeaf(came !== ""), patience);
            check();
            return;
          }
          forget();
        } else if (key < " " || key > "~") {
          forget(); // it is edited: its echo is not known
        } else if (line.length < LOOKED_FOR) line += key;
      }
    },
    heard(bytes) {
      came = (came + bytes).slice(-KEPT);
      check();
    },
    forget,
    end: forget,
  };

  function check(): void {
    if (
      timer &&
      withoutEscapes(withoutLog(came))
        .replace(/[\r\n]/g, "")
        .includes(line)
    )
      forget();
  }
}
