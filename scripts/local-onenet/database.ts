/**
 * Keeps what the platform knows in a database file, beyond the process: data points, products, devices, commands, log
 * lines. What has been stored is written in groups, a few ms apart, and acknowledged after that.
 */

import { beijingTime, parseBeijingTime } from "./beijing-time.ts";
import { logOf, NotStored, type Data, type KeptStream, type Seen } from "./data.ts";
import { checkFile, DataError, explainFault, loadDriver, openDatabase, type Database } from "./data-file.ts";
import { nameOf, type DeviceRecord, type ProductRecord } from "./devices.ts";
import { LockError, lockFile } from "./file-lock.ts";
import type { JsonValue } from "./json.ts";
import { pointReader } from "./point-reader.ts";
import { english } from "../cli/language.ts";

export interface DataOptions {
  /** Older rows are deleted. */
  readonly keepDays: number;
  /** Bytes of the file above which the oldest rows are deleted. */
  readonly limit: number;
  /** Receives a sentence when the file cannot be written, once, and when it can again. */
  readonly warn: (text: string) => void;
}

/** Longest time until what was stored is written, in ms. */
const GROUP = 4;

/** How long nothing is tried after the file could not be written, in ms. */
const REST = 1000;

/** Time between two looks at the file's size and the age of its rows, in ms. */
const CHECK = 1000;

/** Rows of a table deleted at a time. */
const STEP = 500;

/** Longest time of one round of deletions, in ms: the platform does nothing else meanwhile. */
const ROUND = 20;

/** Room for what arrives before the oldest rows have been deleted: the part of the limit by which the file may exceed it. */
const EXCESS = 0.1;

const DAY = 86_400_000;

/** A statement with its values, waiting for the next commit. */
type Waiting = readonly [Database.Statement, readonly (string | number | Buffer | null)[]];

