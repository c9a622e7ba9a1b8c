/** Which data point is due when, and how those that are due together share a frame. */

import type { DataPoint, Encoder } from "../onenet/dp";
import type { Value } from "../onenet/json";

export interface DataStream {
  /** Name at the platform. */
  readonly id: string;
  /** Time between two data points, in ms. */
  readonly period: number;
  /** A change is reported at once, too. */
  readonly onChange: boolean;
  /** The frame that carries it; streams with the same one share a frame. */
  readonly encode: Encoder;
  /** The value now; undefined where there is nothing to measure. */
  read(): Value | undefined;
}

export interface Telemetry {
  /** Time passed, in ms; publishes what is due. */
  tick(now: number): void;
  /** The session came online, or went. All streams are due when it first comes. */
  setOnline(isOnline: boolean): void;
  /** Something may have changed that streams report on change. */
  changed(): void;
  /** A publish is settled; any, also one that is not telemetry's. */
  published(id: number, acknowledged: boolean): void;
}

interface Entry {
  readonly stream: DataStream;
  dueAt: number;
  /** The value reported last. */
  reported: Value | undefined;
}

/**
 * Publishes one frame at a time: the next goes out when the last is acknowledged. What was not acknowledged stays due
 * and is measured anew.
 * @param publish sends a payload and returns as the session's `publish` does: the packet identifier, 0 at QoS 0, -1
 *   when it could not
 */
export function createTelemetry(
  streams: readonly DataStream[],
  publish: (payload: string) => number,
): Telemetry {
  const entries: Entry[] = streams.map((stream) => ({ stream, dueAt: 0, reported: undefined }));
  let time = 0;
  let isOnline = false;
  /** What the frame carries that awaits its acknowledgement, and its packet identifier; 0 while none does. */
  let batch: Entry[] = [];
  let awaited = 0;

  function isDue(entry: Entry): boolean {
    return entry.dueAt <= time;
  }

  /** Publishes the streams that are due and take the same frame as the first of them; false when there is none. */
  function publishFrame(): boolean {
    const first = entries.find(isDue);
    if (!first) return false;
    const due = entries.filter((entry) => isDue(entry) && entry.stream.encode === first.stream.encode);
    const points: DataPoint[] = [];
    for (const entry of due) {
      const value = entry.stream.read();
      entry.dueAt = time + entry.stream.period;
      entry.reported = value;
      if (value !== undefined) points.push({ id: entry.stream.id, value });
    }
    if (!points.length) return true;
    batch = due;
    const id = publish(first.stream.encode(points));
    if (id < 0) putBack();
    else awaited = id;
    return !id;
  }

  function putBack(): void {
    for (const entry of batch) entry.dueAt = 0;
  }

  function pump(): void {
    while (isOnline && !awaited && publishFrame());
  }

  return {
    tick(now) {
      time = now;
      pump();
    },
    setOnline(value) {
      isOnline = value;
      pump();
    },
    changed() {
      for (const entry of entries) {
        if (entry.stream.onChange && entry.stream.read() !== entry.reported) entry.dueAt = 0;
      }
      pump();
    },
    published(id, acknowledged) {
      if (!awaited || id !== awaited) return;
      awaited = 0;
      if (acknowledged) pump();
      else putBack();
    },
  };
}
