/** Writes output files, and explains why one cannot be written. */

import { mkdir, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { UserError } from "./command.ts";
import { t } from "./language.ts";

/**
 * Writes a file that only its owner can read: a board's script holds passwords. Creates its folder.
 * @param contents text, or bytes
 * @throws UserError with the reason
 */
export async function writeOutput(file: string, contents: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await using opened = await open(file, "w", 0o600);
    // An existing file keeps its mode, and some disks have no modes.
    await opened.chmod(0o600).catch(() => undefined);
    await opened.writeFile(contents);
  } catch (error) {
    throw new UserError(explainWrite(file, (error as NodeJS.ErrnoException).code ?? ""));
  }
}

const NO_NAME = t`the name of a file is empty: give one`;

/**
 * @param file its name in messages
 * @param code of the system's error, such as `ENOSPC`
 */
export function explainWrite(file: string, code: string): string {
  if (file === "") return NO_NAME;
  const folder = dirname(file) === "." ? t`this folder` : `${basename(dirname(file))}/`;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return t`cannot write ${file}: the disk is full; free some space and try again`;
    case "EACCES":
    case "EPERM":
      return t`cannot write ${file}: no permission to write to ${folder}; change its owner or its mode`;
    case "EROFS":
      return t`cannot write ${file}: ${folder} is on a read-only disk; copy the project to another`;
    case "ENOENT":
      return t`cannot write ${file}: there is no folder ${folder}; create it first`;
    case "EEXIST":
    case "ENOTDIR":
      return t`cannot write ${file}: ${folder} is a file, not a folder; move it away`;
    case "EISDIR":
      return t`cannot write ${file}: a folder has that name; move it away`;
    default:
      return t`cannot write ${file} (${code})`;
  }
}

/**
 * Explains why a file cannot be read.
 * @param file its name in messages
 * @param code of the system's error, such as `ENOENT`
 */
export function explainRead(file: string, code: string): string {
  if (file === "") return NO_NAME;
  if (code === "ENOENT") return t`there is no file ${file}`;
  if (code === "EISDIR") return t`${file} is a folder`;
  return t`cannot read ${file} (${code})`;
}
