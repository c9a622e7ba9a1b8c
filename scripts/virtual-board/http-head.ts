/**
 * The head of an HTTP answer, as Espruino's httpParseHeaders takes it: with trust in its form, and with lines of the
 * body, when they came along and look like headers, among the headers.
 */
import { fromBytes } from "./bytes.ts";

export interface Head {
  /** What the first line says; nonsense when that is none of HTTP's. */
  readonly fields: {
    readonly httpVersion: string;
    readonly statusCode: string;
    readonly statusMessage: string;
  };
  /** Names as they came; the first of each, and none without a value. */
  readonly headers: Readonly<Record<string, string>>;
  /** What came after the head. */
  readonly rest: Buffer;
}

/** @returns undefined while the head is not whole */
export function parseHead(received: Buffer): Head | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const text = fromBytes(received);
  const eol = text.indexOf("\r");
  const first = text.search(/[ \r]/);
  const second = first + 1 + text.slice(first + 1).search(/[ \r]/);
  const headers = new Map<string, string>();
  for (const line of text.split("\r").slice(1, -1)) {
    const start = line.lastIndexOf("\n") + 1;
    const colon = line.indexOf(":");
    const name = line.slice(start, colon);
    const value = line.slice(colon + 1).trimStart();
    if (colon > start && value !== "" && !headers.has(name)) headers.set(name, value);
  }
  return {
    fields: {
      httpVersion: cut(text, 5, first),
      statusCode: cut(text, first + 1, second),
      statusMessage: cut(text, second + 1, eol),
    },
    headers: Object.fromEntries(headers),
    rest: received.subarray(end + 4),
  };
}

/** The value of a header, whose `name` is given in lower case. */
export function findHeader(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** An end before the start is no end. */
function cut(text: string, start: number, end: number): string {
  return end < start ? text.slice(start) : text.slice(start, end);
}
