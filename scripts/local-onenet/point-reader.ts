/** Reads the data points of a stream from a database, a page at a time: a stream may have millions. */

import { beijingTime } from "./beijing-time.ts";
import type { DataPoint, Range } from "./data.ts";
import type { Database } from "./data-file.ts";
import type { JsonValue } from "./json.ts";

interface Row {
  readonly id: number;
  readonly time: number;
  readonly at: string | null;
  readonly value: string;
  readonly type: number | null;
}

/** Rows read at a time: few at first, because often only the newest are wanted. */
const FIRST_PAGE = 32;
const PAGE = 512;

/** @returns a function from the id of a stream to its data points, in order of time */
export function pointReader(
  db: Database.Database,
): (stream: number, range: Range) => Generator<DataPoint, undefined> {
  const select = "select id, time, at, value, type from point where stream = ?";
  const later = db.prepare(`${select} and (time, id) > (?, ?) and time <= ? order by time, id limit ?`);
  const earlier = db.prepare(
    `${select} and (time, id) < (?, ?) and time >= ? order by time desc, id desc limit ?`,
  );

  return function* (stream, { from, to, newestFirst }) {
    const first = bounded(from ?? -Infinity);
    const last = bounded(to ?? Infinity);
    let time = newestFirst ? last : first;
    let id = newestFirst ? Number.MAX_SAFE_INTEGER : -1;
    for (let page = FIRST_PAGE; ; page = Math.min(PAGE, page * 4)) {
      const bound = newestFirst ? first : last;
      const rows = (newestFirst ? earlier : later).all(stream, time, id, bound, page) as Row[];
      for (const row of rows) yield pointOf(row);
      const end = rows.at(-1);
      if (end === undefined || rows.length < page) return undefined;
      ({ time, id } = end);
    }
  };
}

function pointOf({ time, at, value, type }: Row): DataPoint {
  const point = { value: JSON.parse(value) as JsonValue, at: at ?? beijingTime(time) };
  return type === null ? point : { ...point, type };
}

/** A time that SQLite can compare with its integers. */
function bounded(time: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, time));
}
