/** Reads a board's console until the board is online, or says why it will not be. */

import type { BoardLink } from "./board-link.ts";
import { UserError } from "./command.ts";

export interface Wait {
  /** Longest wait, in ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Gets each line of the program as it comes. */
  readonly onLine: (line: string) => void;
  /** Opens the port anew, when the restart closed it, as USB of the chip itself and telnet do. */
  readonly reopen: () => Promise<BoardLink>;
}

/** Time between two tries to open the port anew, in ms. */
const REOPEN_AFTER = 500;
/** Lines that an uncaught error brings along: its place, the source and a mark. */
const STACK_LINES = 3;
/** Time in which they come, and the line that explains a refusal, in ms. */
const STACK_TIME = 300;

/**
 * @returns once the board says that it is online
 * @throws UserError when the program fails, the server refuses its credentials, or time is over; the signal's reason
 */
export function awaitOnline(link: BoardLink, wait: Wait): Promise<void> {
  return new Promise((resolve, reject) => {
    let current: BoardLink | undefined;
    let last = "";
    let refusal: NodeJS.Timeout | undefined;
    let error: string[] = [];
    let retry: NodeJS.Timeout | undefined;
    let stack: NodeJS.Timeout | undefined;

    const deadline = setTimeout(() => {
      const saw = last ? `its last line: ${last}` : "it printed nothing";
      const seconds = Math.round(wait.patience / 1000);
      end(
        new UserError(
          `the board is not online after ${seconds} s; ${saw}\nit goes on trying: npm run console shows it`,
        ),
      );
    }, wait.patience);
    const aborted = () => end(wait.signal.reason as Error);
    wait.signal.addEventListener("abort", aborted);
    watch(link);

    function end(failure?: Error): void {
      clearTimeout(deadline);
      clearTimeout(retry);
      clearTimeout(stack);
      clearTimeout(refusal);
      wait.signal.removeEventListener("abort", aborted);
      current?.events.off("line", read).off("closed", lost);
      if (current !== link) void current?.close();
      current = undefined;
      if (failure) reject(failure);
      else resolve();
    }

    function watch(next: BoardLink): void {
      current = next;
      next.events.on("line", read).on("closed", lost);
    }

    function lost(): void {
      current?.events.off("line", read).off("closed", lost);
      retry = setTimeout(() => void wait.reopen().then(watch, lost), REOPEN_AFTER);
    }

    function read(line: string): void {
      if (isNotOfProgram(line)) return;
      wait.onLine(line);
      last = line;
      if (error.length > 0) {
        if (error.push(line.trim()) > STACK_LINES) fail();
      } else if (line === ONLINE) end();
      else if (line.startsWith(UNCAUGHT)) {
        error = [line];
        stack = setTimeout(fail, STACK_TIME);
      } else if (REFUSED.test(line)) refusal = setTimeout(refused, STACK_TIME);
      else if (line.startsWith(FORGOTTEN)) clearTimeout(refusal); // it registers anew
    }

    function refused(): void {
      end(
        new UserError(
          "the server refused the board's log-in: put right what the board file says, and flash again",
        ),
      );
    }

    function fail(): void {
      const [what = "", ...place] = error;
      end(
        new UserError(
          [`the program stopped with an error: ${what.slice(UNCAUGHT.length)}`, ...place].join("\n  "),
        ),
      );
    }
  });
}

/** What the firmware says once it is logged in (src/app/connection.ts): a line that goes on is of somebody else. */
const ONLINE = "OneNET: online";
/** What it says of credentials that are wrong; a board that registers itself gets others after the first time. */
const REFUSED = /^OneNET: log-in refused, code [45]\b/;
const FORGOTTEN = "OneNET: the platform does not know this device any more";
const UNCAUGHT = "Uncaught ";

/** Espruino's logo, version and asking for donations, and what the upload tool asks the board to print. */
function isNotOfProgram(line: string): boolean {
  return (
    /^[\s|_.-]*$|^\|_{2,4}\||espruino\.com|\(c\) \d+ G\.Williams/.test(line) ||
    /^(Espruino is Open Source|only by sales of|< << )/.test(line)
  );
}
