/** A request to a web server, over the interpreter's own HTTP client. */

/** Longest answer that is taken, in bytes. */
export const ANSWER_LIMIT = 1024;

/**
 * Posts JSON. Opening the connection blocks, as a socket's does.
 * @param done gets the body of the answer, or nothing and in words why there is none; once, and not from within the
 *   call; never while a server accepts and is silent
 */
export function post(
  host: string,
  port: number,
  path: string,
  body: string,
  done: (answer: string | undefined, why: string) => void,
): void {
  let isDone = false;
  let answer = "";

  function finish(result: string | undefined, why: string): void {
    if (isDone) return;
    isDone = true;
    setTimeout(() => done(result, why), 0);
  }

  const headers = { "Content-Type": "application/json", "Content-Length": body.length };
  try {
    const request = require("http").request({ host, port, path, method: "POST", headers }, (response) => {
      response.on("data", (bytes) => {
        answer += bytes;
        if (answer.length > ANSWER_LIMIT) {
          answer = "";
          finish(undefined, "the answer is too long");
        }
      });
      response.on("close", () => {
        const isFound = response.statusCode === "200";
        finish(isFound ? answer : undefined, "HTTP status " + response.statusCode);
      });
    });
    request.on("error", (e) => finish(undefined, e.message));
    request.end(body);
  } catch (e) {
    finish(undefined, (e as Error).message);
  }
}
