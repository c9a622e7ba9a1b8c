/** A bounded store of the data points reported by devices. */

import { Queue } from "./queue.ts";
import { beijingTime } from "./beijing-time.ts";
import type { JsonValue } from "./json.ts";
import type { Limits } from "./limits.ts";
import { sizeOf, type Kept, type Room } from "./room.ts";

export interface DataPoint {
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS` as sent by the device, or Beijing time with milliseconds. */
  readonly at: string;
  /** Type of its `$dp` frame; multiprotocol only. */
  readonly type?: number;
}

export interface DataStream {
  /** When its first data point arrived, in Beijing time. */
  readonly createdAt: string;
  /** In order of arrival, oldest first. */
  readonly points: readonly DataPoint[];
}

export interface Store {
  /** Stores a data point of the named device; false if the device already has the maximum number of streams. */
  add(device: string, stream: string, point: DataPoint): boolean;
  streams(device: string): ReadonlyMap<string, DataStream>;
  /** Drops the data points of a device. */
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

/** @param room shared storage for data points and everything else the platform keeps */
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
    },
    streams: (device) => devices.get(device) ?? new Map<string, DataStream>(),
    forget(device) {
      for (const stream of devices.get(device)?.values() ?? [])
        for (let gone = stream.forget(); gone; gone = stream.forget()) room.release(gone);
      devices.delete(device);
    },
  };
}

/** Length of a value's JSON, in characters. */
function lengthOf(value: JsonValue): number {
  return typeof value === "number" ? String(value).length : JSON.stringify(value).length;
}

/** @param streams the stream removes itself from these with its last data point */
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
