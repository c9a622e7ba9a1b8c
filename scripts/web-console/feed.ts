/** What the console knows, kept within bounds, and the batches in which its listeners get what is new. */

import { shorten as shortenTo } from "../wire/shorten.ts";
import { createPoints } from "./points.ts";
import { createRing } from "./ring.ts";
import type {
  Alert,
  AlertKind,
  Batch,
  BoardView,
  LateAnswer,
  Line,
  Packet,
  Point,
  Site,
  Snapshot,
  Value,
} from "./protocol.ts";
import { largest } from "./shares.ts";

export interface Feed {
  /** Makes a board known. */
  addBoard(board: Omit<BoardView, "isLost" | "sessions">): void;
  /** Changes what is shown of a board; nothing when there is no such board. */
  update(id: string, change: Partial<Omit<BoardView, "isLost" | "sessions">>): void;
  board(id: string): BoardView | undefined;
  /** The board that the platform names so. */
  boardOf(device: string): BoardView | undefined;
  point(board: string, stream: string, time: number, value: Value): void;
  packet(packet: Omit<Packet, "seq">): void;
  line(board: string, from: Line["from"], text: string): void;
  alert(about: { board: string; who: string }, kind: AlertKind, text: string, rule?: string): void;
  /** Takes alerts back whose cause is over. */
  over(board: string, kinds: readonly AlertKind[]): void;
  /** The answer to a command that was told to have none. */
  answer(late: LateAnswer): void;
  snapshot(site: Site): Snapshot;
  /** @returns a function that ends it */
  listen(listener: (batch: Batch) => void): () => void;
  close(): void;
}

/** What is kept for pages that are opened later. */
export const KEPT = {
  boards: 1000,
  /** Data streams of all boards, and of one. */
  streams: 1000,
  streamsOfBoard: 100,
  /** Data points of a stream. */
  points: 300,
  /** Characters of all data points, about; the oldest go first, of the board that has the most. */
  pointSize: 8 * 1024 * 1024,
  packets: 1000,
  /** Characters of base64 of all packets. */
  packetSize: 4 * 1024 * 1024,
  lines: 1000,
  alerts: 50,
  /** Answers that came late. */
  answers: 50,
} as const;

/** Longest text of a line, an alert or a data point, in characters. */
const LONGEST_TEXT = 500;

/** Time in which news gather before they are told, in ms. */
const INTERVAL = 50;

export function createFeed(): Feed {
  const boards = new Map<string, BoardView>();
  const points = createPoints(KEPT, (id) => {
    const board = boards.get(id);
    if (board && !board.isLost) put({ ...board, isLost: true });
  });
  const packets = createRing<Packet>(
    KEPT.packets,
    ({ board }) => board,
    KEPT.packetSize,
    ({ bytes }) => bytes.length,
  );
  const lines = createRing<Line>(KEPT.lines, ({ board }) => board);
  const answers = createRing<LateAnswer>(KEPT.answers, () => "");
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
    const { boards, alerts, over, ...rest } = news;
    const batch = { ...rest, boards: [...boards.values()], alerts: [...alerts.values()], over: [...over] };
    news = nothing();
    for (const listener of listeners) listener(batch);
  }

  function put(board: BoardView): void {
    boards.set(board.id, board);
    if (listeners.size > 0) fresh().boards.set(board.id, board);
  }

  return {
    addBoard(board) {
      const known = boards.get(board.id);
      if (boards.size < KEPT.boards || known)
        put({ ...board, isLost: known?.isLost ?? false, sessions: known?.sessions ?? 0 });
    },
    update(id, change) {
      const board = boards.get(id);
      if (board === undefined) return;
      const isBack = change.isOnline === true && !board.isOnline;
      put({ ...board, ...change, sessions: board.sessions + (isBack ? 1 : 0) });
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
      if (!points.add(point)) return;
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
      if (alerts.size > KEPT.alerts) alerts.delete(oldestOfMost([...alerts.values()]));
      if (listeners.size === 0) return;
      fresh().alerts.set(id, alert);
      news.over.delete(id);
    },
    over(board, kinds) {
      for (const alert of alerts.values()) {
        if (alert.board !== board || !kinds.includes(alert.kind)) continue;
        alerts.delete(alert.id);
        if (listeners.size === 0) continue;
        fresh().over.add(alert.id);
        news.alerts.delete(alert.id);
      }
    },
    answer(late) {
      const shown = { ...late, answer: shorten(late.answer) };
      answers.add(shown);
      if (listeners.size > 0) fresh().answers.push(shown);
    },
    snapshot: (site) => ({
      site,
      boards: [...boards.values()],
      points: points.all(),
      packets: packets.all(),
      lines: lines.all(),
      alerts: [...alerts.values()],
      over: [],
      answers: answers.all(),
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

/** A board or an alert is told once, as it is last. */
interface News {
  readonly boards: Map<string, BoardView>;
  readonly points: Point[];
  readonly packets: Packet[];
  readonly lines: Line[];
  readonly alerts: Map<string, Alert>;
  readonly over: Set<string>;
  readonly answers: LateAnswer[];
}

const shorten = (text: string) => shortenTo(text, LONGEST_TEXT);

function nothing(): News {
  return {
    boards: new Map(),
    points: [],
    packets: [],
    lines: [],
    alerts: new Map(),
    over: new Set(),
    answers: [],
  };
}

/** The oldest alert of whom there are the most about: one that is loud pushes out its own. */
function oldestOfMost(alerts: readonly Alert[]): string {
  const counts = new Map<string, number>();
  for (const { who } of alerts) counts.set(who, (counts.get(who) ?? 0) + 1);
  const loudest = largest(counts, (count) => count);
  return alerts.find(({ who }) => who === loudest)?.id ?? "";
}
