/** Stops the program a board runs; restarts the board, on a port that may disappear and return. */

import { AWAY, type BoardLink } from "./board-link.ts";
import { UserError } from "../cli/command.ts";
import { t } from "../cli/language.ts";

/** Delay between attempts to reopen the port, in ms. */
const REOPEN_AFTER = 500;
/** Delay before asking again a board that has not restarted yet, in ms. */
const ASK_AGAIN = 200;
/** Time-out for one answer, in ms; the port may have disappeared silently. */
const ANSWER_PATIENCE = 10_000;

export interface Reopening {
  /** Reopens the port. */
  readonly reopen: () => Promise<BoardLink>;
  /** Time-out for the board, in ms; {@link AWAY} by default. */
  readonly patience?: number;
  readonly signal: AbortSignal;
}

/**
 * Restarts the chip, and stops the program it then runs from flash as soon as it responds. `reset()` alone would keep
 * the previous program's watchdog, sockets, telnet and time service.
 * @returns the link to the board: the same, or a new one if the port was closed
 * @throws UserError if the board does not come back; the signal's reason
 */
export async function restartBoard(
  link: BoardLink,
  { reopen, patience = AWAY, signal }: Reopening,
): Promise<BoardLink> {
  const deadline = performance.now() + patience;
  link.run("flashing=1;E.reboot()"); // a restart forgets the variable
  let current: BoardLink | undefined = link;
  try {
    while (performance.now() < deadline) {
      signal.throwIfAborted();
      if (!current || current.isClosed()) {
        await pause(REOPEN_AFTER);
        current = await reopen().catch(() => undefined);
        continue;
      }
      const { value } = await current.ask(
        "typeof flashing",
        Math.min(ANSWER_PATIENCE, deadline - performance.now()),
      );
      if (value !== "undefined") {
        await pause(ASK_AGAIN);
        continue;
      }
      if (await stopProgram(current)) return current;
    }
    throw new UserError(
      t`the board did not come back after its restart: press its EN or RST button, and try again`,
    );
  } catch (error) {
    if (current !== link) await current?.close();
    throw error;
  }
}

/**
 * Stops the program a board runs, so that its output is not taken for the next program's. A reset discards the
 * beginning of a line that arrives too early, so nothing is sent until it has finished.
 * @returns whether the board responds afterwards
 */
export async function stopProgram(link: BoardLink): Promise<boolean> {
  await link.ask("reset()");
  return (await link.ask("1")).isAnswered;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
