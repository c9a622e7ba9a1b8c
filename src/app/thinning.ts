/**
 * Thins an outbox: of each data stream the first data point of each span of time stays. A span twice as long begins where one
 * of two did, so thinning again and again gives what thinning once would have given, and neighbours are less than two spans
 * apart, unless they were further apart before.
 */

import type { Value } from "../onenet/json";

/** Shortest and longest span that one of the older data points of a stream stands for, in ms: a second, and 12 days. */
export const SHORTEST_SPAN = 1024;
const LONGEST_SPAN = 1073741824;

/**
 * Drops records of the older half of those that are not in flight, until no more have to go.
 * @param records oldest first; `drop` removes from them
 * @param inFlight the number of the first ones, which stay: they may have arrived already
 * @param span the one that was enough the last time, or {@link SHORTEST_SPAN}
 * @returns the one that was enough now; {@link SHORTEST_SPAN} if none was
 */
export function thin(
  records: readonly string[],
  inFlight: number,
  isFull: () => boolean,
  span: number,
  drop: (at: number) => void,
): number {
  const newer = (records.length - inFlight) >> 1;
  for (; span <= LONGEST_SPAN; span *= 2) {
    const isFirst = createSieve(span);
    for (let at = 0; at < records.length - newer;) {
      if (isFirst(records[at] as string) || at < inFlight) at++;
      else drop(at);
    }
    if (!isFull()) return span;
  }
  return SHORTEST_SPAN;
}

/** @returns for each record, oldest first, whether it has the first data point of a stream in a span */
function createSieve(span: number): (record: string) => boolean {
  /** The span of the last data point of each stream, by group and place. */
  const seen: Record<string, number> = {};
  return (record) => {
    const values = JSON.parse(record) as (Value | null)[];
    const at = Math.floor((values[0] as number) / span);
    let isFirst = false;
    values.forEach((value, i) => {
      const stream = values[1] + "/" + i;
      if (i < 2 || value === null || seen[stream] === at) return;
      seen[stream] = at;
      isFirst = true;
    });
    return isFirst;
  };
}
