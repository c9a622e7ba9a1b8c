/** Stored data points, selected for an answer of the HTTP API and bounded in number and size. */

import type { JsonValue } from "./json.ts";
import { MAXIMUM_ANSWER } from "./limits.ts";
import type { Range } from "./data.ts";
import { sizeOf } from "./room.ts";
import type { Store } from "./store.ts";

export interface Selection extends Range {
  /** The data streams; all if undefined. */
  readonly streams?: readonly string[] | undefined;
  /** Most data points in all. */
  readonly limit: number;
  /** Data points to skip. */
  readonly offset?: number;
}

export interface History {
  readonly count: number;
  /** Without those that have no such data points. */
  readonly datastreams: readonly {
    readonly id: string;
    readonly datapoints: readonly { readonly at: string; readonly value: JsonValue }[];
  }[];
}

/** The data points of a device; fewer than `limit` once their values reach about {@link MAXIMUM_ANSWER} bytes. */
export function selectPoints(store: Store, device: string, selection: Selection): History {
  const { limit } = selection;
  let skip = selection.offset ?? 0;
  let left = limit;
  let room = MAXIMUM_ANSWER;
  const datastreams = [];
  for (const id of store.names(device)) {
    if (selection.streams?.includes(id) === false) continue;
    const datapoints = [];
    for (const { at, value } of store.points(device, id, selection)) {
      if (left === 0 || room <= 0) break;
      if (skip-- > 0) continue;
      left--;
      room -= sizeOf(value);
      datapoints.push({ at, value });
    }
    if (datapoints.length > 0) datastreams.push({ id, datapoints });
  }
  return { count: limit - left, datastreams };
}
