/** Recognises a web page's connection by its first bytes. */

import { fromBytes } from "./bytes.ts";

/** The first byte of TLS; no terminal key sends it. */
const TLS_HANDSHAKE = 0x16;
/** Bytes examined: a request's method fits. */
const EXAMINED = 100;

/** Whether a connection starts like a browser's, with an HTTP request or TLS. A console line never does. */
export function isOfBrowser(first: Uint8Array): boolean {
  if (first[0] === TLS_HANDSHAKE) return true;
  return /^[A-Z]{3,7} (?:\/|\*|https?:)/.test(fromBytes(first.subarray(0, EXAMINED)));
}
