/** The data points for plots: bounded, and thinned to the width of a plot. */

import { signal } from "@preact/signals";
import type { Point, Series as KeptSeries, Value } from "../../protocol.ts";
import { createShares } from "../../shares.ts";

/** Data points kept per data stream and board. */
const KEPT = 1000;
/** Data streams kept: of all boards, of one. */
const MAXIMUM_SERIES = 2000;
const MAXIMUM_OF_BOARD = 100;

export interface Series {
  readonly board: string;
  /** ms since 1970, in order. */
  readonly times: number[];
  /** Numbers; true and false as 1 and 0; texts as NaN. */
  readonly values: number[];
  last: Value;
  /** When its value last changed, by the server's time. */
  changed: number;
  /** For its place among the others: when it last changed, and when it last did after a rest. */
  moved: number;
  woke: number;
  /** Whether it ever had another value than its first. */
  hasChanged: boolean;
  /** Whether it has only had the values of a switch: true and false, or 1 and 0. */
  isSwitch: boolean;
}

/** Longest time between two changes that count as one movement, in ms. */
const REST = 10_000;

/**
 * Orders series: those that move now, the one that began last first, so that none changes places while all move; then
 * the others, the one that changed last first.
 * @param newest the time of the latest data point of all
 */
export function byMovement(newest: number): (one: Series, other: Series) => number {
  const isMoving = ({ moved }: Series) => newest - moved <= REST;
  return (one, other) => {
    if (isMoving(one) !== isMoving(other)) return isMoving(one) ? -1 : 1;
    return isMoving(one) ? other.woke - one.woke : other.moved - one.moved;
  };
}

/** Data points after which a value that has not changed counts as constant. */
const SETTLED = 3;

export function isConstant({ hasChanged, times }: Series): boolean {
  return !hasChanged && times.length >= SETTLED;
}

/** The series of a board's data stream, or else of the first board that has it. */
export function seriesFor(stream: string, board: string): Series | undefined {
  const series = seriesOf(stream);
  return series.get(board) ?? series.values().next().value;
}

/** Names of the data streams, in order of arrival. */
export const streamNames = signal<readonly string[]>([]);

const streams = new Map<string, Map<string, Series>>();
const drawn = signal<typeof streams>(new Map());
const shares = createShares(MAXIMUM_SERIES, MAXIMUM_OF_BOARD);
/** Data streams were added or removed since the last redraw. */
let haveNamesChanged = false;

/** What is shown stays until the next redraw: a new snapshot is on its way. */
export function clearPoints(): void {
  streams.clear();
  shares.clear();
  haveNamesChanged = true;
}

export function addPoints(points: readonly Point[]): void {
  for (const [board, stream, time, value] of points) {
    const series = findSeries(board, stream);
    if (series) insert(series, time, value);
  }
}

export function addSeries(all: readonly KeptSeries[]): void {
  for (const [board, stream, times, values] of all) {
    const series = findSeries(board, stream);
    let time = 0;
    times.forEach((since, index) => {
      time += since;
      const value = values[index];
      if (series && value !== undefined) insert(series, time, value);
    });
  }
}

/** By board. */
export function seriesOf(stream: string): ReadonlyMap<string, Series> {
  return drawn.value.get(stream) ?? new Map<string, Series>();
}

/** Redraws the plots with what arrived since the last call. */
export function showPoints(): void {
  drawn.value = new Map(streams);
  if (haveNamesChanged) streamNames.value = [...streams.keys()];
  haveNamesChanged = false;
}

/** A board's data stream, created if new; undefined if there is no room for it. */
function findSeries(board: string, stream: string): Series | undefined {
  const known = streams.get(stream)?.get(board);
  if (known) return known;
  const gone = shares.add(board, stream);
  if (gone) {
    if (gone.owner === board) return undefined;
    forget(gone.owner, gone.name);
  }
  const boards = streams.get(stream) ?? new Map<string, Series>();
  if (boards.size === 0) haveNamesChanged = true;
  streams.set(stream, boards);
  const series: Series = {
    board,
    times: [],
    values: [],
    last: "",
    changed: 0,
    moved: 0,
    woke: 0,
    hasChanged: false,
    isSwitch: true,
  };
  boards.set(board, series);
  return series;
}

function insert(series: Series, time: number, value: Value): void {
  const { times, values } = series;
  // A board that was offline sends older points: insert them in order of time.
  let place = times.length;
  while (place > 0 && (times[place - 1] ?? 0) > time) place--;
  times.splice(place, 0, time);
  values.splice(place, 0, typeof value === "string" ? NaN : Number(value));
  series.isSwitch &&= typeof value === "boolean" || value === 0 || value === 1;
  if (times.length === 1) series.changed = series.moved = series.woke = time;
  else series.hasChanged ||= value !== series.last;
  if (place === times.length - 1) {
    if (value !== series.last) {
      if (time - series.moved > REST) series.woke = time;
      series.changed = series.moved = time;
    }
    series.last = value;
  }
  if (times.length > KEPT * 1.25) {
    times.splice(0, times.length - KEPT);
    values.splice(0, values.length - KEPT);
  }
}

function forget(board: string, stream: string): void {
  const boards = streams.get(stream);
  boards?.delete(board);
  if (boards?.size !== 0) return;
  streams.delete(stream);
  haveNamesChanged = true;
}

/** Times, then each series' values at them; null for none. */
export type Columns = [times: number[], ...values: (number | null)[][]];

/**
 * Columns for a plot, with a row per time step in which any series has a data point. Of several points in a step, the
 * last counts.
 * @param from the first visible time, in ms
 * @param step a pixel or two as time, in ms
 */
export function thin(
  series: readonly Pick<Series, "times" | "values">[],
  from: number,
  step: number,
): Columns {
  const first = Math.floor(from / step);
  const latest = series.reduce((time, { times }) => Math.max(time, times.at(-1) ?? from), from);
  const length = Math.floor(latest / step) - first + 1;
  const isUsed = new Array<boolean>(length).fill(false);
  const columns = series.map(({ times, values }) => {
    const column = new Array<number | null>(length).fill(null);
    for (let index = firstAfter(times, from); index < times.length; index++) {
      const value = values[index] ?? NaN;
      if (Number.isNaN(value)) continue;
      const row = Math.floor((times[index] ?? 0) / step) - first;
      column[row] = value;
      isUsed[row] = true;
    }
    return column;
  });
  const steps = isUsed.map((_, row) => ((first + row) * step) / 1000);
  const used = <T>(column: T[]) => column.filter((_, row) => isUsed[row]);
  return [used(steps), ...columns.map(used)];
}

/** The first index whose time is not before `from`. Times must be sorted. */
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
