/** The data points that are kept for pages that are opened later: of every board its share. */

import { createChain, type Chained } from "../lib/chain.ts";
import type { Point } from "./protocol.ts";
import { createRichest, createShares, largest } from "./shares.ts";

export interface Points {
  /** @returns whether it is kept: the board may have too many data streams */
  add(point: Point): boolean;
  /** In the order in which they came. */
  all(): Point[];
}

export interface PointBounds {
  /** Data streams of all boards. */
  readonly streams: number;
  /** Data streams of a board. */
  readonly streamsOfBoard: number;
  /** Data points of a stream. */
  readonly points: number;
  /** Characters of all data points, about; the oldest go first, of the board that has the most. */
  readonly pointSize: number;
}

interface Board {
  readonly streams: Map<string, Place[]>;
  size: number;
}

/** Where a data point is kept. */
interface Place extends Chained<Place> {
  readonly point: Point;
  /** Counts data points from 1. */
  readonly turn: number;
}

/** @param lost told of a board of which a data stream is not kept, or not any more */
export function createPoints(bounds: PointBounds, lost: (board: string) => void): Points {
  const boards = new Map<string, Board>();
  const bySize = createRichest(boards, (board) => board.size);
  const shares = createShares(bounds.streams, bounds.streamsOfBoard);
  /** Of all, oldest first. */
  const places = createChain<Place>();
  let size = 0;
  let turn = 0;

  /** The oldest data point of a data stream goes; with its last one, the stream. */
  function forget(id: string, stream: string): void {
    const board = boards.get(id);
    const own = board?.streams.get(stream);
    const place = own?.shift();
    if (!board || !own || !place) return;
    places.remove(place);
    const gone = sizeOf(place.point);
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

  /** The data stream of a board that has its oldest data point. */
  function oldestOf({ streams }: Board): string {
    return largest(streams, ([first]) => -(first?.turn ?? 0)) ?? "";
  }

  return {
    add(point) {
      const [id, stream] = point;
      if (!shares.has(id, stream)) {
        const gone = shares.add(id, stream);
        if (gone) {
          lost(gone.owner);
          if (gone.owner === id) return false;
          forgetStream(gone.owner, gone.name);
        }
      }
      const board = boards.get(id) ?? { streams: new Map<string, Place[]>(), size: 0 };
      boards.set(id, board);
      const own = board.streams.get(stream) ?? [];
      board.streams.set(stream, own);
      const place = { before: undefined, after: undefined, isIn: false, point, turn: ++turn };
      own.push(place);
      places.add(place);
      const added = sizeOf(point);
      size += added;
      board.size += added;
      bySize.grew(id);
      if (own.length > bounds.points) forget(id, stream);
      while (size > bounds.pointSize) {
        const most = bySize.find(id) ?? "";
        const richest = boards.get(most);
        if (!richest) break;
        forget(most, oldestOf(richest));
      }
      return true;
    },
    all: () => Array.from(places, ({ point }) => point),
  };
}

/** Characters that a data point takes in JSON, about. */
function sizeOf([board, stream, , value]: Point): number {
  return board.length + stream.length + (typeof value === "string" ? value.length : 10) + 25;
}
