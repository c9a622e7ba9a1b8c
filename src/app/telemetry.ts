/** Which data point is due when, and how those that are due together share a frame. */

import type { Encoder } from "../onenet/encoder";
import type { Value } from "../onenet/json";

export interface DataStream {
  /** Time between two data points, in ms. */
  readonly period: number;
  /** A change is reported at once, too. */
  readonly onChange?: true | undefined;
  /** The value now; undefined or a number that is none (NaN, infinity) where there is nothing to measure. */
  read(): Value | undefined;
}

/** Data streams that share a frame. */
export interface Group {
  readonly streams: readonly DataStream[];
  readonly encode: Encoder;
  /** Nothing is due before the time is known: the frame cannot do without. */
  readonly needsTime?: true;
}

export interface TelemetryParts {
  /**
   * Sends a payload and returns as the session's `publish` does: the packet identifier, 0 at QoS 0, -1 when it could
   * not.
   */
  publish(payload: string): number;
  /** In ms since 1970; undefined while it is not known. */
  timeOfDay(): number | undefined;
  /** Writes a line on the console. */
  say(line: string): void;
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
  reported?: Value | undefined;
}

/**
 * Publishes one frame at a time: the next goes out when the last is acknowledged. What was not acknowledged stays due
 * and is measured anew.
 */
export function createTelemetry(groups: readonly Group[], parts: TelemetryParts): Telemetry {
  const frames = groups.map((group) => ({
    group,
    entries: group.streams.map((stream): Entry => ({ stream, dueAt: 0 })),
  }));
  let time = 0;
  let isOnline = false;
  /** What the frame carries that awaits its acknowledgement, and its packet identifier; 0 while none does. */
  let batch: Entry[] = [];
  let awaited = 0;

  function isDue(entry: Entry): boolean {
    return entry.dueAt <= time;
  }

  /** Publishes the first frame of which a stream is due, with all of its streams that are; false when there is none. */
  function publishFrame(): boolean {
    const at = parts.timeOfDay();
    const frame = frames.find((each) => (at || !each.group.needsTime) && each.entries.some(isDue));
    if (!frame) return false;
    batch = frame.entries.filter(isDue);
    const values = frame.entries.map((entry) => (isDue(entry) ? measure(entry) : undefined));
    if (values.every((value) => value === undefined)) return true;
    let payload: string;
    try {
      payload = frame.group.encode(values, at);
    } catch (e) {
      parts.say("Not reported: " + (e as Error).message);
      return true;
    }
    const id = parts.publish(payload);
    if (id < 0) putBack();
    else awaited = id;
    return !id;
  }

  function measure(entry: Entry): Value | undefined {
    const value = entry.stream.read();
    entry.dueAt = time + entry.stream.period;
    entry.reported = value;
    return typeof value === "number" && value - value !== 0 ? undefined : value;
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
      for (const frame of frames) {
        for (const entry of frame.entries) {
          if (entry.stream.onChange && entry.stream.read() !== entry.reported) entry.dueAt = 0;
        }
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
