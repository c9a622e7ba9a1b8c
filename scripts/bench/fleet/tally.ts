/** Counts what happens to the messages of a fleet, and how long it takes. */

import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Half, 95 and 99 of 100 messages took at most so long, in ms. */
export interface Delays {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Counts {
  readonly sent: number;
  /** Due while their board could not send: offline, or too many messages waited for their acknowledgement. */
  readonly unsent: number;
  readonly acknowledged: number;
  readonly received: number;
}

export interface Tally {
  readonly counts: Counts;
  unsent(): void;
  /** @param id packet identifier; 0 at QoS 0 @param value its number among those of the board */
  sent(board: number, id: number, value: number): void;
  settled(board: number, id: number, isAcknowledged: boolean): void;
  /** The server has passed the message on. */
  received(board: number, value: number): void;
  /** Messages that are not acknowledged yet, and were not given up. */
  awaited(): number;
  /** From publish to acknowledgement, and to reception: since the last call; undefined if there was none. */
  delays(): { readonly acknowledged: Delays | undefined; readonly received: Delays | undefined };
  /** The same since the beginning. */
  allDelays(): ReturnType<Tally["delays"]>;
}

/** @param boards their number */
export function createTally(boards: number): Tally {
  const counts = { sent: 0, unsent: 0, acknowledged: 0, received: 0 };
  /** When messages were sent, in ms, by board: those not acknowledged by packet identifier, those not received by value. */
  const unacknowledged = Array.from({ length: boards }, () => new Map<number, number>());
  const unreceived = Array.from({ length: boards }, () => new Map<number, number>());
  const acknowledgements = createDelays();
  const receptions = createDelays();
  let awaited = 0;

  return {
    counts,
    unsent() {
      counts.unsent++;
    },
    sent(board, id, value) {
      const now = performance.now();
      counts.sent++;
      unreceived[board]?.set(value, now);
      if (id === 0) return;
      unacknowledged[board]?.set(id, now);
      awaited++;
    },
    settled(board, id, isAcknowledged) {
      const since = unacknowledged[board]?.get(id);
      if (since === undefined) return; // not a data point
      unacknowledged[board]?.delete(id);
      awaited--;
      if (!isAcknowledged) return;
      counts.acknowledged++;
      acknowledgements.record(performance.now() - since);
    },
    received(board, value) {
      const since = unreceived[board]?.get(value);
      if (since === undefined) return; // a duplicate
      unreceived[board]?.delete(value);
      counts.received++;
      receptions.record(performance.now() - since);
    },
    awaited: () => awaited,
    delays: () => ({ acknowledged: acknowledgements.take(), received: receptions.take() }),
    allDelays: () => ({ acknowledged: acknowledgements.all(), received: receptions.all() }),
  };
}

/** Most figures of a delay that are kept, and the longest one that is, in µs. */
const HISTOGRAM = { lowest: 1, highest: 600_000_000, figures: 3 };

/** Delays as a histogram: its size does not depend on their number. */
function createDelays() {
  const recent = createHistogram(HISTOGRAM);
  const all = createHistogram(HISTOGRAM);
  return {
    record(ms: number) {
      const us = Math.min(HISTOGRAM.highest, Math.max(1, Math.round(ms * 1000)));
      recent.record(us);
      all.record(us);
    },
    /** Of those since the last call. */
    take() {
      const found = percentiles(recent);
      recent.reset();
      return found;
    },
    all: () => percentiles(all),
  };
}

function percentiles(histogram: RecordableHistogram): Delays | undefined {
  if (histogram.count === 0) return undefined;
  const at = (percent: number) => histogram.percentile(percent) / 1000;
  return { p50: at(50), p95: at(95), p99: at(99) };
}
