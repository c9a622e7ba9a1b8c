/** Measures each data stream when it is due; streams that share a frame are reported together. */

import { ownValues, sleeps, structs } from "virtual:features";
import type { Batch } from "../onenet/encoder";
import type { Value } from "../onenet/json";

/** The board's data streams, numbered from 0. Those that share a frame are a group, and are numbered consecutively. */
export interface Streams {
  /** Number of streams in each group. Like {@link periods}, a new list each time: a constant one would stay in memory. */
  sizes(): readonly number[];
  /** For each stream the time between two data points, in s. */
  periods(): readonly number[];
  /** A number that only the streams of the same struct have in common. */
  struct(stream: number): number;
  /** Whether a change of a stream is also reported at the next tick. */
  isWatched(stream: number): boolean;
  /** The value now; undefined if there is none yet. NaN and infinity mean that the measurement failed. */
  read(stream: number): Value | undefined;
  /** The payload of a group, as by an {@link Encoder}; not of a board that reports in bulk. */
  encode(group: number, values: readonly (Value | null)[], at: number | undefined): string;
  /** Of a board that reports in bulk, all of whose streams are one group. */
  readonly batch: Batch;
}

export interface Telemetry {
  /** Time passed, in ms: measures every stream that is due. */
  tick(now: number): void;
  /** The last value of a stream; undefined before the first, and if the last measurement failed. */
  last(stream: number): Value | undefined;
  /** Makes every stream due. */
  again(): void;
  /** Of a board that sleeps: whether every stream was measured, or the wait for that is over. */
  isMeasured(): boolean;
}

/** Longest wait for measurements after a wake, in ms. */
export const MEASURING_TIME = 3000;

/**
 * Measures, online or not.
 * @param add gets the index of a group and the values of its streams, null for those that are not reported now
 */
export function createTelemetry(
  streams: Streams,
  add: (group: number, values: readonly (Value | null)[]) => void,
): Telemetry {
  /** When the next data point of each stream is due; undefined: at once. */
  const dueAt: number[] = [];
  /** The last value of each stream. */
  const reported: (Value | undefined)[] = [];
  /** Of a board that sleeps: values that wait for the others, so that they are reported together. */
  let held: (Value | null)[] = [];
  let isMeasured = false;

  function measure(stream: number, now: number): Value | null {
    const isDue = !((dueAt[stream] as number) > now);
    if (!isDue && !streams.isWatched(stream)) return null;
    const value = streams.read(stream);
    if (value === undefined || (!isDue && value === reported[stream])) return null; // still due
    dueAt[stream] = now + (streams.periods()[stream] as number) * 1000;
    reported[stream] = value;
    return isFailed(value) ? null : value;
  }

  /** Whether it is NaN or infinite. */
  function isFailed(value: Value | undefined): boolean {
    return ownValues && typeof value === "number" && value - value !== 0;
  }

  /** Adds the last values of the other members to each struct of which one is reported; a thing model has one group. */
  function complete(values: (Value | null)[]): void {
    values.forEach((given, stream) => {
      const last = reported[stream];
      const isOfStruct = (value: Value | null, other: number): boolean =>
        value !== null && streams.struct(other) === streams.struct(stream);
      if (given === null && last !== undefined && !isFailed(last) && values.some(isOfStruct)) {
        values[stream] = last;
      }
    });
  }

  /** @returns whether the wait for all streams is over */
  function hold(now: number): boolean {
    const all = streams.periods();
    all.forEach((_, stream) => {
      const value = measure(stream, now);
      if (value !== null) held[stream] = value;
    });
    if (now >= MEASURING_TIME || all.every((_, stream) => dueAt[stream] !== undefined)) isMeasured = true;
    return isMeasured;
  }

  /** The value of a stream that was held. */
  function release(stream: number): Value | null {
    const value = held[stream];
    return value === undefined ? null : value;
  }

  return {
    tick(now) {
      if (sleeps && !hold(now)) return;
      let stream = 0;
      streams.sizes().forEach((size, group) => {
        const values: (Value | null)[] = [];
        let isAny = false;
        for (const end = stream + size; stream < end; stream++) {
          const value = sleeps ? release(stream) : measure(stream, now);
          if (value !== null) isAny = true;
          values.push(value);
        }
        if (isAny) {
          if (structs) complete(values);
          add(group, values);
        }
      });
      if (sleeps) held = [];
    },
    last: (stream) => (isFailed(reported[stream]) ? undefined : reported[stream]),
    again: () => dueAt.splice(0, dueAt.length),
    isMeasured: () => isMeasured,
  };
}
