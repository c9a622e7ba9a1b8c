/** HTTP requests as a scripted platform sees them. */

/** Whether a byte string begins with a whole request: a head, and as much of a body as that says. */
export function isWholeRequest(bytes: string): boolean {
  const body = bytes.indexOf("\r\n\r\n") + 4;
  const length = Number(/^Content-Length: (\d+)\r$/m.exec(bytes)?.[1] ?? 0);
  return body >= 4 && bytes.length >= body + length;
}
