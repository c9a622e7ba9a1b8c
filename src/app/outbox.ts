/**
 * Keeps data points until the platform has them: oldest first, with the time of measurement, bounded in bytes.
 *
 * A record is the JSON of `[stamp, group, value, value, …]`, because a string is the cheapest thing for the interpreter
 * to keep, and can be written to flash. Its stamp is in ms since 1970 or, if the time was unknown, in ms since the boot;
 * such a record is dated when it is sent.
 */

import { bulk, newestFirst, refusableValues, sleeps, sleepTime, thinning } from "virtual:features";
import type { Pieces } from "../onenet/encoder";
import type { Value } from "../onenet/json";
import type { Streams } from "./telemetry";
import { SHORTEST_SPAN, thin } from "./thinning";

export interface OutboxParts {
  /** The payload of a record; not used in bulk. */
  readonly encode: Streams["encode"];
  /** The payload of several, in pieces; used in bulk. */
  readonly batch: Streams["batch"];
  /** Bytes of records after which no more are added to a message, in bulk. */
  readonly batchLimit: number;
  /** Most bytes of all records together. */
  readonly limit: number;
  /**
   * Sends a payload and returns as the session's `publish` does: the packet identifier, 0 at QoS 0, -1 when it cannot
   * be sent now.
   */
  publish(payload: string): number;
  /**
   * The same in bulk.
   * @param isMany whether it is of several records
   */
  publishInPieces(pieces: Pieces, isMany: boolean): number;
  /** In ms since 1970; 0 while unknown. */
  timeOfDay(): number;
  /** Time since the boot, in ms. */
  now(): number;
  /** Whether records may be sent: the board can be reached, and the wait for the time of day is over. */
  isReady(): boolean;
  /** Everything was acknowledged. */
  emptied(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Outbox {
  /**
   * Adds a record measured now. Without room, the older ones are thinned if the board asks for that, and the oldest ones
   * dropped otherwise. In bulk, it waits for the next `pump`.
   * @param group index of the data streams that share the frame
   * @param values one for each of them; null for one that is not reported now
   */
  add(group: number, values: readonly (Value | null)[]): void;
  /** Sends as many records as it can; in bulk one message, if none is in flight. */
  pump(): void;
  /**
   * A publish is settled, of the outbox or not.
   * @param id its packet identifier, not 0
   */
  published(id: number, acknowledged: boolean): void;
  /** In bulk: the platform answered the last message with several records. */
  answered(isAccepted: boolean): void;
  /** With the newest first: the board can be reached again. */
  returned(): void;
  /** Whether the platform has everything. */
  isEmpty(): boolean;
  /** Number of records that were dropped. */
  lost(): number;
  /** What is to outlive the reboot that follows; undefined without any records. */
  save(): SavedOutbox | undefined;
  /** @param isSession whether the session is restored as well and settles what is in flight; otherwise that is sent again */
  restore(saved: SavedOutbox, isSession: boolean): void;
}

/** An outbox in flash. */
export interface SavedOutbox {
  readonly lost: number;
  readonly records: readonly string[];
  /** Packet identifiers of the first records, those in flight. */
  readonly sent: readonly number[];
}

/** Most records in flight at once; below the session's bound, so that answers to commands find room. */
export const WINDOW = 4;

/** Pumps, one a second, for which an acknowledged message with several records awaits the platform's answer. */
export const PATIENCE = 5;
/** The same of a board that sleeps: its ticks are shorter. */
const PATIENCE_AWAKE = 20;

/** A stamp below this is not a time of day: 2020-01-01 in ms since 1970. */
const FIRST_TIME = 1577836800000;

export function createOutbox(parts: OutboxParts): Outbox {
  /** Oldest first. */
  const records: string[] = [];
  /** Packet identifiers of the first records; 0 for one to be sent again. */
  let sent: number[] = [];
  let bytes = 0;
  let lost = 0;
  /** The span that one of the older data points of a stream stands for, in ms, while the platform is away. */
  let span = SHORTEST_SPAN;

  function put(record: string): void {
    records.push(record);
    bytes += record.length;
  }

  function take(at: number): void {
    bytes -= (records.splice(at, 1)[0] as string).length;
  }

  /** Sends a record as `publish` does. One that its frame cannot carry is reported on the console and dropped. */
  function send(record: string): number {
    const values = JSON.parse(record) as (Value | null)[];
    const stamp = values.shift() as number;
    const group = values.shift() as number;
    // Without a variable for it, the payload is free as soon as it is in a packet.
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

  /** In ms since 1970; 0 while the time is unknown. */
  function dated(stamp: number): number {
    const at = parts.timeOfDay();
    return stamp >= FIRST_TIME ? stamp : at && at - (parts.now() - stamp);
  }

  /** In bulk, whether the message in flight is acknowledged. */
  let isArrived = false;
  /** Pumps until its records are removed: one with several may still be refused by the platform's answer. */
  let patience = 0;
  let isRefused = false;
  /** The number of records that are sent one by one, because the platform refused a message with all of them. */
  let alone = 0;
  /** Whether the newest record is still to be sent first. */
  let isBack = false;

  /**
   * Sends what waits in one message, as far as it fits. The newest record goes by itself: a platform may not take a history
   * as the present state. So does one without a time, which it would give the time of arrival.
   */
  function pumpBulk(): void {
    if (isArrived && !--patience) {
      if (isRefused) {
        alone = sent.length;
        sent = [];
      }
      while (sent.length) remove(0);
    }
    if (sent.length || !records.length || !parts.isReady()) return;
    // It is sent once more as the last one, so that the platform ends with the present state whatever it makes of times.
    const isFirst = newestFirst && isBack && records.length > 1 && parts.timeOfDay();
    /** Records and their times in turn: those that an early acknowledgement removes are still being sent. */
    const chosen: (string | number)[] = [];
    let next = isFirst ? records.length - 1 : 0;
    let size = 0;
    do {
      const record = records[next] as string;
      const at = dated((JSON.parse(record) as number[])[0] as number);
      if (next && !at) break;
      chosen.push(record, at);
      size += record.length;
      next++;
      // Two if need be: with one a message, a board that reports every second would never catch up.
    } while (
      !alone &&
      next < records.length - 1 &&
      (next < 2 || size + (records[next] as string).length <= parts.batchLimit)
    );
    const isMany = chosen.length > 2;
    const id = parts.publishInPieces(
      parts.batch((visit) => {
        for (let i = 0; i < chosen.length; i += 2) {
          const values = JSON.parse(chosen[i] as string) as (Value | null)[];
          values.splice(0, 2); // there is one group
          visit(values, chosen[i + 1] as number);
        }
      }, isMany),
      isMany,
    );
    if (id < 0) return;
    if (newestFirst) isBack = false;
    if (newestFirst && isFirst) return;
    if (alone) alone--;
    while (next--) sent.push(id);
    isArrived = !id;
    isRefused = false;
    patience = isMany ? (sleeps ? PATIENCE_AWAKE : PATIENCE) : 1;
  }

  function pump(): void {
    while (parts.isReady()) {
      const resent = sent.indexOf(0);
      const at = resent < 0 ? sent.length : resent;
      const record = records[at];
      if (!record || at >= WINDOW) return;
      const id = send(record);
      if (id < 0) return;
      if (id) sent[at] = id;
      else remove(at);
    }
  }

  /** Removes a record that has arrived or never will. */
  function remove(at: number): void {
    take(at);
    sent.splice(at, 1);
    if (thinning) span = SHORTEST_SPAN; // the platform is back
    if (!records.length) parts.emptied();
  }

  return {
    add(group, values) {
      const stamp = parts.timeOfDay() || parts.now();
      put(JSON.stringify(([stamp, group] as (Value | null)[]).concat(values)));
      if (thinning && bytes > parts.limit) {
        // A bit more than needed, so that not every report takes a turn through all of them.
        span = thin(
          records,
          sent.length,
          () => bytes > parts.limit - parts.limit / 8,
          span,
          (at) => {
            take(at);
            if (!lost++) parts.say("Outbox full: older reports thinned");
          },
        );
      }
      // Those in flight stay: they may have arrived already.
      while (bytes > parts.limit && sent.length < records.length) {
        take(sent.length);
        if (!lost++) parts.say("Outbox full: oldest dropped");
      }
      if (!bulk) pump();
    },
    pump: bulk ? pumpBulk : pump,
    published(id, acknowledged) {
      if (bulk) {
        if (sent[0] !== id) return;
        if (acknowledged) isArrived = true;
        else sent = [];
        return;
      }
      const at = sent.indexOf(id);
      if (at >= 0) {
        if (acknowledged) remove(at);
        else sent[at] = 0;
      }
    },
    answered(isAccepted) {
      if (sent.length < 2) return;
      isRefused = !isAccepted;
      patience = 1;
    },
    returned() {
      isBack = true;
    },
    isEmpty: () => !records.length,
    lost: () => lost,
    save() {
      if (!records.length) return undefined;
      const age = parts.now();
      // In place: an ESP8266 has no room for a copy.
      records.forEach((record, i) => {
        const parsed = JSON.parse(record) as Value[];
        const stamp = parsed[0] as number;
        // The next boot counts from 0: without a date, a record keeps its age, and grows older by the sleep.
        parsed[0] = dated(stamp) || (sleeps ? stamp - age - sleepTime / 1000 : stamp - age);
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
