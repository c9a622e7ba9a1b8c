/** An HTTP request over a separate link: the interpreter's client cannot be aborted, and accepts a head of any size. */

import { registers } from "virtual:features";
import type { Link, LinkEvents } from "./link";

/** Longest answer accepted, head and body, in bytes. */
export const ANSWER_LIMIT = 2048;

const HEAD_END = "\r\n\r\n";

/** The link of the request in progress: one at a time, and the next one aborts it. */
let pending: Link | undefined;

/**
 * Sends a request with a body of JSON, which may be empty. Opening the connection blocks, as any link's does.
 * @param host what `createLink` connects to
 * @param line method and path
 * @param headers more of them, each with a line end before it
 * @param wanted the status of a good answer
 * @param done gets the body of the answer, or undefined and a readable reason; called once, and not from within the call;
 *   never if the server accepts the connection and stays silent
 */
export function request(
  createLink: (events: LinkEvents) => Link,
  host: string,
  line: string,
  headers: string,
  body: string,
  wanted: string,
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
    const end = answer.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = answer.substring(0, end).toLowerCase();
    const status = head.substring(9, 12); // http/1.1 200 ok
    const body = answer.substring(end + 4);
    const whole = status !== wanted ? "" : registers ? bodyOf(head, body, isEnd) : isEnd ? body : undefined;
    if (whole === undefined) return false;
    finish(status === wanted ? whole : undefined, "HTTP status " + status);
    return true;
  }

  const link = createLink({
    connected() {
      const head = [line + " HTTP/1.1", "Host: " + host + headers, "Connection: close"];
      link.write(
        head.concat("Content-Type: application/json", "Content-Length: " + body.length).join("\r\n") +
          HEAD_END +
          body,
      );
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
 * Only for registrations. Elsewhere all that comes before the server closes is the body: what is looked for in JSON is
 * found between chunks as well, and a download of the wrong length is not taken.
 * @param head in lower case
 * @returns undefined while it is incomplete
 */
function bodyOf(head: string, body: string, isEnd: boolean): string | undefined {
  if (head.includes("transfer-encoding: chunked")) return joined(body) ?? (isEnd ? "" : undefined);
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
