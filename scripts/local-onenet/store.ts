/** The data points that devices reported, kept within bounds. */

import { beijingTime } from "./beijing-time.ts";
import type { JsonValue } from "./dp.ts";
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
  readonly points: DataPoint[];
  /** Of each data point, its characters of JSON and its place in the room. */
  readonly entries: { readonly length: number; readonly kept: Kept }[];
  length: number;
}

/** @param room where data points are kept, with all else that the platform keeps */
export function createStore(limits: Limits, room: Room): Store {
  const devices = new Map<string, Map<string, KeptStream>>();

  return {
    add(device, name, point) {
      const streams = devices.get(device) ?? new Map<string, KeptStream>();
      if (!streams.has(name) && streams.size >= limits.streams) return false;
      const stream = streams.get(name) ?? { createdAt: beijingTime(), points: [], entries: [], length: 0 };

      const length = JSON.stringify(point.value).length;
      const size = sizeOf(point.value) + 2 * name.length;
      const kept = room.keep(device, size, () => void forget(streams, name, stream));
      // Only now: what made room may have been the last of this data stream.
      devices.set(device, streams);
      streams.set(name, stream);
      stream.points.push(point);
      stream.entries.push({ length, kept });
      stream.length += length;
      while (stream.points.length > limits.datapoints || stream.length > limits.streamSize) {
        const gone = forget(streams, name, stream);
        if (gone) room.release(gone);
      }
      return true;
    },
    streams: (device) => devices.get(device) ?? new Map<string, DataStream>(),
  };
}

/** The oldest data point goes, and a data stream with the last of its data points. */
function forget(streams: Map<string, KeptStream>, name: string, stream: KeptStream): Kept | undefined {
  stream.points.shift();
  const entry = stream.entries.shift();
  stream.length -= entry?.length ?? 0;
  if (stream.points.length === 0) streams.delete(name);
  return entry?.kept;
}
