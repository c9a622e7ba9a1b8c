/** What the console knows, kept within bounds, and the batches in which its listeners get what is new. */

import { createChain, type Chained } from "../lib/chain.ts";
import { shorten as shortenTo } from "../wire/shorten.ts";
import { createRing } from "./ring.ts";
import type {
  Alert,
  AlertKind,
  Batch,
  BoardView,
  Line,
  Packet,
  Point,
  Site,
  Snapshot,
  Value,
} from "./protocol.ts";

export interface Feed {
  /** Makes a board known. */
  addBoard(board: BoardView): void;
  /** Changes what is shown of a board; nothing when there is no such board. */
  update(id: string, change: Partial<BoardView>): void;
  board(id: string): BoardView | undefined;
  /** The board that the platform names so. */
  boardOf(device: string): BoardView | undefined;
  point(board: string, stream: string, time: number, value: Value): void;
  packet(packet: Omit<Packet, "seq">): void;
  line(board: string, from: Line["from"], text: string): void;
  alert(about: { board: string; who: string }, kind: AlertKind, text: string, rule?: string): void;
  snapshot(site: Site): Snapshot;
  /** @returns a function that ends it */
  listen(listener: (batch: Batch) => void): () => void;
  close(): void;
}

/** What is kept for pages that are opened later. */
export const KEPT = {
  boards: 1000,
  /** Data streams of all boards. */
  streams: 1000,
  /** Data points of a stream. */
  points: 300,
  /** Characters of all data points, about; the oldest of all go first. */
  pointSize: 8 * 1024 * 1024,
  packets: 1000,
  /** Characters of base64 of all packets. */
  packetSize: 4 * 1024 * 1024,
  lines: 1000,
  alerts: 50,
} as const;

/** Longest text of a line, an alert or a data point, in characters. */
const LONGEST_TEXT = 500;

/** Time in which news gather before they are told, in ms. */
const INTERVAL = 50;

export function createFeed(): Feed {
  const boards = new Map<string, BoardView>();
  const streams = new Map<string, Stream>();
  /** Of all, oldest first. */
  const places = createChain<Place>();
  let pointSize = 0;
  const packets = createRing<Packet>(KEPT.packets, KEPT.packetSize, ({ bytes }) => bytes.length);
  const lines = createRing<Line>(KEPT.lines);
  const alerts = new Map<string, Alert>();
  const listeners = new Set<(batch: Batch) => void>();
  let news = nothing();
  let timer: NodeJS.Timeout | undefined;
  let seq = 0;

  /** The news, of which somebody will be told. */
  function fresh(): News {
    if (listeners.size > 0) timer ??= setTimeout(tell, INTERVAL);
    return news;
  }

  function tell(): void {
    timer = undefined;
    const { boards, alerts, ...rest } = news;
    const batch = { ...rest, boards: [...boards.values()], alerts: [...alerts.values()] };
    news = nothing();
    for (const listener of listeners) listener(batch);
  }

  /** The oldest data point of a data stream goes. */
  function forget(stream: Stream): void {
    const place = stream.places.shift();
    if (place === undefined) return;
    places.remove(place);
    pointSize -= sizeOf(place.point);
    if (stream.places.length === 0) streams.delete(stream.key);
  }

  function keep(key: string, point: Point): boolean {
    const stream = streams.get(key) ?? { key, places: [] };
    if (stream.places.length === 0) {
      if (streams.size >= KEPT.streams) return false;
      streams.set(key, stream);
    }
    const place = { before: undefined, after: undefined, isIn: false, point, stream };
    stream.places.push(place);
    places.add(place);
    pointSize += sizeOf(point);
    if (stream.places.length > KEPT.points) forget(stream);
    // The oldest of all is the oldest of its data stream.
    for (let oldest = places.first(); oldest && pointSize > KEPT.pointSize; oldest = places.first())
      forget(oldest.stream);
    return true;
  }

  function put(board: BoardView): void {
    boards.set(board.id, board);
    if (listeners.size > 0) fresh().boards.set(board.id, board);
  }

  return {
    addBoard(board) {
      if (boards.size < KEPT.boards || boards.has(board.id)) put(board);
    },
    update(id, change) {
      const board = boards.get(id);
      if (board !== undefined) put({ ...board, ...change });
    },
    board: (id) => boards.get(id),
    boardOf(device) {
      for (const board of boards.values()) if (board.device === device) return board;
      return undefined;
    },
    point(board, stream, time, value) {
      const point = [
        board,
        shorten(stream),
        time,
        typeof value === "string" ? shorten(value) : value,
      ] as const;
      if (!keep(`${board}\n${point[1]}`, point)) return;
      if (listeners.size > 0) fresh().points.push(point);
    },
    packet(packet) {
      // Field by field: there are many of them, and spreading one costs as much as all the rest.
      const { time, way, board, who, connection, bytes, length } = packet;
      const numbered = { seq: ++seq, time, way, board, who, connection, bytes, length };
      packets.add(numbered);
      if (listeners.size > 0) fresh().packets.push(numbered);
    },
    line(board, from, text) {
      const line = { time: Date.now(), board, from, text: shorten(text) };
      lines.add(line);
      if (listeners.size > 0) fresh().lines.push(line);
    },
    alert({ board, who }, kind, text, rule = "") {
      const id = JSON.stringify([kind, who, rule, rule === "" ? shorten(text) : ""]);
      const count = (alerts.get(id)?.count ?? 0) + 1;
      const alert = { id, time: Date.now(), board, who, kind, rule, text: shorten(text), count };
      alerts.delete(id); // so that the last one to come is the last one kept
      alerts.set(id, alert);
      for (const oldest of alerts.keys()) {
        if (alerts.size <= KEPT.alerts) break;
        alerts.delete(oldest);
      }
      if (listeners.size > 0) fresh().alerts.set(id, alert);
    },
    snapshot: (site) => ({
      site,
      boards: [...boards.values()],
      points: Array.from(places, ({ point }) => point),
      packets: packets.all(),
      lines: lines.all(),
      alerts: [...alerts.values()],
    }),
    listen(listener) {
      if (timer !== undefined) {
        // What has gathered is in the snapshot of who comes now; the others are told first.
        clearTimeout(timer);
        tell();
      }
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

interface Stream {
  readonly key: string;
  /** Of its data points, oldest first. */
  readonly places: Place[];
}

/** Where a data point is kept. */
interface Place extends Chained<Place> {
  readonly point: Point;
  readonly stream: Stream;
}

/** A board or an alert is told once, as it is last. */
interface News {
  readonly boards: Map<string, BoardView>;
  readonly points: Point[];
  readonly packets: Packet[];
  readonly lines: Line[];
  readonly alerts: Map<string, Alert>;
}

const shorten = (text: string) => shortenTo(text, LONGEST_TEXT);

function nothing(): News {
  return { boards: new Map(), points: [], packets: [], lines: [], alerts: new Map() };
}

/** Characters that a data point takes in JSON, about. */
function sizeOf([board, stream, , value]: Point): number {
  return board.length + stream.length + (typeof value === "string" ? value.length : 10) + 25;
}
