/** Data points kept for pages opened later, each board within its share. */

import { Queue } from "../local-onenet/queue.ts";
import type { Series, Value } from "./protocol.ts";
import { createRichest, createShares, largest } from "./shares.ts";

export interface Points {
  /** @returns false if the board has too many data streams */
  add(board: string, stream: string, time: number, value: Value): boolean;
  /** The kept data points of each stream, in order of arrival. */
  series(): Series[];
}

export interface PointBounds {
  /** Data streams, all boards together. */
  readonly streams: number;
  /** Data streams per board. */
  readonly streamsOfBoard: number;
  /** Data points per stream. */
  readonly points: number;
  /** Approximate characters of all data points; over it, the board with the most loses its oldest. */
  readonly pointSize: number;
}

interface Board {
  readonly streams: Map<string, Queue<Kept>>;
  size: number;
}

/** A kept data point. */
interface Kept {
  readonly time: number;
  readonly value: Value;
  /** Numbers data points from 1. */
  readonly seq: number;
}

/** @param lost called with each board that loses a data stream, or gets no room for one */
export function createPoints(bounds: PointBounds, lost: (board: string) => void): Points {
  const boards = new Map<string, Board>();
  const bySize = createRichest(boards, (board) => board.size);
  const shares = createShares(bounds.streams, bounds.streamsOfBoard);
  let size = 0;
  let seq = 0;

  /** Drops a stream's oldest data point; with its last one, the stream. */
  function forget(id: string, stream: string): void {
    const board = boards.get(id);
    const own = board?.streams.get(stream);
    const place = own?.take();
    if (!board || !own || !place) return;
    const gone = sizeOf(id, stream, place.value);
    size -= gone;
    board.size -= gone;
    if (own.length > 0) return;
    board.streams.delete(stream);
    shares.remove(id, stream);
    if (board.streams.size === 0) boards.delete(id);
  }

  function forgetStream(id: string, stream: string): void {
    while (boards.get(id)?.streams.has(stream)) forget(id, stream);
  }

  /** The data stream with the board's oldest data point. */
  function oldestOf({ streams }: Board): string {
    return largest(streams, (own) => -(own.first()?.seq ?? 0)) ?? "";
  }

  /** The queue of a new stream; undefined if there is no room for it. */
  function makeStream(id: string, stream: string): Queue<Kept> | undefined {
    const gone = shares.add(id, stream);
    if (gone) {
      lost(gone.owner);
      if (gone.owner === id) return undefined;
      forgetStream(gone.owner, gone.name);
    }
    const board = boards.get(id) ?? { streams: new Map<string, Queue<Kept>>(), size: 0 };
    boards.set(id, board);
    const own = new Queue<Kept>();
    board.streams.set(stream, own);
    return own;
  }

  return {
    add(id, stream, time, value) {
      const own = boards.get(id)?.streams.get(stream) ?? makeStream(id, stream);
      const board = boards.get(id);
      if (!own || !board) return false;
      own.add({ time, value, seq: ++seq });
      const added = sizeOf(id, stream, value);
      size += added;
      board.size += added;
      bySize.grew(board.size);
      if (own.length > bounds.points) forget(id, stream);
      while (size > bounds.pointSize) {
        const most = bySize.find(id, board.size) ?? "";
        const richest = boards.get(most);
        if (!richest) break;
        forget(most, oldestOf(richest));
      }
      return true;
    },
    series: () =>
      [...boards].flatMap(([board, { streams }]) =>
        Array.from(streams, ([stream, places]) => seriesOf(board, stream, places.all())),
      ),
  };
}

function seriesOf(board: string, stream: string, places: readonly Kept[]): Series {
  let before = 0;
  const times = places.map(({ time }) => {
    const since = time - before;
    before = time;
    return since;
  });
  return [board, stream, times, places.map(({ value }) => value)];
}

/** Approximate characters of a data point in JSON. */
function sizeOf(board: string, stream: string, value: Value): number {
  return board.length + stream.length + (typeof value === "string" ? value.length : 10) + 25;
}
