/** Opens the database file of `--data`: what it must be, its schema, and how safely it is written. */

import type Database from "libsql";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { explainRead, explainWrite } from "../cli/output-file.ts";
import { realFile } from "./file-lock.ts";
import { english, inLanguage, t } from "../cli/language.ts";

export type { Database };

/** Why a database file cannot be used; the file is unchanged. */
export class DataError extends Error {}

/** Marks the files of this platform, in SQLite's own header: "OneT". */
const APPLICATION = 0x4f_6e_65_54;

/** Of the schema below. A file of a later one is refused. 1 lacked documents. */
const VERSION = 2;

const DOCUMENTS = `
  create table document (
    kind text not null,
    name text not null,
    json text not null,
    bytes blob,
    primary key (kind, name)
  ) strict;
`;

/**
 * A row of `point`, `command` and `line` has an id that grows with its arrival: microseconds since 1970, or one more
 * than the id before. So the oldest rows are the first of each table, and deleting them needs no other index.
 */
const SCHEMA = `
  create table product (name text primary key, record text not null) strict, without rowid;
  create table device (
    id integer primary key,
    name text not null unique,
    record text, -- JSON; null for a device that is known only by what it sent
    first_seen integer, -- ms since 1970
    last_seen integer
  ) strict;
  create table desired (
    device integer not null,
    identifier text not null,
    value text not null, -- JSON
    version integer not null,
    primary key (device, identifier)
  ) strict, without rowid;
  create table stream (
    id integer primary key,
    device integer, -- null: deleted with its device; its points go bit by bit
    name text not null, -- JSON: a device may send any name
    created integer not null -- ms since 1970
  ) strict;
  create index stream_of_device on stream (device);
  create table point (
    id integer primary key,
    stream integer not null,
    time integer not null, -- ms since 1970
    at text, -- the time as the device wrote it, if that differs from Beijing time with milliseconds
    value text not null, -- JSON
    type integer
  ) strict;
  create index point_in_time on point (stream, time);
  create table command (
    id integer primary key,
    uuid text not null unique,
    device text not null,
    payload blob not null,
    response blob
  ) strict;
  create table line (id integer primary key, device text not null, text text not null) strict;
  ${DOCUMENTS}
`;

/** The files of a database: its own, those of SQLite, and the lock. */
const BESIDE = ["", "-wal", "-shm", "-journal", ".lock"];

/** Memory for pages, in KiB: the ends of the streams of a few thousand boards. */
const CACHE = 32 * 1024;

/** How long a statement waits for another program that writes to the file, in ms: the platform does nothing meanwhile. */
const BUSY = 250;

/**
 * Opens a database that {@link checkFile} has checked, and creates it if the file is empty.
 * @param mayCreate false: only reads
 * @throws DataError if it cannot be opened
 */
export async function openDatabase(file: string, mayCreate: boolean): Promise<Database.Database> {
  const Driver = await loadDriver();
  const db = new Driver(file, { timeout: BUSY });
  try {
    db.exec(`pragma cache_size = -${CACHE}`);
    if (mayCreate) prepareFile(db);
    else db.exec("pragma query_only = 1");
    // Also reads the file: a broken one is noticed here.
    const [{ user_version: version } = {}] = db.pragma("user_version") as { user_version?: number }[];
    if (version === undefined || version < 1 || version > VERSION) throw new DataError(foreign(file));
    db.exec("select 1 from point limit 1");
    return db;
  } catch (error) {
    db.close();
    if (error instanceof DataError) throw error;
    throw new DataError(`${file}: ${inLanguage(explainFault(error))}`);
  }
}

/**
 * A commit goes to the log beside the file (WAL) without waiting for the disk: it survives the end of the process in
 * any way. Only a power cut may lose the last commits, and never damages the file: SQLite waits for the disk before it
 * copies the log into the file.
 */
