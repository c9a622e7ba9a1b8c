import type { Point, Series } from "../../../scripts/web-console/protocol.ts";

/** Data points with their times, by data stream. */
export function pointsOf(series: readonly Series[]): Point[] {
  return series.flatMap(([board, stream, times, values]) => {
    let time = 0;
    return times.map((since, index): Point => [board, stream, (time += since), values[index] ?? NaN]);
  });
}
