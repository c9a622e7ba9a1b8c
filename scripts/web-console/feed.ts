/** What the console knows, within bounds, and batches of news for its listeners. */

// Imported: the global is looked up on every use.
import { Buffer } from "node:buffer";
import { inBoth, inLanguage } from "../cli/language.ts";
import type { Text } from "../cli/text.ts";
import { shorten as shortenTo } from "../cli/shorten.ts";
import { createPoints } from "./points.ts";
import { createRing } from "./ring.ts";
import type {
  Alert,
  AlertKind,
  Batch,
  BoardChange,
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

/** A board without what the feed itself keeps of it. */
export type NewBoard = Omit<BoardView, "isLost" | "sessions" | "since">;

export interface Feed {
  /** Adds a board, or replaces it. */
  addBoard(board: NewBoard): void;
  /** Updates a board's view; ignores an unknown id. */
  update(id: string, change: Partial<NewBoard>): void;
  board(id: string): BoardView | undefined;
  /** The board with this name on the platform. */
  boardOf(device: string): BoardView | undefined;
  point(board: string, stream: string, time: number, value: Value): void;
  /** @param packet its bytes are copied */
  packet(packet: Omit<Packet, "seq" | "bytes"> & { readonly bytes: Uint8Array }): void;
  line(board: string, from: Line["from"], text: Text): void;
  /** @param text English, or a text of `english`: the page has it in its own language */
  alert(
    about: { board: string; who: string },
    kind: AlertKind,
    text: string,
    rule?: string,
    place?: string,
  ): void;
  /** Withdraws a board's alerts of these kinds: their cause is over. */
  over(board: string, kinds: readonly AlertKind[]): void;
  /** The answer to a command already reported as unanswered. */
  answer(late: LateAnswer): void;
  snapshot(site: Site): Snapshot;
  /** Forgets everything, for another board. */
  clear(): void;
  /** The site has changed: each listener needs a new snapshot. */
  renew(): void;
  /**
   * @param again called when a new snapshot is needed
   * @returns a function that stops listening
   */
  listen(listener: (batch: Batch) => void, again?: () => void): () => void;
  close(): void;
}

/** What is kept for pages opened later. */
export const KEPT = {
  boards: 1000,
  /** Data streams: of all boards, of one. Those of a class of 200 with ten each. */
  streams: 2000,
  streamsOfBoard: 100,
  /** Data points per stream. */
  points: 300,
  /** Approximate characters of all data points; over it, the board with the most loses its oldest. */
  pointSize: 8 * 1024 * 1024,
  packets: 1000,
  /** Bytes of all packets. */
  packetSize: 3 * 1024 * 1024,
  lines: 1000,
  alerts: 200,
  /** Late answers. */
  answers: 50,
} as const;

/** A packet as stored. Its base64 is made only when a page needs it: most packets reach no page. */
interface KeptPacket extends Omit<Packet, "bytes"> {
  /** One character per byte. */
  readonly text: string;
}

/** Longest text of a line, an alert or a data point, in characters. */
const LONGEST_TEXT = 500;

/** How long news gather before they are sent, in ms. */
const INTERVAL = 50;

export function createFeed(): Feed {
  const boards = new Map<string, BoardView>();
  const createBoardPoints = () =>
    createPoints(KEPT, (id) => {
      const board = boards.get(id);
      if (board && !board.isLost) put({ ...board, isLost: true }, { isLost: true });
    });
  const createPackets = () =>
    createRing<KeptPacket>(
      KEPT.packets,
      ({ board }) => board,
      KEPT.packetSize,
      ({ text }) => text.length,
    );
  const createLines = () => createRing<Line>(KEPT.lines, ({ board }) => board);
  let points = createBoardPoints();
  let packets = createPackets();
  let lines = createLines();
  const answers = createRing<LateAnswer>(KEPT.answers, () => "");
  const alerts = new Map<string, Alert>();
  const listeners = new Map<(batch: Batch) => void, () => void>();
  let news = emptyNews();
  let timer: NodeJS.Timeout | undefined;
  let seq = 0;

  /** The pending news; schedules their delivery. */
  function pending(): News {
    if (listeners.size > 0) timer ??= setTimeout(flush, INTERVAL);
    return news;
  }

  function flush(): void {
    timer = undefined;
    const { boards, packets, alerts, over, ...rest } = news;
    const batch = {
      ...rest,
      boards: [...boards.values()],
      packets: packets.map(toPage),
      alerts: [...alerts.values()],
      over: [...over],
    };
    news = emptyNews();
    for (const listener of listeners.keys()) listener(batch);
  }

  function flushNow(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    flush();
  }

  /** @param change what of the board is news */
  function put(board: BoardView, change: Partial<BoardView>): void {
    const { id } = board;
    boards.set(id, board);
    if (listeners.size === 0) return;
    const { boards: changes } = pending();
    changes.set(id, { ...changes.get(id), ...change, id });
  }

  return {
    addBoard(board) {
      const known = boards.get(board.id);
      const { isLost = false, sessions = 0, since = Date.now() } = known ?? {};
      const whole = { ...board, isLost, sessions, since };
      if (boards.size < KEPT.boards || known) put(whole, whole);
    },
    update(id, change) {
      const board = boards.get(id);
      if (board === undefined) return;
      const { isOnline = board.isOnline } = change;
      const turn = isOnline === board.isOnline ? {} : { since: Date.now() };
      const news = {
        ...change,
        ...turn,
        ...(isOnline && !board.isOnline && { sessions: board.sessions + 1 }),
      };
      put({ ...board, ...news }, news);
    },
    board: (id) => boards.get(id),
    boardOf(device) {
      for (const board of boards.values()) if (board.device === device) return board;
      return undefined;
    },
    point(board, stream, time, value) {
      const name = shorten(stream);
      const kept = typeof value === "string" ? shorten(value) : value;
      if (!points.add(board, name, time, kept)) return;
      if (listeners.size > 0) pending().points.push([board, name, time, kept]);
    },
    packet(packet) {
      // Field by field: packets are many, and a spread would cost as much as everything else here.
      const { time, way, board, who, connection, bytes, length } = packet;
      const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString("latin1");
      const numbered = { seq: ++seq, time, way, board, who, connection, length, text };
      packets.add(numbered);
      if (listeners.size > 0) pending().packets.push(numbered);
    },
    line(board, from, text) {
      const line = { time: Date.now(), board, from, text: shortenBoth(text) };
      lines.add(line);
      if (listeners.size > 0) pending().lines.push(line);
    },
    alert({ board, who }, kind, text, rule = "", place = "") {
      const id = JSON.stringify([kind, board || who, rule, rule === "" ? shorten(text) : ""]);
      const count = (alerts.get(id)?.count ?? 0) + 1;
      const alert = {
        id,
        time: Date.now(),
        board,
        who,
        kind,
        rule,
        // What a program says stays as it is.
        text: kind === "own" || kind === "uncaught" ? shorten(text) : inBoth(() => shorten(inLanguage(text))),
        place,
        count,
      };
      alerts.delete(id); // so that it moves to the end
      alerts.set(id, alert);
      if (alerts.size > KEPT.alerts) alerts.delete(oldestOfMost([...alerts.values()]));
      if (listeners.size === 0) return;
      pending().alerts.set(id, alert);
      news.over.delete(id);
    },
    over(board, kinds) {
      for (const alert of alerts.values()) {
        if (alert.board !== board || !kinds.includes(alert.kind)) continue;
        alerts.delete(alert.id);
        if (listeners.size === 0) continue;
        pending().over.add(alert.id);
        news.alerts.delete(alert.id);
      }
    },
    answer(late) {
      const kept = { ...late, answer: shorten(late.answer) };
      answers.add(kept);
      if (listeners.size > 0) pending().answers.push(kept);
    },
    snapshot: (site) => ({
      site,
      now: Date.now(),
      boards: [...boards.values()],
      series: points.series(),
      points: [],
      packets: packets.all().map(toPage),
      lines: lines.all(),
      alerts: [...alerts.values()],
      over: [],
      answers: answers.all(),
    }),
    clear() {
      boards.clear();
      alerts.clear();
      points = createBoardPoints();
      packets = createPackets();
      lines = createLines();
      news = emptyNews();
    },
    renew() {
      flushNow();
      for (const again of listeners.values()) again();
    },
    listen(listener, again = () => undefined) {
      flushNow(); // the newcomer's snapshot already holds the pending news
      listeners.set(listener, again);
      return () => void listeners.delete(listener);
    },
    close() {
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

/** Pending news. Only the latest state of an alert is kept, and of each field of a board. */
interface News {
  readonly boards: Map<string, BoardChange>;
  readonly points: Point[];
  readonly packets: KeptPacket[];
  readonly lines: Line[];
  readonly alerts: Map<string, Alert>;
  readonly over: Set<string>;
  readonly answers: LateAnswer[];
}

function toPage({ text, ...rest }: KeptPacket): Packet {
  return { ...rest, bytes: Buffer.from(text, "latin1").toString("base64") };
}

const shorten = (text: string) => shortenTo(text, LONGEST_TEXT);

function shortenBoth(text: Text): Text {
  return typeof text === "string" ? shorten(text) : { en: shorten(text.en), zh: shorten(text.zh) };
}

function emptyNews(): News {
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

/** The oldest alert of the board with the most: a noisy board displaces only its own. */
function oldestOfMost(alerts: readonly Alert[]): string {
  const counts = new Map<string, number>();
  for (const { board, who } of alerts) counts.set(board || who, (counts.get(board || who) ?? 0) + 1);
  const loudest = largest(counts, (count) => count);
  return alerts.find(({ board, who }) => (board || who) === loudest)?.id ?? "";
}
