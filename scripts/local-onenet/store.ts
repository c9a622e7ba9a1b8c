/**
 * The data points reported by devices: the newest in memory, within bounds, and all of them in the file of a platform
 * that has one.
 */

import { logOf, NOTHING_KEPT, ownerOf, type Data, type DataPoint, type LogName, type Range } from "./data.ts";
import { Queue } from "./queue.ts";
import { beijingTime, parseBeijingTime } from "./beijing-time.ts";
import type { JsonValue } from "./json.ts";
import type { Limits } from "./limits.ts";
import { sizeOf, type Kept, type Room } from "./room.ts";

export interface DataStream {
  /** When its first data point arrived, in Beijing time. */
  readonly createdAt: string;
  /** In order of arrival, oldest first. */
  readonly points: readonly DataPoint[];
}

export interface Store {
  /** Stores a data point of the named device; false if the device already has the maximum number of streams. */
  add(device: string, stream: string, point: DataPoint): boolean;
  /** Adds an entry to the log of a device; the calls below read it by the name of `logOf`. */
  log(device: string, log: LogName, value: JsonValue, at?: string): void;
  /** What is in memory. */
  streams(device: string): ReadonlyMap<string, DataStream>;
  /** The names of all data streams. */
  names(device: string): readonly string[];
  /** All data points of a stream within a range, in order of time. */
  points(device: string, stream: string, range: Range): Iterable<DataPoint>;
  /** Drops the data points and the log of a device from memory; those of a file go with their device. */
  forget(device: string): void;
}

interface KeptStream extends DataStream {
  /** Each data point with its JSON length and its place in the room. */
  readonly entries: Queue<{ readonly point: DataPoint; readonly length: number; readonly kept: Kept }>;
  /** Total characters of JSON. */
  length: number;
  /** Drops the oldest data point, and the data stream itself with its last one. */
  readonly forget: () => Kept | undefined;
}

/** Data points of a stream read into memory from a file, and of all streams together. */
const READ = 300;
const READ_IN_ALL = 100_000;

/**
 * @param room shared storage for data points and everything else the platform keeps
 * @param owners the devices whose data points the file may hold
 */
export function createStore(limits: Limits, room: Room, data: Data, owners: Iterable<string>): Store {
  const devices = new Map<string, Map<string, KeptStream>>();

  /** @returns false if the device already has the maximum number of streams */
  function remember(device: string, name: string, point: DataPoint, created: number): boolean {
    const streams = devices.get(device) ?? new Map<string, KeptStream>();
    const known = streams.get(name);
    if (known === undefined && streams.size >= limits.streams) return false;
    const stream = known ?? createStream(streams, name, created);

    const length = lengthOf(point.value);
    const kept = room.keep(ownerOf(device), sizeOf(point.value) + 2 * name.length, stream.forget);
    // Only now, because making room may have dropped the last data point of this stream.
    if (stream.entries.length === 0) {
      devices.set(device, streams);
      streams.set(name, stream);
    }
    stream.entries.add({ point, length, kept });
    stream.length += length;
    while (stream.entries.length > limits.datapoints || stream.length > limits.streamSize) {
      const gone = stream.forget();
      if (gone) room.release(gone);
    }
    return true;
  }

  const names = [...owners].flatMap((device) => [device, logOf(device)]);
  const kept = names.flatMap((device) => data.streams(device).map((stream) => ({ device, stream })));
  const each = Math.max(1, Math.min(READ, Math.floor(READ_IN_ALL / kept.length)));
  for (const { device, stream } of kept) {
    const newest = [...take(data.points(device, stream.name, { newestFirst: true }), each)];
    for (const point of newest.reverse()) remember(device, stream.name, point, stream.created);
  }

  function add(device: string, name: string, point: DataPoint): boolean {
    const hasRoom = remember(device, name, point, Date.now());
    if (hasRoom) data.addPoint(device, name, point);
    return hasRoom;
  }

  return {
    add,
    log: (device, log, value, at = beijingTime(Date.now())) => void add(logOf(device), log, { value, at }),
    streams: (device) => devices.get(device) ?? new Map<string, DataStream>(),
    names: (device) => [
      ...new Set([...(devices.get(device)?.keys() ?? []), ...data.streams(device).map(({ name }) => name)]),
    ],
    points(device, stream, range) {
      return data === NOTHING_KEPT
        ? selectRange(devices.get(device)?.get(stream)?.points ?? [], range)
        : data.points(device, stream, range);
    },
    forget(device) {
      for (const name of [device, logOf(device)]) {
        for (const stream of devices.get(name)?.values() ?? [])
          for (let gone = stream.forget(); gone; gone = stream.forget()) room.release(gone);
        devices.delete(name);
      }
    },
  };
}

function* take<T>(things: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const thing of things) {
    yield thing;
    if (--left <= 0) return;
  }
}

/** The data points within a range, in order of time; those of the same time in order of arrival. */
function selectRange(points: readonly DataPoint[], range: Range): readonly DataPoint[] {
  const { from = -Infinity, to = Infinity, newestFirst } = range;
  const found = points
    .map((point) => ({ point, time: parseBeijingTime(point.at) }))
    .filter(({ time }) => time >= from && time <= to)
    .sort((one, other) => one.time - other.time)
    .map(({ point }) => point);
  return newestFirst ? found.reverse() : found;
}

/** Length of a value's JSON, in characters. */
function lengthOf(value: JsonValue): number {
  return typeof value === "number" ? String(value).length : JSON.stringify(value).length;
}

/**
 * @param streams the stream removes itself from these with its last data point
 * @param created in ms since 1970
 */
function createStream(streams: Map<string, KeptStream>, name: string, created: number): KeptStream {
  const entries: KeptStream["entries"] = new Queue();
  const stream: KeptStream = {
    createdAt: beijingTime(created),
    get points() {
      return entries.all().map(({ point }) => point);
    },
    entries,
    length: 0,
    forget() {
      const gone = entries.take();
      stream.length -= gone?.length ?? 0;
      if (entries.length === 0) streams.delete(name);
      return gone?.kept;
    },
  };
  return stream;
}