/** @throws DataError, LockError if the file cannot be used */
export async function openData(file: string, { keepDays, limit, warn }: DataOptions): Promise<Data> {
  await loadDriver(); // before anything is created
  checkFile(file, true);
  const letGo = lockFile(file);
  const db = await openDatabase(file, true).catch((error: unknown) => {
    letGo();
    throw error;
  });
  const pageSize = numberOf(db, "page_size");
  db.exec(`pragma max_page_count = ${Math.ceil((limit * (1 + EXCESS)) / pageSize)}`);

  const run = (sql: string) => db.prepare(sql);
  const begin = run("begin immediate");
  const commitAll = run("commit");
  const insertPoints = run(
    "insert into point (id, stream, time, at, value, type) " +
      "select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 from json_each(?)",
  );
  const insertStream = run("insert into stream (id, device, name, created) values (?, ?, ?, ?)");
  const insertDevice = run("insert into device (id, name) values (?, ?)");
  const insertCommand = run("insert into command (id, uuid, device, payload) values (?, ?, ?, ?)");
  const updateCommand = run("update command set response = ? where uuid = ?");
  const insertLine = run("insert into line (id, device, text) values (?, ?, ?)");
  const replaceDesired = run("insert or replace into desired values (?, ?, ?, ?)");
  const deleteDesired = run("delete from desired where device = ? and identifier = ?");
  const updateSeen = run("update device set first_seen = ?, last_seen = ? where id = ?");
  const dropDevice = [
    run("update stream set device = null where device = ?"),
    run("delete from desired where device = ?"),
    run("delete from device where id = ?"),
  ];
  const setRecord = run("update device set record = ? where id = ?");
  const setProduct = run("insert or replace into product values (?, ?)");

  const readDocuments = run("select name, json, bytes from document where kind = ? order by rowid");
  const setDocument = run(
    "insert into document (kind, name, json, bytes) values (?, ?, ?, ?) on conflict (kind, name) do update set json = excluded.json",
  );
  const dropDocument = run("delete from document where kind = ? and name = ?");

  const { ids, devices, seen, streams } = readDevices(db);
  let lastDevice = maximum(db, "device");
  let lastStream = maximum(db, "stream");
  let lastRow = Math.max(maximum(db, "point"), maximum(db, "command"), maximum(db, "line"));

  /** What later rows refer to: kept until a commit succeeds. */
  let structure: Waiting[] = [];
  let waiting: Waiting[] = [];
  let points: (readonly [number, number, number, string | null, string, number | null])[] = [];
  let listeners: ((fault: string | undefined) => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let why: string | undefined;
  let restsUntil = -Infinity;

  const reader = pointReader(db);

  function nextRow(): number {
    return (lastRow = Math.max(lastRow + 1, Date.now() * 1000));
  }

  function later(statement: Database.Statement, ...values: Waiting[1]): void {
    if (fault() !== undefined) return;
    waiting.push([statement, values]);
    commitSoon();
  }

  function commitSoon(): void {
    timer ??= setTimeout(commit, GROUP);
  }

  function fault(): string | undefined {
    return performance.now() < restsUntil ? why : undefined;
  }

  /** Runs statements as one. @throws Error if the file cannot be written; it is as before then */
  function atomically(act: () => void): void {
    try {
      begin.run();
      act();
      commitAll.run();
    } catch (error) {
      if (db.inTransaction) db.exec("rollback");
      throw error;
    }
  }

  function commit(): void {
    clearTimeout(timer);
    timer = undefined;
    const group = { structure, waiting, points, listeners };
    const isEmpty = structure.length + waiting.length + points.length === 0;
    waiting = [];
    points = [];
    listeners = [];
    let outcome: string | undefined;
    if (!isEmpty) {
      try {
        atomically(() => {
          for (const [statement, values] of group.structure) statement.run(...values);
          if (group.points.length > 0) insertPoints.run(JSON.stringify(group.points));
          for (const [statement, values] of group.waiting) statement.run(...values);
        });
        structure = [];
        if (group.points.length > 0) {
          // A few bytes of anything else may fit on a full disk.
          if (why !== undefined) warn(english`${file} can be written again`);
          why = undefined;
        }
      } catch (error) {
        outcome = failed(error);
      }
    }
    if (!isEmpty && outcome === undefined) {
      // Twice as many as arrived, so that it gets below its limit. Before any listener can add to a data stream.
      tidily(() => {
        const count = 2 * (group.points.length + group.waiting.length);
        if (size() > limit) deleteOldest(count, Number.MAX_SAFE_INTEGER);
      });
    }
    for (const listener of group.listeners) listener(outcome);
  }

  function failed(error: unknown): string {
    const reason = `${file}: ${explainFault(error)}`;
    if (why === undefined) {
      warn(
        english`${reason}; until there is room, the platform refuses data points and confirms none of them`,
      );
    }
    why = reason;
    restsUntil = performance.now() + REST;
    return reason;
  }

  function deviceId(name: string): number {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, ++lastDevice);
    structure.push([insertDevice, [lastDevice, name]]);
    return lastDevice;
  }

  function streamId(device: string, name: string): number {
    let own = streams.get(device);
    if (!own) streams.set(device, (own = new Map() as Streams));
    const known = own.get(name);
    if (known !== undefined) return known.id;
    const created = Date.now();
    own.set(name, { id: ++lastStream, name, created });
    structure.push([insertStream, [lastStream, deviceId(device), JSON.stringify(name), created]]);
    return lastStream;
  }

  const oldest = run("select id, stream from point where id < ? order by id limit ?");
  const dropPoints = run("delete from point where id <= ?");
  const dropCommands = run(
    "delete from command where id in (select id from command where id < ? order by id limit ?)",
  );
  const dropLines = run(
    "delete from line where id in (select id from line where id < ? order by id limit ?)",
  );
  const hasPoints = run("select 1 from point where stream = ? limit 1");
  const dropStream = run("delete from stream where id = ?");
  const ofOrphan = run(
    "select stream.id, point.id as point from stream left join point on point.stream = stream.id " +
      "where stream.device is null limit ?",
  );
  const dropPoint = run("delete from point where id = ?");

  /**
   * Deletes up to `count` rows of each kind that are older than `cutoff`, and none younger than the last data point
   * deleted. @returns how many
   */
  function deleteOldest(count: number, cutoff: number): number {
    const rows = oldest.all(cutoff, count) as { id: number; stream: number }[];
    const last = rows.at(-1)?.id;
    let deleted = rows.length;
    atomically(() => {
      if (last !== undefined) dropPoints.run(last);
      const older = rows.length < count ? cutoff : (last ?? cutoff);
      for (const statement of [dropCommands, dropLines]) deleted += statement.run(older, count).changes;
    });
    for (const stream of new Set(rows.map((row) => row.stream))) {
      if (hasPoints.get(stream) === undefined) forgetStream(stream);
    }
    return deleted;
  }

  /** A data stream ends with its last data point. */
  function forgetStream(id: number): void {
    for (const own of streams.values())
      for (const [name, stream] of own) if (stream.id === id) own.delete(name);
    later(dropStream, id);
  }

  /** Deletes data points of deleted devices. @returns how many rows */
  function deleteOrphans(): number {
    const rows = ofOrphan.all(STEP) as { id: number; point: number | null }[];
    if (rows.length === 0) return 0;
    atomically(() => {
      for (const { id, point } of rows)
        if (point === null) dropStream.run(id);
        else dropPoint.run(point);
    });
    return rows.length;
  }

  const pageCount = run("pragma page_count");
  const freeCount = run("pragma freelist_count");

  /** Bytes in use. */
  function size(): number {
    const { page_count: all } = pageCount.get() as { page_count: number };
    const { freelist_count: free } = freeCount.get() as { freelist_count: number };
    return (all - free) * pageSize;
  }

  function tidy(): void {
    commit(); // what waits may belong to a data stream that ends here
    tidily(deleteForAWhile);
  }

  /** Does what can wait if it fails. */
  function tidily(act: () => void): void {
    try {
      act();
    } catch (error) {
      failed(error);
    }
  }

  function deleteForAWhile(): void {
    const end = performance.now() + ROUND;
    const old = (Date.now() - keepDays * DAY) * 1000;
    while (performance.now() < end && (deleteOrphans() > 0 || deleteOldest(STEP, old) > 0));
    while (performance.now() < end && size() > limit && deleteOldest(STEP, Number.MAX_SAFE_INTEGER) > 0);
  }

  const tidying = setInterval(tidy, CHECK).unref();

  /** Runs statements at once, after everything that waits. @throws Error if the file cannot be written */
  function atOnce(act: () => void): void {
    commit();
    atomically(() => {
      // These still wait if the file could not be written.
      for (const [statement, values] of structure) statement.run(...values);
      act();
    });
    structure = [];
  }

  function saveDevices(records: readonly DeviceRecord[]): Waiting[] {
    return records.map((record) => [setRecord, [JSON.stringify(record), deviceId(nameOf(record))]] as const);
  }

  const desired = run(
    "select device.name as device, identifier, value, version from desired join device on device.id = device",
  ).all() as { device: string; identifier: string; value: string; version: number }[];

  return {
    products: (run("select record from product").all() as { record: string }[]).map(
      ({ record }) => JSON.parse(record) as ProductRecord,
    ),
    devices,
    desired: desired.map((row) => ({ ...row, value: JSON.parse(row.value) as JsonValue })),
    seen,
    commands: (count) =>
      (run("select * from command order by id desc limit ?").all(count) as CommandRow[])
        .reverse()
        .map(({ uuid, device, response }) =>
          response === null ? { uuid, device } : { uuid, device, response: Buffer.from(response) },
        ),
    save(products, records) {
      const statements = saveDevices(records);
      atOnce(() => {
        for (const record of products) setProduct.run(record.product, JSON.stringify(record));
        for (const [statement, values] of statements) statement.run(...values);
      });
    },
    change({ removed, added }) {
      const statements = saveDevices(added ? [added] : []);
      const gone = removed !== undefined && added === undefined ? [removed, logOf(removed)] : [];
      atOnce(() => {
        for (const [statement, values] of statements) statement.run(...values);
        for (const id of gone.map((name) => ids.get(name) ?? 0))
          for (const statement of dropDevice) statement.run(id);
      });
      for (const name of gone) {
        ids.delete(name);
        streams.delete(name);
      }
    },
    addPoint(device, stream, { value, at, type }) {
      if (fault() !== undefined) return;
      const id = nextRow();
      const parsed = parseBeijingTime(at);
      const time = Number.isNaN(parsed) ? Math.floor(id / 1000) : parsed;
      const own = beijingTime(time) === at ? null : at;
      points.push([id, streamId(device, stream), time, own, JSON.stringify(value), type ?? null]);
      commitSoon();
    },
    addCommand: (uuid, device, payload) => later(insertCommand, nextRow(), uuid, device, payload),
    addResponse: (uuid, response) => later(updateCommand, response, uuid),
    addLine: (device, text) => later(insertLine, nextRow(), device, text),
    setDesired(device, identifier, value) {
      if (value === undefined) later(deleteDesired, ids.get(device) ?? 0, identifier);
      else later(replaceDesired, deviceId(device), identifier, JSON.stringify(value.value), value.version);
    },
    setSeen: (device, { first, last }) => later(updateSeen, first, last, deviceId(device)),
    documents: (kind) =>
      (readDocuments.all(kind) as DocumentRow[]).map(({ name, json, bytes }) => ({
        name,
        json: JSON.parse(json) as JsonValue,
        ...(bytes !== null && { bytes: Buffer.from(bytes) }),
      })),
    keepFile(kind, name, json, bytes) {
      try {
        atOnce(() => setDocument.run(kind, name, JSON.stringify(json), bytes));
      } catch (error) {
        failed(error);
        throw new NotStored();
      }
    },
    setDocument(kind, name, json) {
      if (json === undefined) later(dropDocument, kind, name);
      else later(setDocument, kind, name, JSON.stringify(json), null);
    },
    streams: (device) => [...(streams.get(device)?.values() ?? [])],
    points(device, stream, range) {
      commit();
      const id = streams.get(device)?.get(stream)?.id;
      return id === undefined ? [] : reader(id, range);
    },
    fault,
    whenKept(then) {
      if (timer === undefined) then(fault());
      else listeners.push(then);
    },
    close() {
      clearInterval(tidying);
      commit();
      try {
        // One file is left, unless another program has it open.
        db.pragma("journal_mode = delete");
      } catch {
        // The log stays beside it, as after a crash.
      }
      db.close();
      letGo();
    },
  };
}

