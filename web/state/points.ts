/** The data points that plots draw: bounded, and thinned to the width of a plot. */

import { signal } from "@preact/signals";
import type { Point, Value } from "../../scripts/web-console/protocol.ts";
import { createShares } from "../../scripts/web-console/shares.ts";

/** Data points kept of a data stream of a board. */
const KEPT = 1000;
/** Data streams kept of all boards, and of one. */
const MAXIMUM_SERIES = 1000;
const MAXIMUM_OF_BOARD = 100;

export interface Series {
  readonly board: string;
  /** ms since 1970, in order. */
  readonly times: number[];
  /** Numbers as they are, true and false as 1 and 0; NaN for texts. */
  readonly values: number[];
  last: Value;
}

/** Names of the data streams, in the order in which they came. */
export const streamNames = signal<readonly string[]>([]);

const streams = new Map<string, Map<string, Series>>();
const shown = signal<typeof streams>(new Map());
const shares = createShares(MAXIMUM_SERIES, MAXIMUM_OF_BOARD);

export function clearPoints(): void {
  streams.clear();
  shares.clear();
  streamNames.value = [];
  showPoints();
}

export function addPoints(points: readonly Point[]): void {
  for (const point of points) addPoint(point);
}

/** By board. */
export function seriesOf(stream: string): ReadonlyMap<string, Series> {
  return shown.value.get(stream) ?? new Map<string, Series>();
}

/** Has what came since the last call drawn. */
export function showPoints(): void {
  shown.value = new Map(streams);
}

function addPoint([board, stream, time, value]: Point): void {
  let boards = streams.get(stream);
  let series = boards?.get(board);
  if (!boards || !series) {
    const gone = shares.add(board, stream);
    if (gone) {
      if (gone.owner === board) return;
      forget(gone.owner, gone.name);
      boards = streams.get(stream); // it may have gone with that
    }
    if (!boards) {
      streams.set(stream, (boards = new Map<string, Series>()));
      streamNames.value = [...streamNames.value, stream];
    }
    boards.set(board, (series = { board, times: [], values: [], last: value }));
  }
  // A board that was offline sends what it measured then: that belongs between what is there.
  let place = series.times.length;
  while (place > 0 && (series.times[place - 1] ?? 0) > time) place--;
  series.times.splice(place, 0, time);
  series.values.splice(place, 0, typeof value === "string" ? NaN : Number(value));
  if (place === series.times.length - 1) series.last = value;
  if (series.times.length > KEPT * 1.25) {
    series.times.splice(0, series.times.length - KEPT);
    series.values.splice(0, series.values.length - KEPT);
  }
}

function forget(board: string, stream: string): void {
  const boards = streams.get(stream);
  boards?.delete(board);
  if (boards?.size !== 0) return;
  streams.delete(stream);
  streamNames.value = streamNames.value.filter((name) => name !== stream);
}

/** Times, then the values of each series at them; null where it has none. */
export type Columns = [times: number[], ...values: (number | null)[][]];

/**
 * Columns for a plot, a row for each step of time in which any series has a data point: of several in a step, the last.
 * @param from the first time that is shown, in ms
 * @param step the time that a pixel or two are wide, in ms
 */
export function thin(series: readonly Series[], from: number, step: number): Columns {
  const rows = new Map<number, (number | null)[]>();
  series.forEach(({ times, values }, column) => {
    for (let index = firstAfter(times, from); index < times.length; index++) {
      const value = values[index] ?? NaN;
      if (Number.isNaN(value)) continue;
      const at = Math.floor((times[index] ?? 0) / step);
      let row = rows.get(at);
      if (!row) rows.set(at, (row = new Array<number | null>(series.length).fill(null)));
      row[column] = value;
    }
  });
  const steps = [...rows.keys()].sort((a, b) => a - b);
  return [
    steps.map((at) => (at * step) / 1000),
    ...series.map((_, column) => steps.map((at) => rows.get(at)?.[column] ?? null)),
  ];
}

/** The first index whose time is not before `from`; times are in order. */
function firstAfter(times: readonly number[], from: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
