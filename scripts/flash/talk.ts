/** Connects a terminal or a pipe to a board's console. */

import type { Readable, Writable } from "node:stream";
import { explainLock, wantsPassword, type BoardLink, type LinkOptions } from "./board-link.ts";
import { untilInterrupted, UserError } from "../cli/command.ts";
import { createEchoWatch } from "./echo-watch.ts";
import { createTerminalFilter } from "./terminal-filter.ts";
import { t } from "../cli/language.ts";

/** A terminal's input, or a pipe. */
export type Keys = Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };

/** A terminal's output, or a pipe. */
export type Screen = Writable & { isTTY?: boolean };

export interface TalkOptions extends LinkOptions {
  /** Called with a hint for the user. */
  readonly hint: (text: string) => void;
  /** Called if typed input gets no echo, with whether the board printed anything meanwhile. */
  readonly onDeaf: (hasPrinted: boolean) => void;
}

/** Ctrl-], as in telnet. */
const END = 0x1d;

/** After the end of a pipe, how long the board must be silent to be finished, in ms. */
const QUIET = 1000;
/** Most bytes kept to detect a password prompt. */
const KEPT = 200;

/**
 * Runs until Ctrl-] on a terminal, until the board was quiet for 1 s after the end of a pipe, or until a signal. Types
 * the password if the console asks for it.
 * @param input raw keys of a terminal; or lines of a pipe
 * @throws UserError if the port closes, or if a pipe cannot unlock the console
 */
export async function talk(
  board: BoardLink,
  input: Keys,
  output: Screen,
  { password, passwordFrom, hint, onDeaf }: TalkOptions,
): Promise<void> {
  let quiet: NodeJS.Timeout | undefined;
  const isTerminal = input.isTTY === true;
  const filter = createTerminalFilter(output.isTTY === true);
  const echo = isTerminal ? createEchoWatch(onDeaf) : undefined; // a pipe is checked beforehand
  let hasTyped = false;
  let last = "";
  let show: ((bytes: Buffer) => void) | undefined;
  let lost: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      void untilInterrupted().then(resolve);
      if (isTerminal) input.setRawMode?.(true);
      lost = () => reject(new UserError(t`the port closed: is the board still connected?`));
      show = (bytes) => {
        quiet?.refresh();
        output.write(filter(bytes));
        last = (last + bytes.toString("latin1")).slice(-KEPT);
        if (wantsPassword(last)) unlock(reject);
        else echo?.heard(bytes.toString("latin1"));
      };
      board.events.on("closed", lost).on("bytes", show);
      if (board.isClosed()) lost();
      input.on("data", (bytes: Buffer) => {
        const end = isTerminal ? bytes.indexOf(END) : -1;
        const keys = end < 0 ? bytes : bytes.subarray(0, end);
        echo?.typed(keys.toString("latin1"));
        board.port.write(keys);
        if (end >= 0) resolve();
      });
      input.on("end", () => (quiet = setTimeout(resolve, QUIET)));
    });
  } finally {
    clearTimeout(quiet);
    echo?.end();
    if (isTerminal) input.setRawMode?.(false);
    input.pause().removeAllListeners("data");
    if (lost) board.events.off("closed", lost);
    if (show) board.events.off("bytes", show);
    await board.close();
    output.write("\n");
  }

  function unlock(fail: (error: Error) => void): void {
    last = "";
    echo?.forget(); // a password is not echoed
    if (password && !hasTyped) {
      hasTyped = true;
      board.port.write(`${password}\n`, "latin1");
    } else if (!isTerminal) fail(new UserError(explainLock(password, passwordFrom)));
    else if (password) hint(t`${explainLock(password, passwordFrom)}; type the correct one`);
  }
}
