/** Stops what a board runs; restarts it, on a port that may go and come back meanwhile. */

import { AWAY, type BoardLink } from "./board-link.ts";
import { UserError } from "./command.ts";

/** Time between two tries to open the port anew, in ms. */
const REOPEN_AFTER = 500;
/** Time until a board that has not gone yet is asked again, in ms. */
const ASK_AGAIN = 200;
/** Longest wait for one answer, in ms; the port may have gone without a word. */
const ANSWER_PATIENCE = 10_000;

export interface Reopening {
  /** Opens the port anew. */
  readonly reopen: () => Promise<BoardLink>;
  /** Longest wait for the board, in ms; {@link AWAY} unless told. */
  readonly patience?: number;
  readonly signal: AbortSignal;
}

/**
 * Restarts the chip, and stops what it then runs from flash as soon as it listens. `reset()` alone keeps the watchdog,
 * sockets, telnet and the time service of the program before.
 * @returns the link to the board: the same, or another when the port was closed
 * @throws UserError when the board does not come back; the signal's reason
 */
export async function restartBoard(
  link: BoardLink,
  { reopen, patience = AWAY, signal }: Reopening,
): Promise<BoardLink> {
  const deadline = Date.now() + patience;
  link.run("flashing=1;E.reboot()"); // a restart forgets the variable
  let current: BoardLink | undefined = link;
  try {
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      if (!current || current.isClosed()) {
        await pause(REOPEN_AFTER);
        current = await reopen().catch(() => undefined);
        continue;
      }
      const { value } = await current.ask(
        "typeof flashing",
        Math.min(ANSWER_PATIENCE, deadline - Date.now()),
      );
      if (value !== "undefined") {
        await pause(ASK_AGAIN);
        continue;
      }
      if (await stopProgram(current)) return current;
    }
    throw new UserError(
      "the board does not come back after its restart: press its EN or RST button, and try again",
    );
  } catch (error) {
    if (current !== link) await current?.close();
    throw error;
  }
}

/**
 * Stops the program that a board runs, so that nothing it prints is taken for that of the next one. A reset throws away
 * the beginning of a line that came too early, so nothing is sent before it is done.
 * @returns whether the board answers afterwards
 */
export async function stopProgram(link: BoardLink): Promise<boolean> {
  await link.ask("reset()");
  return (await link.ask("1")).isAnswered;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
