/** Reads a board's console until the board is online, or reports why it will not be. */

import type { BoardLink } from "./board-link.ts";
import { UserError } from "../cli/command.ts";
import { t } from "../cli/language.ts";

export interface Wait {
  /** Time-out, in ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Called with each line the program prints. */
  readonly onLine: (line: string) => void;
  /** Reopens the port if the restart closed it, as happens with the chip's own USB and with telnet. */
  readonly reopen: () => Promise<BoardLink>;
}

/** Delay between attempts to reopen the port, in ms. */
const REOPEN_AFTER = 500;
/** Lines that follow an uncaught error: its place, the source and a caret. */
const STACK_LINES = 3;
/** How long to wait for those lines, and for the line that explains a refusal, in ms. */
const STACK_TIME = 300;

/**
 * @returns once the board reports that it is online
 * @throws UserError if the program fails, the server refuses its credentials or the time is up; the signal's reason
 */
export function awaitOnline(link: BoardLink, wait: Wait): Promise<void> {
  return new Promise((resolve, reject) => {
    let current: BoardLink | undefined;
    let last = "";
    let refusal: NodeJS.Timeout | undefined;
    let error: string[] = [];
    let retry: NodeJS.Timeout | undefined;
    let stack: NodeJS.Timeout | undefined;
    let isOver = false;

    const deadline = setTimeout(() => {
      const lastSeen = last ? t`its last line: ${last}` : t`it printed nothing`;
      const seconds = Math.round(wait.patience / 1000);
      end(
        new UserError(
          t`the board did not come online within ${seconds} s; ${lastSeen}\nit keeps trying: follow it with npm run console`,
        ),
      );
    }, wait.patience);
    const aborted = () => end(wait.signal.reason as Error);
    wait.signal.addEventListener("abort", aborted);
    watch(link);

    function end(failure?: Error): void {
      isOver = true;
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
      if (isOver) return void next.close();
      current = next;
      next.events.on("line", read).on("closed", lost);
    }

    function lost(): void {
      current?.events.off("line", read).off("closed", lost);
      if (isOver) return;
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
      else if (line.startsWith(FORGOTTEN)) clearTimeout(refusal); // it will register again
    }

    function refused(): void {
      end(
        new UserError(
          t`the server refused the board's log-in: correct the credentials in the board file, and flash again`,
        ),
      );
    }

    function fail(): void {
      const [what = "", ...place] = error;
      end(
        new UserError(
          [t`the program stopped with an error: ${what.slice(UNCAUGHT.length)}`, ...place].join("\n  "),
        ),
      );
    }
  });
}

/** What the firmware prints once logged in (src/app/connection.ts), compared as a whole line. */
const ONLINE = "OneNET: online";
/** What it prints when its credentials are wrong. A board that registers itself may then obtain new ones. */
const REFUSED = /^OneNET: log-in refused, code [45]\b/;
const FORGOTTEN = "OneNET: the platform does not know this device any more";
const UNCAUGHT = "Uncaught ";

/** Espruino's banner (logo, version, appeal for donations), and what the upload tool makes the board print. */
function isNotOfProgram(line: string): boolean {
  return (
    /^[\s|_.-]*$|^\|_{2,4}\||espruino\.com|\(c\) \d+ G\.Williams/.test(line) ||
    /^(Espruino is Open Source|only by sales of|< << )/.test(line)
  );
}
