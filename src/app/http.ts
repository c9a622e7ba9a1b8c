/** An HTTP request over a separate link: the interpreter's client cannot be aborted, and accepts a head of any size. */

import type { Link, LinkEvents } from "./link";

/** Longest answer accepted, head and body, in bytes. */
export const ANSWER_LIMIT = 2048;

const HEAD_END = "\r\n\r\n";

/** The link of the request in progress: one at a time, and the next one aborts it. */
let pending: Link | undefined;

/**
 * The text of a request with a body of JSON, which may be empty.
 * @param line method and path
 * @param host and more headers, each with a line end before it
 */
export function requestOf(line: string, host: string, body: string): string {
  return (
    line +
    " HTTP/1.1\r\nHost: " +
    host +
    "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
    body.length +
    HEAD_END +
    body
  );
}

/**
 * Sends a request. Opening the connection blocks, as any link's does.
 * @param done gets the body of an answer of status 200, or undefined and a readable reason; called once, and not from
 *   within the call; never if the server accepts the connection and stays silent
 */
export function request(
  createLink: (events: LinkEvents) => Link,
  bytes: string,
  done: (answer: string | undefined, why: string) => void,
): void {
  let answer = "";

  function finish(result: string | undefined, why: string): void {
    pending = undefined;
    link.close();
    done(result, why);
  }

  /** @param isEnd whether the connection has ended */
  function read(isEnd: boolean): boolean {
    // The interpreter's `indexOf` also finds a beginning of it at the end of the text.
    const end = answer.indexOf(HEAD_END);
    if (!answer.startsWith(HEAD_END, end)) return false;
    const head = answer.substring(0, end).toLowerCase();
    const status = head.substring(9, 12); // http/1.1 200 ok
    const body = answer.substring(end + 4);
    const isOk = status === "200";
    const whole = isOk ? bodyOf(head, body, isEnd) : "";
    if (whole === undefined) return false;
    finish(isOk ? whole : undefined, "HTTP status " + status);
    return true;
  }

  const link = createLink({
    connected() {
      link.write(bytes);
    },
    received(bytes) {
      if (pending !== link) return;
      answer += bytes;
      if (answer.length > ANSWER_LIMIT) finish(undefined, "the answer is too long");
      else read(false);
    },
    drained() {
      // the whole request is written at once
    },
    closed(why) {
      if (pending === link && !read(true)) finish(undefined, why);
    },
  });
  if (pending) pending.close();
  pending = link;
  link.open();
}

/**
 * @param head in lower case
 * @returns undefined while it is incomplete
 */
function bodyOf(head: string, body: string, isEnd: boolean): string | undefined {
  // Not `includes`: the interpreter would find its first letter at the end of a head, as in "GMT".
  if (/transfer-encoding: *chunked/.test(head)) return joined(body) ?? (isEnd ? "" : undefined);
  const length = /\ncontent-length: *(\d+)/.exec(head);
  return isEnd || (length && body.length >= Number(length[1])) ? body : undefined;
}

/** A body of chunks, each after its size in hexadecimal, the last one of size 0 [RFC 9112, 7.1]. */
function joined(chunks: string): string | undefined {
  let whole = "";
  let at = 0;
  for (;;) {
    const start = chunks.indexOf("\r\n", at) + 2;
    if (start < 2) return undefined;
    const size = parseInt(chunks.substring(at, start), 16);
    if (!(size > 0)) return whole;
    at = start + size + 2;
    if (at > chunks.length) return undefined;
    whole += chunks.substring(start, at - 2);
  }
}
