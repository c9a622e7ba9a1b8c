/** Joins a terminal, or a pipe, and a board's console. */

import type { Duplex, Readable, Writable } from "node:stream";
import { UserError } from "./command.ts";
import { closePort } from "./port.ts";

/** A terminal's keys, or a pipe. */
export type Keys = Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };

/** Ctrl-], as in telnet. */
const END = 0x1d;

/** A board that was silent for so long, in ms, has said all that it had to say to the end of a pipe. */
const QUIET = 1000;

/**
 * Runs until Ctrl-] on a terminal, until the board was quiet for 1 s after the end of a pipe, or until a signal.
 * @param input raw keys of a terminal; or lines of a pipe
 * @throws UserError when the port closes
 */
export async function talk(board: Duplex, input: Keys, output: Writable): Promise<void> {
  let quiet: NodeJS.Timeout | undefined;
  const isTerminal = input.isTTY === true;
  try {
    await new Promise<void>((resolve, reject) => {
      process.once("SIGINT", resolve).once("SIGTERM", resolve);
      if (isTerminal) input.setRawMode?.(true);
      board.on("error", () => void closePort(board));
      board.on("close", () => reject(new UserError("the port closed: is the board still plugged in?")));
      board.on("data", (bytes: Buffer) => {
        quiet?.refresh();
        output.write(bytes);
      });
      input.on("data", (bytes: Buffer) => {
        const end = isTerminal ? bytes.indexOf(END) : -1;
        board.write(end < 0 ? bytes : bytes.subarray(0, end));
        if (end >= 0) resolve();
      });
      input.on("end", () => (quiet = setTimeout(resolve, QUIET)));
    });
  } finally {
    clearTimeout(quiet);
    if (isTerminal) input.setRawMode?.(false);
    input.pause().removeAllListeners("data");
    board.removeAllListeners("close");
    await closePort(board);
    output.write("\n");
  }
}
