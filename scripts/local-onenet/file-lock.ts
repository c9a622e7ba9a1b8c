/** Locks a file for one program at a time, so that a second cannot overwrite the first one's changes. */

import { closeSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { t } from "../cli/language.ts";

/** Another program is using the file. */
export class LockError extends Error {}

/** Resolves symbolic links to a file; the file and its folder may be missing. */
export function realFile(file: string): string {
  for (const path of [file, dirname(file)]) {
    try {
      const real = realpathSync(path);
      return path === file ? real : join(real, basename(file));
    } catch {
      // Missing. Opening it will report that.
    }
  }
  return file;
}

/** Name of a file's draft, which contains the id of the process writing it. */
export function draftOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Locks held by this process. */
const held = new Set<string>();

/**
 * Locks a file until it is released or the process ends in any way. Also removes abandoned drafts of the file. The file
 * itself may be missing.
 * @returns a function that releases the lock
 * @throws LockError if another program holds the lock
 */
export function lockFile(file: string): () => void {
  const real = realFile(file);
  const lock = `${real}.lock`;
  if (held.has(lock)) throw new LockError(t`${file} is already in use by this program`);
  if (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined || isRunning(owner)) {
      const who = owner === undefined ? t`another program` : t`process ${owner.pid} on ${owner.host}`;
      throw new LockError(
        t`${file} is in use by ${who}: end that platform or use another file; if it is not running, delete ${lock}`,
      );
    }
    rmSync(lock, { force: true }); // Its process ended without releasing it.
    if (!take(lock)) throw new LockError(t`${file} has just been opened by another program`);
  }
  held.add(lock);
  removeDrafts(real);
  const letGo = () => {
    process.off("exit", letGo);
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
  process.once("exit", letGo);
  return letGo;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** False if the lock already exists. @throws Error if it cannot be written */
function take(lock: string): boolean {
  try {
    const descriptor = openSync(lock, "wx", 0o600);
    try {
      writeSync(descriptor, `${process.pid} ${hostname()}\n`);
    } catch (error) {
      rmSync(lock, { force: true }); // A lock without an owner would never be released.
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** undefined if the lock file does not name an owner. */
function ownerOf(lock: string): Owner | undefined {
  try {
    const [, pid, host] = /^(\d{1,10}) (\S+)\n$/.exec(readFileSync(lock, "utf8")) ?? [];
    return pid === undefined || host === undefined ? undefined : { pid: Number(pid), host };
  } catch {
    return undefined;
  }
}

/**
 * A process on another computer counts as running. A lock with this process's own id is left over from an earlier
 * process with the same id.
 */
function isRunning({ pid, host }: Owner): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function removeDrafts(file: string): void {
  const folder = dirname(file);
  const name = basename(file);
  for (const entry of readdirSync(folder)) {
    const isDraft = entry.startsWith(`${name}.`) && /^\.\d+\.tmp$/.test(entry.slice(name.length));
    if (isDraft) rmSync(join(folder, entry), { force: true });
  }
}
