/** What the page knows: filled by the server's batches, bounded, and shown at most once a frame. */

import { batch as together, computed, signal, type Signal } from "@preact/signals";
import type {
  Alert,
  Batch,
  BoardView,
  LateAnswer,
  Line,
  Packet,
  Site,
  Snapshot,
} from "../../scripts/web-console/protocol.ts";
import { addPoints, clearPoints, showPoints } from "./points.ts";

/** What the page keeps, however long it is open. */
const KEPT = { packets: 2000, lines: 2000, alerts: 50, answers: 50 } as const;

/** Time between two redraws of what changes all the time: plots and packets. In ms. */
const REDRAW = 250;

export type Connection = "connecting" | "open" | "lost" | "password";

export const connection = signal<Connection>("connecting");
/** Whether the page knows how the boards are now. */
export const isLive = computed(() => connection.value === "open");
export const site = signal<Site>({ title: "", address: "", faults: [] });
/** In the order in which the server told of them. */
export const boardIds = signal<readonly string[]>([]);
export const alerts = signal<readonly Alert[]>([]);
/** By cause, the server's time of its last alert that was seen; outlives the connection. */
export const dismissed = signal<ReadonlyMap<string, number>>(new Map());
export function dismiss(cause: string, time: number): void {
  const known = [...dismissed.value].filter(([key]) => key !== cause);
  dismissed.value = new Map([...known.slice(1 - KEPT.alerts), [cause, time]]);
}
/** Answers to commands that came late, by the command, with the page's time at which they came. */
export const lateAnswers = signal<ReadonlyMap<string, { readonly answer: string; readonly at: number }>>(
  new Map(),
);
/** Oldest first; a new object each time that there are new packets, lines or data points to draw. */
export const log = signal<{ readonly packets: readonly Packet[]; readonly lines: readonly Line[] }>({
  packets: [],
  lines: [],
});
/** How many boards are online. */
export const onlineCount = signal(0);

const chosen = signal("");
/** The board that commands go to and that is shown large: the one chosen, or the first. */
export const selected = computed(() =>
  boardIds.value.includes(chosen.value) ? chosen.value : (boardIds.value[0] ?? ""),
);
export function select(id: string): void {
  chosen.value = id;
}

const boards = new Map<string, Signal<BoardView>>();
const packets: Packet[] = [];
const lines: Line[] = [];

/** The board of an id that {@link boardIds} holds. */
export function boardSignal(id: string): Signal<BoardView> | undefined {
  return boards.get(id);
}

export function boardTitle(id: string): string {
  return boards.get(id)?.peek().title ?? "";
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

/** Starts anew: the server's snapshot is all there is. */
export function takeSnapshot(snapshot: Snapshot): void {
  packets.length = 0;
  lines.length = 0;
  clearPoints();
  together(() => {
    site.value = snapshot.site;
    // A board that is still there keeps its signal: what shows it holds on to that.
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
  if (batch.packets.length + batch.lines.length + batch.points.length > 0) scheduleRedraw();
}

function takeBoards(views: readonly BoardView[]): void {
  const fresh: string[] = [];
  for (const view of views) {
    const known = boards.get(view.id);
    if (known) known.value = view;
    else {
      boards.set(view.id, signal(view));
      fresh.push(view.id);
    }
  }
  if (fresh.length > 0) boardIds.value = [...boardIds.value, ...fresh];
  if (views.length > 0) {
    onlineCount.value = [...boards.values()].filter((board) => board.peek().isOnline).length;
  }
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

/** Appends; drops the oldest in large steps, because each costs as much as there is kept. */
function keep<T>(entries: T[], fresh: readonly T[], maximum: number): void {
  for (const entry of fresh) entries.push(entry);
  if (entries.length > maximum * 1.25) entries.splice(0, entries.length - maximum);
}

let scheduled = false;
let lastRedraw = 0;

function scheduleRedraw(): void {
  if (scheduled) return;
  scheduled = true;
  const wait = Math.max(0, lastRedraw + REDRAW - performance.now());
  setTimeout(() => {
    requestAnimationFrame((now) => {
      scheduled = false;
      lastRedraw = now;
      together(() => {
        log.value = { packets, lines };
        showPoints();
      });
    });
  }, wait);
}
