/** Writes a file with secrets: completely or not at all, and readable only by its owner. */

import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../cli/command.ts";
import { explainWrite } from "../../cli/output-file.ts";
import { t } from "../../cli/language.ts";

/** Readable and writable by the owner only. */
const MODE = 0o600;

/**
 * @param replaces whether to replace an existing file
 * @throws UserError that says why it could not be written
 */
export function writePrivately(path: string, text: string, replaces: boolean): void {
  // Git ignores this one too, in case the machine stops halfway.
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
      closeSync(openSync(path, "wx", MODE)); // fails if the file exists; rename would replace it
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

/** @param code of the system error, such as `ENOSPC` */
export function explain(path: string, code: string): string {
  const file = `${basename(dirname(path))}/${basename(path)}`;
  return code === "EEXIST" ? alreadyThere(file) : explainWrite(file, code);
}

/** @param file as in messages */
export function alreadyThere(file: string): string {
  return t`${file} already exists; choose another name, or replace it with --force`;
}
