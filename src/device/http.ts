/** One exchange of bytes with a server at a time, each over a connection of its own. */

/** Most bytes of an answer that are kept; it may be a little more. */
const ANSWER_LIMIT = 2048;

/** The connection of the exchange in progress. */
let pending: NetSocket | undefined;

/**
 * Sends a request, if there is none; otherwise ends the one in progress. Opening the connection blocks, as any link's does.
 * @param request makes it, once there is a connection
 * @param done gets what came until the connection was closed; called once at most, and not from within the call
 * @throws Error if there is no connection
 */
export function exchange(
  host: string,
  port: number,
  request: () => string,
  done: (answer: string) => void,
): void {
  if (pending) return pending.end();
  let answer = "";
  pending = require("net").connect({ host, port }, () => {
    (pending as NetSocket).write(request());
  });
  pending.on("data", (bytes) => {
    if (answer.length < ANSWER_LIMIT) answer += bytes;
  });
  pending.on("close", () => {
    pending = undefined;
    done(answer);
  });
}
