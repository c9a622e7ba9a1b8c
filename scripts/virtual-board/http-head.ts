/**
 * Parses the head of an HTTP response like Espruino's httpParseHeaders: it trusts the format, and treats body lines
 * that look like headers as headers.
 */
import { fromBytes } from "./bytes.ts";

export interface Head {
  /** The fields of the first line; nonsense if it is not HTTP. */
  readonly fields: {
    readonly httpVersion: string;
    readonly statusCode: string;
    readonly statusMessage: string;
  };
  /** By name as received; only the first of each, and only with a value. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after the head. */
  readonly rest: Buffer;
}

/** @returns undefined until the head is complete */
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

/** The value of a header. @param name in lower case */
export function findHeader(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** A slice that ignores an end before the start. */
function cut(text: string, start: number, end: number): string {
  return end < start ? text.slice(start) : text.slice(start, end);
}