/** The devices of a file and their data points, for reading. */
export interface DataReader {
  readonly devices: readonly DeviceRecord[];
  names(device: string): readonly string[];
  points: Data["points"];
  close(): void;
}

/** Opens a file that a platform may be using. @throws DataError if it cannot be read */
export async function readData(file: string): Promise<DataReader> {
  checkFile(file, false);
  const db = await openDatabase(file, false);
  const { devices, streams } = readDevices(db);
  const reader = pointReader(db);
  return {
    devices,
    names: (device) => [...(streams.get(device)?.keys() ?? [])],
    points(device, stream, range) {
      const id = streams.get(device)?.get(stream)?.id;
      return id === undefined ? [] : reader(id, range);
    },
    close: () => void db.close(),
  };
}

type Streams = Map<string, KeptStream & { readonly id: number }>;

/** Reads the small tables. */
function readDevices(db: Database.Database) {
  const ids = new Map<string, number>();
  const names = new Map<number, string>();
  const seen = new Map<string, Seen>();
  const streams = new Map<string, Streams>();
  const devices: DeviceRecord[] = [];
  for (const row of db.prepare("select * from device").all() as DeviceRow[]) {
    const { id, name, record, first_seen: first, last_seen: last } = row;
    ids.set(name, id);
    names.set(id, name);
    if (record !== null) devices.push(JSON.parse(record) as DeviceRecord);
    if (first !== null) seen.set(name, { first, last: last ?? first });
  }
  for (const row of db.prepare("select * from stream where device is not null").all() as StreamRow[]) {
    const device = names.get(row.device) ?? "";
    const own: Streams = streams.get(device) ?? (new Map() as Streams);
    const name = JSON.parse(row.name) as string;
    streams.set(device, own.set(name, { id: row.id, name, created: row.created }));
  }
  return { ids, devices, seen, streams };
}

/** Whether an error says why a file cannot be used, in words for the user. */
export function isDataError(error: unknown): error is Error {
  return error instanceof DataError || error instanceof LockError;
}

interface DeviceRow {
  readonly id: number;
  readonly name: string;
  readonly record: string | null;
  readonly first_seen: number | null;
  readonly last_seen: number | null;
}

interface DocumentRow {
  readonly name: string;
  readonly json: string;
  readonly bytes: ArrayBuffer | null;
}

interface StreamRow {
  readonly id: number;
  readonly device: number;
  readonly name: string;
  readonly created: number;
}

interface CommandRow {
  readonly uuid: string;
  readonly device: string;
  readonly response: ArrayBuffer | null;
}

function numberOf(db: Database.Database, pragma: string): number {
  const [row] = db.pragma(pragma) as Record<string, number>[];
  return row?.[pragma] ?? 0;
}

function maximum(db: Database.Database, table: string): number {
  const { id } = db.prepare(`select max(id) as id from ${table}`).get() as { id: number | null };
  return id ?? 0;
}
