/**
 * Where data points wait until the platform has them: bounded in bytes, oldest first, each with the time when it was
 * measured.
 *
 * A record is the JSON of `[stamp, group, value, value, …]`: a string, for that is the cheapest that the interpreter
 * can keep, and what flash takes. Its stamp is ms since 1970, or ms since the boot where the time was not known; then
 * it is dated when it is sent.
 */

import { refusableValues } from "virtual:features";
import type { Value } from "../onenet/json";
import type { Streams } from "./telemetry";

export interface OutboxParts {
  /** The payload of a record. */
  readonly encode: Streams["encode"];
  /** Most bytes that the records may have together. */
  readonly limit: number;
  /**
   * Sends a payload and returns as the session's `publish` does: the packet identifier, 0 at QoS 0, -1 when it could
   * not, and then it asks again when it can.
   */
  publish(payload: string): number;
  /** In ms since 1970; 0 while it is not known. */
  timeOfDay(): number;
  /** Time since the boot, in ms. */
  now(): number;
  /** Whether the board can be reached, and there is no use in waiting for the time of day any longer. */
  isReady(): boolean;
  /** Everything was acknowledged. */
  emptied(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Outbox {
  /**
   * Keeps what was measured now; the oldest records go when there is no room.
   * @param group index of the data streams that share the frame
   * @param values one for each of them; null for one that is not reported now
   */
  add(group: number, values: readonly (Value | null)[]): void;
  /** Sends what can be sent now. */
  pump(): void;
  /** A publish is settled; any, also one that is not the outbox's. */
  published(id: number, acknowledged: boolean): void;
  /** Number of records that were lost because there was no room. */
  lost(): number;
  /** What is to outlive a reboot, which is to follow; undefined when there is nothing. */
  save(): SavedOutbox | undefined;
  /** @param isSession whether the session goes on too, and settles what is in flight; otherwise that is sent again */
  restore(saved: SavedOutbox, isSession: boolean): void;
}

/** An outbox in flash. */
export interface SavedOutbox {
  readonly lost: number;
  readonly records: readonly string[];
  /** Packet identifiers of the first records, which are in flight. */
  readonly sent: readonly number[];
}

/** Most records in flight at once; below the session's bound, so that answers to commands find room. */
export const WINDOW = 4;

/** A stamp below is no time of day: 2020-01-01 in ms since 1970. */
const FIRST_TIME = 1577836800000;

export function createOutbox(parts: OutboxParts): Outbox {
  /** Oldest first. */
  const records: string[] = [];
  /** Packet identifiers of the first records; 0 for one that has to be sent again. */
  let sent: number[] = [];
  let bytes = 0;
  let lost = 0;

  function put(record: string): void {
    records.push(record);
    bytes += record.length;
  }

  function take(at: number): void {
    bytes -= (records[at] as string).length;
    records.splice(at, 1);
  }

  /** Sends a record as `publish` does; one that cannot be sent is told of, and gone as if it were. */
  function send(record: string): number {
    const values = JSON.parse(record) as (Value | null)[];
    const stamp = values.shift() as number;
    const group = values.shift() as number;
    // What is not in a variable needs no room any more as soon as it is in a packet.
    if (!refusableValues) return parts.publish(parts.encode(group, values, dated(stamp)));
    let payload;
    try {
      payload = parts.encode(group, values, dated(stamp));
    } catch (e) {
      parts.say("Not reported: " + (e as Error).message);
      return 0;
    }
    return parts.publish(payload);
  }

  /** In ms since 1970; 0 while the time is not known. */
  function dated(stamp: number): number {
    const at = parts.timeOfDay();
    return stamp >= FIRST_TIME ? stamp : at && at - (parts.now() - stamp);
  }

  function pump(): void {
    while (parts.isReady()) {
      const again = sent.indexOf(0);
      const at = again < 0 ? sent.length : again;
      const record = records[at];
      if (!record || at >= WINDOW) return;
      const id = send(record);
      if (id < 0) return;
      if (id) sent[at] = id;
      else remove(at);
    }
  }

  /** A record has arrived, or never will. */
  function remove(at: number): void {
    take(at);
    sent.splice(at, 1);
    if (!records.length) parts.emptied();
  }

  return {
    add(group, values) {
      const stamp = parts.timeOfDay() || parts.now();
      put(JSON.stringify(([stamp, group] as (Value | null)[]).concat(values)));
      // What is in flight stays: it may have arrived already.
      while (bytes > parts.limit && sent.length < records.length) {
        take(sent.length);
        if (!lost++) parts.say("Outbox full: the oldest go");
      }
      pump();
    },
    pump,
    published(id, acknowledged) {
      const at = id ? sent.indexOf(id) : -1;
      if (at < 0) return;
      if (!acknowledged) sent[at] = 0;
      else {
        remove(at);
        pump();
      }
    },
    lost: () => lost,
    save() {
      if (!records.length) return undefined;
      const age = parts.now();
      // In place: an ESP8266 has no room for a copy.
      records.forEach((record, i) => {
        const parsed = JSON.parse(record) as Value[];
        const stamp = parsed[0] as number;
        // The next boot's clock starts at 0: what has no date is as old then as it is now.
        parsed[0] = dated(stamp) || stamp - age;
        records[i] = JSON.stringify(parsed);
      });
      return { lost, sent, records };
    },
    restore(saved, isSession) {
      lost = saved.lost;
      if (isSession) sent = saved.sent.slice();
      saved.records.forEach(put);
    },
  };
}
