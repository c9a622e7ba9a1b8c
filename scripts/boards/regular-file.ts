/** Reads a file that may come from anyone: a link to a device or a pipe would never end. */

import { readFileSync, statSync } from "node:fs";

/** @throws Error with the system's code; `ENOTSUP` for a device, a pipe or a socket */
export function readRegularFile(path: string): Buffer {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory())
    throw Object.assign(new Error(`${path} is not a regular file`), { code: "ENOTSUP" });
  return readFileSync(path);
}
