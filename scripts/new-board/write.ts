/** Writes a file that holds secrets: whole or not at all, and for its owner alone to read. */

import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../lib/command.ts";
import { explainWrite } from "../lib/output-file.ts";

/** For its owner to read and to write. */
const MODE = 0o600;

/**
 * @param replaces whether a file that is there already is replaced
 * @throws UserError with what is in the way
 */
export function writePrivately(path: string, text: string, replaces: boolean): void {
  // Git ignores it as well, should the machine stop halfway.
  const draft = join(dirname(path), `.${randomUUID()}.local.json`);
  const leftovers: string[] = [];
  try {
    const file = openSync(draft, "wx", MODE);
    leftovers.push(draft);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (!replaces) {
      closeSync(openSync(path, "wx", MODE)); // fails where there is one, which rename would replace
      leftovers.push(path);
    }
    renameSync(draft, path);
    leftovers.length = 0;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UserError(explain(path, String(error.code)));
  } finally {
    for (const leftover of leftovers) rmSync(leftover, { force: true });
  }
}

/** @param code of the system's error, such as `ENOSPC` */
export function explain(path: string, code: string): string {
  const file = `${basename(dirname(path))}/${basename(path)}`;
  return code === "EEXIST" ? alreadyThere(file) : explainWrite(file, code);
}

/** @param file as messages name it */
export function alreadyThere(file: string): string {
  return `${file} is there already; choose another name, or replace it with --force`;
}
