/** Which data point is due when, and how those that are due together share a frame. */

import type { Encoder } from "../onenet/encoder";
import type { Value } from "../onenet/json";

export interface DataStream {
  /** Time between two data points, in ms. */
  readonly period: number;
  /** A change is reported at once, too. */
  readonly onChange?: true | undefined;
  /** The value now; undefined where there is nothing to measure yet, or a number that is none (NaN, infinity). */
  read(): Value | undefined;
}

/** Data streams that share a frame. */
export interface Group {
  readonly streams: readonly DataStream[];
  readonly encode: Encoder;
}

export interface Telemetry {
  /** Time passed, in ms; measures what is due. */
  tick(now: number): void;
  /** Something may have changed that streams report on change. */
  changed(): void;
}

interface Entry {
  readonly stream: DataStream;
  dueAt: number;
  /** The value reported last. */
  reported?: Value | undefined;
}

/**
 * Measures whether the platform is there or not.
 * @param add takes the index of a group and the values of its streams, null for those that are not reported now
 */
export function createTelemetry(
  groups: readonly Group[],
  add: (group: number, values: readonly (Value | null)[]) => void,
): Telemetry {
  const frames = groups.map((group) => group.streams.map((stream): Entry => ({ stream, dueAt: 0 })));
  let time = 0;

  function measure(entry: Entry): Value | null {
    if (entry.dueAt > time) return null;
    const value = entry.stream.read();
    if (value === undefined) return null; // still due
    entry.dueAt = time + entry.stream.period;
    entry.reported = value;
    return typeof value === "number" && value - value !== 0 ? null : value;
  }

  function tick(now: number): void {
    time = now;
    frames.forEach((entries, group) => {
      const values = entries.map(measure);
      if (values.some((value) => value !== null)) add(group, values);
    });
  }

  return {
    tick,
    changed() {
      for (const entries of frames) {
        for (const entry of entries) {
          if (entry.stream.onChange && entry.stream.read() !== entry.reported) entry.dueAt = 0;
        }
      }
      tick(time);
    },
  };
}
