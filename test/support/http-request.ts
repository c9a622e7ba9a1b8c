/** Recognises HTTP requests for a scripted platform. */

/** Whether a byte string starts with a complete request: a head, and a body of the announced length. */
export function isWholeRequest(bytes: string): boolean {
  const body = bytes.indexOf("\r\n\r\n") + 4;
  const length = Number(/^Content-Length: (\d+)\r$/m.exec(bytes)?.[1] ?? 0);
  return body >= 4 && bytes.length >= body + length;
}
