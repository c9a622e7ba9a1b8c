/** Files that commands write, and in the user's words why one cannot be written. */

import { mkdir, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { UserError } from "./command.ts";

/**
 * Writes a file for its owner's eyes: a board's script holds passwords. Makes the file's folder as well.
 * @throws UserError with what is in the way
 */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await using opened = await open(file, "w", 0o600);
    // One that was there keeps its mode, and some disks know of none.
    await opened.chmod(0o600).catch(() => undefined);
    await opened.writeFile(text);
  } catch (error) {
    throw new UserError(explainWrite(file, (error as NodeJS.ErrnoException).code ?? ""));
  }
}

/**
 * @param file as messages name it
 * @param code of the system's error, such as `ENOSPC`
 */
export function explainWrite(file: string, code: string): string {
  const folder = dirname(file) === "." ? "this folder" : `${basename(dirname(file))}/`;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `${file} is not written: the disk is full; make room and try again`;
    case "EACCES":
    case "EPERM":
      return `${file} is not written: you may not write to ${folder}; change its owner or its mode`;
    case "EROFS":
      return `${file} is not written: ${folder} is on a disk that can only be read; copy the project to another`;
    case "ENOENT":
      return `${file} is not written: there is no folder ${folder}; make it first`;
    case "EEXIST":
    case "ENOTDIR":
      return `${file} is not written: ${folder} is a file and no folder; move it away`;
    case "EISDIR":
      return `${file} is not written: a folder has its name; move it away`;
    default:
      return `${file} is not written (${code})`;
  }
}
