/** Which data point is due when, and how those that are due together share a frame. */

import { ownValues } from "virtual:features";
import type { Value } from "../onenet/json";

/** The board's data streams, numbered from 0; those that share a frame follow each other, and are a group. */
export interface Streams {
  /** Number of streams in each group; as {@link periods}, made anew each time: a list would stay in memory. */
  sizes(): readonly number[];
  /** For each stream the time between two data points, in s. */
  periods(): readonly number[];
  /** Whether a change of a stream is reported at the next tick, too. */
  isWatched(stream: number): boolean;
  /** The value now; undefined where there is nothing to measure yet, or a number that is none (NaN, infinity). */
  read(stream: number): Value | undefined;
  /** The payload of a group, as an {@link Encoder} makes it. */
  encode(group: number, values: readonly (Value | null)[], at: number | undefined): string;
}

export interface Telemetry {
  /** Time passed, in ms; measures what is due. */
  tick(now: number): void;
  /** The value of a stream that was measured last; undefined before there is one, and when the last try gave no number. */
  last(stream: number): Value | undefined;
}

/**
 * Measures whether the platform is there or not.
 * @param add takes the index of a group and the values of its streams, null for those that are not reported now
 */
export function createTelemetry(
  streams: Streams,
  add: (group: number, values: readonly (Value | null)[]) => void,
): Telemetry {
  /** When the next data point of each stream is due; at once where it says nothing yet. */
  const dueAt: number[] = [];
  /** The value of each stream that was reported last. */
  const reported: (Value | undefined)[] = [];

  function measure(stream: number, now: number): Value | null {
    const isDue = !((dueAt[stream] as number) > now);
    if (!isDue && !streams.isWatched(stream)) return null;
    const value = streams.read(stream);
    if (value === undefined || (!isDue && value === reported[stream])) return null; // still due
    dueAt[stream] = now + (streams.periods()[stream] as number) * 1000;
    reported[stream] = value;
    return isNone(value) ? null : value;
  }

  /** Whether it is a number that is none. */
  function isNone(value: Value | undefined): boolean {
    return ownValues && typeof value === "number" && value - value !== 0;
  }

  return {
    tick(now) {
      let stream = 0;
      streams.sizes().forEach((size, group) => {
        const values: (Value | null)[] = [];
        let isAny = false;
        for (const end = stream + size; stream < end; stream++) {
          const value = measure(stream, now);
          if (value !== null) isAny = true;
          values.push(value);
        }
        if (isAny) add(group, values);
      });
    },
    last: (stream) => (isNone(reported[stream]) ? undefined : reported[stream]),
  };
}
