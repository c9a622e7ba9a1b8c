/** Notices when a board's console does not echo what the user types, as on a port that receives no input. */

import { AWAY } from "./board-link.ts";
import { withoutEscapes, withoutLog } from "../cli/console-text.ts";

export interface EchoWatch {
  /** @param keys input to the board, characters 0–255 */
  typed(keys: string): void;
  /** @param bytes output from it */
  heard(bytes: string): void;
  /** Stop expecting an echo of what was typed so far. */
  forget(): void;
  end(): void;
}

/** Shorter input may appear by chance in what the board prints anyway. */
const SHORTEST = 3;
/** Most characters of output kept, and of input searched for. */
const KEPT = 4096;
const LOOKED_FOR = 16;

/**
 * @param onDeaf called when a typed line has had no echo for longer than the interpreter can be blocked, with whether
 *   any output came meanwhile
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
      if (timer) return; // one line suffices
      for (const key of keys) {
        if (key === "\r" || key === "\n") {
          if (line.length >= SHORTEST) {
            timer = setTimeout(() => onDeaf(came !== ""), patience);
            check();
            return;
          }
          forget();
        } else if (key < " " || key > "~") {
          forget(); // an edited line has an unpredictable echo
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
