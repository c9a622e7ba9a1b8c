/** The page's state: filled by the server's batches, bounded, redrawn at most once a frame. */

import { batch as together, computed, signal, type Signal } from "@preact/signals";
import type {
  Alert,
  Batch,
  BoardChange,
  BoardView,
  LateAnswer,
  Line,
  Packet,
  Series,
  Site,
  Snapshot,
} from "../../protocol.ts";
import { setClock } from "./clock.ts";
import { addPoints, addSeries, clearPoints, showPoints } from "./points.ts";
import { createRedraw } from "./redraw.ts";

/** Most entries the page keeps, however long it is open. */
const KEPT = { packets: 2000, lines: 2000, alerts: 200, answers: 50 } as const;

/** Time between redraws of plots and packets, in ms. */
const REDRAW = 250;

export type Connection = "connecting" | "open" | "lost" | "password";

export const connection = signal<Connection>("connecting");
/** Whether what the page shows of the boards is current. */
export const isLive = computed(() => connection.value === "open");
export const site = signal<Site>({ title: "", address: "", faults: [], isExportable: false });
/** In the order the server announced them. */
export const boardIds = signal<readonly string[]>([]);
export const alerts = signal<readonly Alert[]>([]);
/** The boards with those that are offline, and do not sleep, first; else in the order of {@link boardIds}. */
export const offlineFirst = signal<readonly string[]>([]);
/** By cause, the server's time of the last alert seen. Outlives the connection. */
export const dismissed = signal<ReadonlyMap<string, number>>(new Map());
export function dismiss(cause: string, time: number): void {
  const known = [...dismissed.value].filter(([key]) => key !== cause);
  dismissed.value = new Map([...known.slice(1 - KEPT.alerts), [cause, time]]);
}
/** Late answers by command, with the page's time of arrival. */
export const lateAnswers = signal<ReadonlyMap<string, { readonly answer: string; readonly at: number }>>(
  new Map(),
);
/** Oldest first. A new object whenever packets, lines or data points need redrawing. */
export const log = signal<{ readonly packets: readonly Packet[]; readonly lines: readonly Line[] }>({
  packets: [],
  lines: [],
});
/** How many boards are online, and how many sleep. */
export const counts = signal({ online: 0, asleep: 0 });

const chosen = signal("");
/** The board shown large, which gets the commands: the one chosen, or the first. */
export const selected = computed(() =>
  boardIds.value.includes(chosen.value) ? chosen.value : (boardIds.value[0] ?? ""),
);
export function select(id: string): void {
  chosen.value = id;
}

const boards = new Map<string, Signal<BoardView>>();
const packets: Packet[] = [];
const lines: Line[] = [];

const redraw = createRedraw(
  REDRAW,
  (draw) => void requestAnimationFrame(draw),
  () =>
    together(() => {
      log.value = { packets, lines };
      showPoints();
    }),
);

/** The board with an id from {@link boardIds}. */
export function boardSignal(id: string): Signal<BoardView> | undefined {
  return boards.get(id);
}

/** The newest lines of a board, oldest first. */
export function linesOf(board: string, count: number): readonly Line[] {
  const found: Line[] = [];
  const { lines: all } = log.value;
  for (let index = all.length - 1; index >= 0 && found.length < count; index--) {
    const line = all[index];
    if (line?.board === board) found.unshift(line);
  }
  return found;
}

/** Starts over with the server's snapshot; batches complete it until it is whole. */
export function takeSnapshot(snapshot: Snapshot): void {
  redraw.hold();
  setClock(snapshot.now);
  packets.length = 0;
  lines.length = 0;
  clearPoints();
  together(() => {
    site.value = snapshot.site;
    // A board that is still there keeps its signal: components hold on to it.
    const ids = new Set(snapshot.boards.map(({ id }) => id));
    for (const id of boards.keys()) if (!ids.has(id)) boards.delete(id);
    boardIds.value = [...boards.keys()];
    alerts.value = [];
    takeBatch(snapshot);
  });
}

export function takeBatch(batch: Batch): void {
  together(() => {
    takeBoards(batch.boards);
    if (batch.alerts.length + batch.over.length > 0) takeAlerts(batch.alerts, batch.over);
    if (batch.answers.length > 0) takeAnswers(batch.answers);
  });
  keep(packets, batch.packets, KEPT.packets);
  keep(lines, batch.lines, KEPT.lines);
  addPoints(batch.points);
  if (batch.packets.length + batch.lines.length + batch.points.length > 0) redraw.news();
}

export function takeSeries(series: readonly Series[]): void {
  addSeries(series);
}

/** The snapshot is complete. */
export function takeWhole(): void {
  redraw.whole();
}

/** Whether a board is offline because it sleeps, or has just woken. */
export function rests({ isOnline, sleep }: Pick<BoardView, "isOnline" | "sleep">): boolean {
  return !isOnline && sleep !== null && sleep.sleeps > 0;
}

/** How many of these boards are online, and how many sleep. @param peeks whether later changes are no news */
export function countOf(
  ids: readonly string[],
  peeks = false,
): { readonly online: number; readonly asleep: number } {
  const all = ids.flatMap((id) => {
    const board = boards.get(id);
    return board === undefined ? [] : peeks ? board.peek() : board.value;
  });
  return { online: all.filter((board) => board.isOnline).length, asleep: all.filter(rests).length };
}

function takeBoards(changes: readonly BoardChange[]): void {
  const fresh: string[] = [];
  for (const change of changes) {
    const known = boards.get(change.id);
    if (known) known.value = { ...known.peek(), ...change };
    else {
      boards.set(change.id, signal(change as BoardView)); // a new board is whole
      fresh.push(change.id);
    }
  }
  if (fresh.length > 0) boardIds.value = [...boardIds.value, ...fresh];
  const ids = boardIds.peek();
  const now = countOf(ids, true);
  const before = counts.peek();
  if (now.online !== before.online || now.asleep !== before.asleep) counts.value = now;
  const isOffline = (id: string) => {
    const board = boards.get(id)?.peek();
    return board !== undefined && !board.isOnline && !rests(board);
  };
  const order = [...ids.filter(isOffline), ...ids.filter((id) => !isOffline(id))];
  const known = offlineFirst.peek();
  if (order.length !== known.length || order.some((id, index) => id !== known[index]))
    offlineFirst.value = order;
}

function takeAnswers(fresh: readonly LateAnswer[]): void {
  const known = new Map(lateAnswers.value);
  for (const { command, answer } of fresh) {
    if (!known.has(command)) known.set(command, { answer, at: performance.now() });
  }
  lateAnswers.value = new Map([...known].slice(-KEPT.answers));
}

function takeAlerts(fresh: readonly Alert[], over: readonly string[]): void {
  const ids = new Set([...fresh.map(({ id }) => id), ...over]);
  const older = alerts.value.filter(({ id }) => !ids.has(id));
  alerts.value = [...older, ...fresh].slice(-KEPT.alerts);
}

/** Appends. Drops the oldest in large steps, because each step moves everything kept. */
function keep<T>(entries: T[], fresh: readonly T[], maximum: number): void {
  for (const entry of fresh) entries.push(entry);
  if (entries.length > maximum * 1.25) entries.splice(0, entries.length - maximum);
}
