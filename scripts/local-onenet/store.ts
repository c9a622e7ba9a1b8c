/** The data points that devices reported, kept within bounds. */

import { Queue } from "./queue.ts";
import { beijingTime } from "./beijing-time.ts";
import type { JsonValue } from "./json.ts";
import type { Limits } from "./limits.ts";
import { sizeOf, type Kept, type Room } from "./room.ts";

export interface DataPoint {
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS` as the device gave it, or Beijing time with milliseconds. */
  readonly at: string;
  /** Type of the `$dp` frame that brought it; of multiprotocol only. */
  readonly type?: number;
}

export interface DataStream {
  /** When its first data point came, Beijing time. */
  readonly createdAt: string;
  /** Oldest first, in the order in which they came. */
  readonly points: readonly DataPoint[];
}

export interface Store {
  /** Keeps a data point of the device of a name; false when the device has as many streams as are kept. */
  add(device: string, stream: string, point: DataPoint): boolean;
  streams(device: string): ReadonlyMap<string, DataStream>;
}

interface KeptStream extends DataStream {
  /** Of each data point, its characters of JSON and its place in the room. */
  readonly entries: Queue<{ readonly point: DataPoint; readonly length: number; readonly kept: Kept }>;
  /** Characters of JSON of all. */
  length: number;
  /** The oldest data point goes, and with the last of its data points the data stream. */
  readonly forget: () => Kept | undefined;
}

/** @param room where data points are kept, with all else that the platform keeps */
export function createStore(limits: Limits, room: Room): Store {
  const devices = new Map<string, Map<string, KeptStream>>();

  return {
    add(device, name, point) {
      const streams = devices.get(device) ?? new Map<string, KeptStream>();
      const known = streams.get(name);
      if (known === undefined && streams.size >= limits.streams) return false;
      const stream = known ?? createStream(streams, name);

      const length = lengthOf(point.value);
      const kept = room.keep(device, sizeOf(point.value) + 2 * name.length, stream.forget);
      // Only now: what made room may have been the last of this data stream.
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
    },
    streams: (device) => devices.get(device) ?? new Map<string, DataStream>(),
  };
}

/** Characters of JSON of a value. */
function lengthOf(value: JsonValue): number {
  return typeof value === "number" ? String(value).length : JSON.stringify(value).length;
}

/** @param streams leaves them when its last data point goes */
function createStream(streams: Map<string, KeptStream>, name: string): KeptStream {
  const entries: KeptStream["entries"] = new Queue();
  const stream: KeptStream = {
    createdAt: beijingTime(),
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
