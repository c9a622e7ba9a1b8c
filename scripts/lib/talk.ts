/** Joins a terminal, or a pipe, and a board's console. */

import type { Duplex, Readable, Writable } from "node:stream";
import { untilInterrupted, UserError } from "./command.ts";
import { closePort } from "./port.ts";

/** A terminal's keys, or a pipe. */
export type Keys = Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };

/** A terminal's screen, or a pipe. */
export type Screen = Writable & { isTTY?: boolean };

/** Ctrl-], as in telnet. */
const END = 0x1d;

/** A board that was silent for so long, in ms, has said all that it had to say to the end of a pipe. */
const QUIET = 1000;

/**
 * Runs until Ctrl-] on a terminal, until the board was quiet for 1 s after the end of a pipe, or until a signal.
 * @param input raw keys of a terminal; or lines of a pipe
 * @throws UserError when the port closes
 */
export async function talk(board: Duplex, input: Keys, output: Screen): Promise<void> {
  let quiet: NodeJS.Timeout | undefined;
  const isTerminal = input.isTTY === true;
  const forOutput = output.isTTY ? (bytes: Buffer) => bytes : withoutEscapes();
  try {
    await new Promise<void>((resolve, reject) => {
      void untilInterrupted().then(resolve);
      if (isTerminal) input.setRawMode?.(true);
      board.on("error", () => void closePort(board));
      board.on("close", () => reject(new UserError("the port closed: is the board still plugged in?")));
      board.on("data", (bytes: Buffer) => {
        quiet?.refresh();
        output.write(forOutput(bytes));
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

/** Leaves out what moves a cursor, which a pipe has none of; a sequence may come in pieces. */
function withoutEscapes(): (bytes: Buffer) => Buffer {
  let rest = "";
  return (bytes) => {
    const text = rest + bytes.toString("latin1");
    rest = /\x1b(\[[0-9;?]*)?$/.exec(text)?.[0] ?? ""; // eslint-disable-line no-control-regex -- its beginning
    const whole = text.slice(0, text.length - rest.length);
    return Buffer.from(whole.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, ""), "latin1"); // eslint-disable-line no-control-regex -- as above
  };
}
