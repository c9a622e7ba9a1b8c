/** HTTP requests as a scripted platform sees them. */

/** Whether a byte string begins with a whole request: a head, and as much of a body as that says. */
export function isWholeRequest(bytes: string): boolean {
  const body = bytes.indexOf("\r\n\r\n") + 4;
  const length = Number(/^Content-Length: (\d+)\r$/m.exec(bytes)?.[1] ?? 0);
  return body >= 4 && bytes.length >= body + length;
}

/** The same bytes without what follows the version in `User-Agent: Espruino 2v29.277`: a build has a number, a release none. */
export function withoutBuild(bytes: string): string {
  return bytes.replace(/^(User-Agent: Espruino \d+v\d+)[.\d]*/m, "$1");
}
