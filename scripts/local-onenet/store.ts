/** The data points that devices reported, kept within bounds. */

import type { JsonValue } from "./dp.ts";
import type { Limits } from "./limits.ts";

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
  readonly sizes: number[];
  size: number;
}

export function createStore(limits: Limits): Store {
  const devices = new Map<string, Map<string, KeptStream>>();

  return {
    add(device, name, point) {
      const streams = devices.get(device) ?? new Map<string, KeptStream>();
      devices.set(device, streams);
      if (!streams.has(name) && streams.size >= limits.streams) return false;
      const stream = streams.get(name) ?? { createdAt: beijingTime(), points: [], sizes: [], size: 0 };
      streams.set(name, stream);
      const size = JSON.stringify(point.value).length;
      stream.points.push(point);
      stream.sizes.push(size);
      stream.size += size;
      while (stream.points.length > limits.datapoints || stream.size > limits.streamSize) {
        stream.points.shift();
        stream.size -= stream.sizes.shift() ?? 0;
      }
      return true;
    },
    streams: (device) => devices.get(device) ?? new Map<string, DataStream>(),
  };
}

/** A time in ms since 1970, as the platform writes it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC+8. */
export function beijingTime(time: number = Date.now()): string {
  return new Date(time + 8 * 3_600_000).toISOString().replace("T", " ").replace("Z", "");
}
