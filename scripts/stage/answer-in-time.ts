/** Waits for the answer to a command, in time or late. */

/** How long to wait for a board's answer before reporting none, in ms. */
const ANSWER_TIMEOUT = 5000;

/** How long a late answer still counts, in ms from the command. */
const LATEST = 600_000;

/**
 * @param command sends the command and waits up to `timeout` ms for its answer
 * @param late called with an answer that comes after that
 * @returns the answer; undefined if none came within {@link ANSWER_TIMEOUT}
 */
export async function answerInTime(
  generation: string,
  command: (timeout: number) => Promise<string | undefined>,
  late: (answer: string) => void,
): Promise<string | undefined> {
  // In studio, the platform itself rejects late replies.
  if (generation === "studio") return command(ANSWER_TIMEOUT);
  const answer = command(LATEST);
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(resolve, ANSWER_TIMEOUT, TOO_LATE);
  });
  const first = await Promise.race([answer, end]).finally(() => clearTimeout(timer));
  if (first !== TOO_LATE) return first;
  answer.then(
    (text) => {
      if (text !== undefined) late(text);
    },
    () => undefined, // the server has closed
  );
  return undefined;
}

const TOO_LATE = Symbol();
