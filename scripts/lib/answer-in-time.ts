/** The answer to a command: in time, or late. */

/** How long to wait for a board's answer to a command before it is said that there is none, in ms. */
const ANSWER_TIMEOUT = 5000;

/** How long an answer may still come after that, in ms. */
const LATEST = 600_000;

/**
 * @param command has the board do it, and waits so many ms for its answer
 * @param late told the answer when it comes after all
 * @returns the answer; undefined when it did not come within {@link ANSWER_TIMEOUT}
 */
export async function answerInTime(
  generation: string,
  command: (timeout: number) => Promise<string | undefined>,
  late: (answer: string) => void,
): Promise<string | undefined> {
  // The platform itself takes no reply of studio that is late.
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
    () => undefined, // the server ended meanwhile
  );
  return undefined;
}

const TOO_LATE = Symbol();