function prepareFile(db: Database.Database): void {
  const [{ user_version: version } = {}] = db.pragma("user_version") as { user_version?: number }[];
  if (version === 0) {
    // Before WAL, so that the header in the file itself names its owner from the start.
    db.exec(
      `begin immediate; pragma application_id = ${APPLICATION}; pragma user_version = ${VERSION}; ${SCHEMA} commit`,
    );
  }
  if (version === 1) db.exec(`begin immediate; pragma user_version = ${VERSION}; ${DOCUMENTS} commit`);
  db.exec("pragma synchronous = normal");
  db.pragma("journal_mode = wal");
}

/**
 * Checks a file before SQLite touches it.
 * @param mayCreate creates an empty one if it is missing
 * @throws DataError if it cannot be opened, is no database of this platform, or is of a later version
 */
export function checkFile(file: string, mayCreate: boolean): void {
  // To open a pipe waits for its other end.
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
    throw new DataError(t`${file} is a device or a pipe: use a regular file`);
  const header = Buffer.alloc(100);
  let length: number;
  try {
    // It will hold keys: only for its owner. "a+" creates a missing file and changes no other.
    const descriptor = openSync(file, mayCreate ? "a+" : "r", 0o600);
    try {
      length = readSync(descriptor, header, 0, header.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new DataError(mayCreate ? explainWrite(file, code) : explainRead(file, code));
  }
  if (length === 0 && mayCreate) return;
  const isSqlite = header.toString("latin1", 0, 16) === "SQLite format 3\0";
  if (!isSqlite || header.readUInt32BE(68) !== APPLICATION) throw new DataError(foreign(file));
  const version = header.readUInt32BE(60);
  if (version > VERSION) {
    throw new DataError(
      t`${file} was written by a newer version of this project (its format is ${version}, this one knows ${VERSION}): update the project, or use another file`,
    );
  }
}

/**
 * Checks that an export does not replace the data itself.
 * @throws DataError if `output` is the database or one of the files beside it
 */
export function checkOutput(file: string, output: string): void {
  const [data, target] = [realFile(file), realFile(output)];
  const isBeside = BESIDE.some((ending) => `${data}${ending}` === target);
  const [one, other] = [data, target].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  // A file system may take capital letters for small ones, and a file may have several names.
  const isSame = one !== undefined && one.dev === other?.dev && one.ino === other.ino;
  if (isBeside || isSame)
    throw new DataError(t`${output} belongs to the data that is to be exported: choose another name`);
}

function foreign(file: string): string {
  return t`${file} is not a database of this platform: use another file, or a new one`;
}

/** @throws DataError if there is no binary for this computer */
export async function loadDriver(): Promise<typeof Database> {
  try {
    return (await import("libsql")).default;
  } catch (error) {
    const { message } = error as Error;
    throw new DataError(
      t`--data needs the package libsql with its binary for ${process.platform}-${process.arch}, which is not installed: run npm ci, without leaving out optional packages; without --data the platform runs without it (${message.split("\n")[0] ?? ""})`,
    );
  }
}

/** An error of SQLite as one that says why the file cannot be used; any other unchanged. */
export function dataError(file: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const isFault = typeof code === "string" && code.startsWith("SQLITE_");
  return isFault ? new DataError(`${file}: ${inLanguage(explainFault(error))}`) : error;
}

/** What an error of SQLite means for the user, a text of `english`. */
export function explainFault(error: unknown): string {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === "SQLITE_FULL") return english`there is no more room for it: the disk is full`;
  if (code.startsWith("SQLITE_IOERR")) return english`the disk refuses it (${code}): it may be full`;
  if (code.startsWith("SQLITE_BUSY")) return english`another program holds it: close that program`;
  if (code === "SQLITE_READONLY") return english`it may not be written: change its mode or its folder's`;
  if (code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB")
    return english`it is damaged: use a copy, or a new file`;
  return english`it cannot be used (${[code, message].filter(Boolean).join(": ")})`;
}
