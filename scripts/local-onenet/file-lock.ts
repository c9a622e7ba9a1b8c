/** Locks a file for one program at a time: a second would overwrite what the first has written. */

import { closeSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/** Another program is using the file. */
export class LockError extends Error {}

/** Where a file really is, whatever links lead to it; it may be missing, and so may its folder. */
export function realFile(file: string): string {
  for (const path of [file, dirname(file)]) {
    try {
      const real = realpathSync(path);
      return path === file ? real : join(real, basename(file));
    } catch {
      // It is not there: whoever opens it says so.
    }
  }
  return file;
}

/** A file's drafts, which are named by the process that writes them. */
export function draftOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Locks that this process has. */
const held = new Set<string>();

/**
 * Takes a file until it is let go, or the process ends however it may; removes drafts of it that a process left behind.
 * The file itself may be missing.
 * @returns a function that lets it go
 * @throws LockError when another program has it
 */
export function lockFile(file: string): () => void {
  const real = realFile(file);
  const lock = `${real}.lock`;
  if (held.has(lock)) throw new LockError(`${file} is in use by this program already`);
  if (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined || isRunning(owner)) {
      const who = owner === undefined ? "another program" : `process ${owner.pid} on ${owner.host}`;
      throw new LockError(
        `${file} is in use by ${who}: end that platform or use another file; if it is not running, delete ${lock}`,
      );
    }
    rmSync(lock, { force: true }); // its process ended without letting it go
    if (!take(lock)) throw new LockError(`${file} has just been opened by another program`);
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

/** False when the lock is there already. @throws Error when it cannot be written */
function take(lock: string): boolean {
  try {
    const descriptor = openSync(lock, "wx", 0o600);
    try {
      writeSync(descriptor, `${process.pid} ${hostname()}\n`);
    } catch (error) {
      rmSync(lock, { force: true }); // a lock without an owner would lock the file forever
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

/** undefined where the lock does not tell. */
function ownerOf(lock: string): Owner | undefined {
  try {
    const [, pid, host] = /^(\d{1,10}) (\S+)\n$/.exec(readFileSync(lock, "utf8")) ?? [];
    return pid === undefined || host === undefined ? undefined : { pid: Number(pid), host };
  } catch {
    return undefined;
  }
}

/** Of another computer it is not known. This process itself has not taken it: an earlier one of its number has. */
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
