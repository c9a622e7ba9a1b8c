import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { indexOf } from "../../../scripts/virtual-board/text-search.ts";
import { ANSWER_LIMIT, request, requestOf } from "../../../src/app/http.ts";
import type { LinkEvents } from "../../../src/app/link.ts";

const BODY = '{"errno":0}';
const HEAD = "HTTP/1.1 200 OK\r\n";

interface Opened {
  readonly events: LinkEvents;
  written: string;
  isOpen: boolean;
}

let links: Opened[];
/** The results of {@link request}, one text per call. */
let reported: string[];
beforeEach(() => {
  links = [];
  reported = [];
  // What a chip finds at the end of a text [chip F57].
  vi.spyOn(String.prototype, "indexOf").mockImplementation(function (this: string, sought, from) {
    return indexOf(this, sought, from);
  });
  vi.spyOn(String.prototype, "includes").mockImplementation(function (this: string, sought, from) {
    return indexOf(this, sought, from) >= 0;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Posts, and lets the server accept the connection. */
function ask(): Opened {
  request(
    (events) => {
      const link: Opened = { events, written: "", isOpen: false };
      links.push(link);
      return {
        open: () => void (link.isOpen = true),
        write: (bytes) => ((link.written += bytes), true),
        isFull: () => false,
        isIdle: () => true,
        close: () => void (link.isOpen = false),
      };
    },
    requestOf("POST /x?y=1", "api.example", '{"a":1}'),
    (answer, why) => void reported.push(answer === undefined ? `no: ${why}` : `yes: ${answer}`),
  );
  const [link] = links.slice(-1);
  if (!link) throw new Error("it opened no link");
  link.events.connected();
  return link;
}

it("sends a request as in RFC 9112", () => {
  expect(ask().written).toBe(
    "POST /x?y=1 HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n" +
      'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
  );
});

const ANSWERS: readonly (readonly [name: string, answer: string, said: string])[] = [
  ["a length", `${HEAD}Content-Length: 11\r\n\r\n${BODY}`, `yes: ${BODY}`],
  ["a length in small letters", `${HEAD}x: y\r\ncontent-length:11\r\n\r\n${BODY}`, `yes: ${BODY}`],
  [
    "chunks",
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n{"e\r\n8;x=y\r\nrrno":0}\r\n0\r\n\r\n`,
    `yes: ${BODY}`,
  ],
  [
    "chunks in capitals",
    `${HEAD}TRANSFER-ENCODING: CHUNKED\r\n\r\nB\r\n${BODY}\r\n0\r\n\r\n`,
    `yes: ${BODY}`,
  ],
  [
    "status 503, whose body is awaited by nobody",
    "HTTP/1.1 503 Oh\r\nContent-Length: 99\r\n\r\n",
    "no: HTTP status 503",
  ],
  [
    "a length, and a last header that ends like an encoding begins",
    `${HEAD}Content-Length: 11\r\nX: GMT\r\n\r\n${BODY}`,
    `yes: ${BODY}`,
  ],
  ["no HTTP", "220 mail\r\nready\r\n\r\n", "no: HTTP status \nre"],
  ["a size that is not a number", `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, "yes: "],
];

describe.each(ANSWERS)("an answer with %s", (_, answer, said) => {
  it("is read at once, and the connection closed", () => {
    const link = ask();
    link.events.received(answer);
    expect([reported, link.isOpen]).toEqual([[said], false]);
  });

  it("is read byte by byte, only once", () => {
    const link = ask();
    for (const byte of answer) link.events.received(byte);
    link.events.closed("closed by the server");
    expect(reported).toEqual([said]);
  });
});

it("a body without a length ends with the connection", () => {
  const link = ask();
  link.events.received(`${HEAD}\r\n${BODY}`);
  expect(reported).toEqual([]);
  link.events.closed("closed by the server");
  expect(reported).toEqual([`yes: ${BODY}`]);
});

it.each(["", `${HEAD}Content-Length: 5\r\n`, `${HEAD}X: y\r`, `${HEAD}X: y\r\n\r`])(
  "a connection that ends after %j gives no answer",
  (part) => {
    const link = ask();
    if (part) link.events.received(part);
    link.events.closed("closed by the server");
    expect(reported).toEqual(["no: closed by the server"]);
  },
);

it.each([
  ["a head", "X: " + "y".repeat(100)],
  ["a body", "\r\n\r\n" + "y".repeat(100)],
  ["chunks", "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"],
])("keeps %s without an end only up to the limit", (_, text) => {
  const link = ask();
  link.events.received(HEAD);
  for (let sent = 0; link.isOpen && sent <= ANSWER_LIMIT; sent += text.length) link.events.received(text);
  expect([reported, link.isOpen]).toEqual([["no: the answer is too long"], false]);
});

it("the next request aborts the previous one, and ignores its late answer", () => {
  const first = ask();
  const second = ask();
  expect([first.isOpen, second.isOpen]).toEqual([false, true]);
  first.events.received(`${HEAD}Content-Length: 2\r\n\r\n{}`);
  first.events.closed("closed by the server");
  expect(reported).toEqual([]);
  second.events.received(`${HEAD}Content-Length: 2\r\n\r\n[]`);
  expect(reported).toEqual(["yes: []"]);
});
