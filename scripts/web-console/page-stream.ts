/**
 * What a page is told: a picture of all that is kept, in pieces, then what is new; as fast as it reads. A page that falls
 * too far behind gets a new picture in the place of what it has missed.
 */

import type { ServerResponse } from "node:http";
import type { Feed } from "./feed.ts";
import type { Batch, Site, Snapshot } from "./protocol.ts";

/** Characters of a piece, about. */
const PIECE = 128 * 1024;

/** Most characters of news that wait for a page. */
const MAXIMUM_WAITING = 2 * 1024 * 1024;

/** Time between two beats, in ms, so that each side notices when the other is gone without a word. */
const HEARTBEAT = 15_000;

/** Heartbeats that a page may read nothing. */
const MAXIMUM_SILENCE = 4;

/** As much of a response as is written to. */
export type Sink = Pick<ServerResponse, "write" | "on" | "destroy">;

/** Tells a page from now on, until its connection ends. */
export function streamTo(sink: Sink, feed: Feed, site: Site): void {
  /** What is left of the picture. */
  let pieces: Generator<string, undefined> | undefined;
  let waiting: string[] = [];
  let waitingSize = 0;
  let isFull = false;
  let isLost = false;
  let silence = 0;
  /** When it goes on. */
  let turn: NodeJS.Immediate | undefined;

  function write(text: string): void {
    isFull = !sink.write(text);
  }

  function begin(): void {
    isLost = false;
    waiting = [];
    waitingSize = 0;
    pieces = piecesOf(feed.snapshot(site));
    clearImmediate(turn);
    goOn();
  }

  const mayWrite = () => !isFull;

  /** One piece at a time: others have their turn in between. */
  function goOn(): void {
    turn = undefined;
    if (pieces && mayWrite()) {
      const next = pieces.next();
      if (next.done) pieces = undefined;
      else write(next.value);
    }
    while (!pieces && waiting.length > 0 && mayWrite()) {
      const text = waiting.shift() ?? "";
      waitingSize -= text.length;
      write(text);
    }
    if (pieces && mayWrite()) goOnSoon();
  }

  function goOnSoon(): void {
    turn ??= setImmediate(goOn);
  }

  function tell(text: string): void {
    if (isLost) return;
    if (!isFull && !pieces && waiting.length === 0) {
      write(text);
      return;
    }
    waiting.push(text);
    waitingSize += text.length;
    if (waitingSize <= MAXIMUM_WAITING) return;
    isLost = true;
    waiting = [];
    pieces = undefined;
  }

  // What has gathered for others is told to them before this page listens: it is in its picture.
  const end = feed.listen((batch) => tell(textOf(batch)));
  const heartbeat = setInterval(() => {
    if (!isFull) write("event: beat\ndata: {}\n\n");
    else if (++silence >= MAXIMUM_SILENCE) sink.destroy();
  }, HEARTBEAT);
  sink.on("drain", () => {
    isFull = false;
    silence = 0;
    if (isLost) begin();
    else goOnSoon();
  });
  sink.on("close", () => {
    clearInterval(heartbeat);
    end();
    clearImmediate(turn);
    pieces = undefined;
    waiting = [];
  });
  begin();
}

/** The events of a picture: a `snapshot` without what there is much of, and `batch`es of that. */
function* piecesOf({ points, packets, lines, ...rest }: Snapshot): Generator<string, undefined> {
  yield event("snapshot", JSON.stringify({ ...rest, points: [], packets: [], lines: [] }));
  for (const piece of split(lines)) yield event("batch", batchOf("lines", piece));
  for (const piece of split(packets)) yield event("batch", batchOf("packets", piece));
  for (const piece of split(points)) yield event("batch", batchOf("points", piece));
  return undefined;
}

/** The JSON of a batch that has entries of one kind. @param entries those, as JSON */
function batchOf(kind: keyof Batch, entries: readonly string[]): string {
  const parts = KINDS.map((each) => `"${each}":[${each === kind ? entries.join(",") : ""}]`);
  return `{${parts.join(",")}}`;
}

const KINDS: readonly (keyof Batch)[] = ["boards", "points", "packets", "lines", "alerts", "over", "answers"];

/** Pieces of entries, each entry as JSON. */
function* split(entries: readonly unknown[]): Generator<string[]> {
  let piece: string[] = [];
  let size = 0;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    piece.push(text);
    size += text.length;
    if (size < PIECE) continue;
    yield piece;
    piece = [];
    size = 0;
  }
  if (piece.length > 0) yield piece;
}

/** The same for all pages. */
const texts = new WeakMap<Batch, string>();

function textOf(batch: Batch): string {
  const text = texts.get(batch) ?? event("batch", JSON.stringify(batch));
  texts.set(batch, text);
  return text;
}

function event(name: "snapshot" | "batch", json: string): string {
  return `event: ${name}\ndata: ${json}\n\n`;
}
