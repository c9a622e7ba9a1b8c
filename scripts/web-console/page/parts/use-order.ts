/**
 * In which order the data streams of a board stand. What a board reports at once when it starts is no movement: then
 * nothing changes places, nor when the page gets all data points anew.
 */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { byMovement, isConstant, seriesFor, streamNames, type Series } from "../state/points.ts";
import { boardSignal } from "../state/store.ts";
import { openStreams } from "../state/view.ts";

interface Order {
  /** Those that moved last first. */
  readonly moving: readonly string[];
  readonly constant: readonly string[];
}

/** How long a board that came online counts as starting, in ms. */
const START = 10_000;

/** Most boards whose order is remembered. */
const KEPT = 50;

/** The order last shown, by board. */
const shown = new Map<string, Order>();

/** The series that have their place in it. */
const placed = new WeakSet<Series>();

interface Named {
  readonly name: string;
  readonly series: Series;
}

/** Gives series the places they had; new ones come last. @param newest the time of the latest data point of all */
function keepPlaces(all: readonly Named[], { moving }: Order, newest: number): void {
  for (const { name, series } of all) {
    const place = moving.indexOf(name);
    series.moved = series.woke = newest - (place < 0 ? moving.length : place);
  }
}

function remember(board: string, order: Order, all: readonly Named[]): void {
  shown.set(board, order);
  for (const { series } of all) placed.add(series);
  for (const oldest of shown.keys()) if (shown.size > KEPT) shown.delete(oldest);
}

/** Of a board's data streams. The same object until the order changes: it is looked at with each redraw. */
export function useOrder(board: ReadonlySignal<string>): Order {
  const before = useRef<Order>({ moving: [], constant: [] });
  return useComputed(() => {
    const open = openStreams.value;
    const all = streamNames.value.flatMap((name) => {
      const series = seriesFor(name, board.value);
      return series ? [{ name, series }] : [];
    });
    const newest = all.reduce((latest, { series }) => Math.max(latest, series.times.at(-1) ?? 0), 0);
    const known = shown.get(board.value);
    const isStarting = newest < (boardSignal(board.value)?.peek().since ?? 0) + START;
    const isAnew = all.some(({ name, series }) => known?.moving.includes(name) && !placed.has(series));
    if (known && (isStarting || isAnew)) keepPlaces(all, known, newest);
    const compare = byMovement(newest);
    const isStill = ({ name, series }: Named) => isConstant(series) && !open.has(name);
    const moving = all.filter((one) => !isStill(one)).sort((one, other) => compare(one.series, other.series));
    const order = {
      moving: moving.map(({ name }) => name),
      constant: all.filter(isStill).map(({ name }) => name),
    };
    if (all.length > 0) remember(board.value, order, all);
    if (JSON.stringify(order) !== JSON.stringify(before.current)) before.current = order;
    return before.current;
  }).value;
}
