/** In which order the data streams of a board stand. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { byMovement, isConstant, seriesFor, streamNames } from "../state/points.ts";
import { openStreams } from "../state/view.ts";

interface Order {
  /** Those that moved last first. */
  readonly moving: readonly string[];
  readonly constant: readonly string[];
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
    const compare = byMovement(newest);
    const isStill = ({ name, series }: (typeof all)[number]) => isConstant(series) && !open.has(name);
    const moving = all.filter((one) => !isStill(one)).sort((one, other) => compare(one.series, other.series));
    const order = {
      moving: moving.map(({ name }) => name),
      constant: all.filter(isStill).map(({ name }) => name),
    };
    if (JSON.stringify(order) !== JSON.stringify(before.current)) before.current = order;
    return before.current;
  }).value;
}
