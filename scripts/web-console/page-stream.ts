/**
 * Streams to a page as fast as it reads: first a picture of everything kept, in pieces, then the news. A page that
 * falls too far behind gets a new picture instead of what it missed.
 */

import type { ServerResponse } from "node:http";
import type { Feed } from "./feed.ts";
import type { Batch, Site, Snapshot } from "./protocol.ts";

/** Approximate characters per piece. */
const PIECE = 128 * 1024;

/** Most characters of news queued for a page. */
const MAXIMUM_WAITING = 2 * 1024 * 1024;

/** Time between heartbeats, in ms. They show each side that the other is still there. */
const HEARTBEAT = 15_000;

/** Heartbeats for which a page may read nothing. */
const MAXIMUM_SILENCE = 4;

/** The part of a response that is used here. */
export type Sink = Pick<ServerResponse, "write" | "on" | "destroy">;

/** Streams to a page until its connection ends. */
export function streamTo(sink: Sink, feed: Feed, site: () => Site): void {
  /** The rest of the picture. */
  let pieces: Generator<string, undefined> | undefined;
  let waiting: string[] = [];
  let waitingSize = 0;
  let isFull = false;
  let isBehind = false;
  let silence = 0;
  /** The next step, if scheduled. */
  let step: NodeJS.Immediate | undefined;

  function write(text: string): void {
    isFull = !sink.write(text);
  }

  function begin(): void {
    isBehind = false;
    waiting = [];
    waitingSize = 0;
    pieces = piecesOf(feed.snapshot(site()));
    clearImmediate(step);
    resume();
  }

  const mayWrite = () => !isFull;

  /** Writes one piece at a time, so that others get their step. */
  function resume(): void {
    step = undefined;
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
    if (pieces && mayWrite()) resumeSoon();
  }

  function resumeSoon(): void {
    step ??= setImmediate(resume);
  }

  function send(text: string): void {
    if (isBehind) return;
    if (!isFull && !pieces && waiting.length === 0) {
      write(text);
      return;
    }
    waiting.push(text);
    waitingSize += text.length;
    if (waitingSize <= MAXIMUM_WAITING) return;
    isBehind = true;
    waiting = [];
    pieces = undefined;
  }

  // Delivers pending news to the others first: this page's picture already holds them.
  const end = feed.listen((batch) => send(textOf(batch)), begin);
  const heartbeat = setInterval(() => {
    if (!isFull) write("event: beat\ndata: {}\n\n");
    else if (++silence >= MAXIMUM_SILENCE) sink.destroy();
  }, HEARTBEAT);
  sink.on("drain", () => {
    isFull = false;
    silence = 0;
    if (isBehind) begin();
    else resumeSoon();
  });
  sink.on("close", () => {
    clearInterval(heartbeat);
    end();
    clearImmediate(step);
    pieces = undefined;
    waiting = [];
  });
  begin();
}

/** The events of a picture: a `snapshot` without its long lists, the lists in pieces, then `whole`. */
function* piecesOf({ series, packets, lines, ...rest }: Snapshot): Generator<string, undefined> {
  yield event("snapshot", JSON.stringify({ ...rest, series: [], packets: [], lines: [] }));
  for (const piece of split(lines)) yield event("batch", batchOf("lines", piece));
  for (const piece of split(packets)) yield event("batch", batchOf("packets", piece));
  for (const piece of split(series)) yield event("series", `[${piece.join(",")}]`);
  yield event("whole", "{}");
  return undefined;
}

/** The JSON of a batch with entries of one kind. @param entries each as JSON */
function batchOf(kind: keyof Batch, entries: readonly string[]): string {
  const parts = KINDS.map((each) => `"${each}":[${each === kind ? entries.join(",") : ""}]`);
  return `{${parts.join(",")}}`;
}

const KINDS: readonly (keyof Batch)[] = ["boards", "points", "packets", "lines", "alerts", "over", "answers"];

/** Splits entries into pieces; each entry is JSON. */
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

/** Shared by all pages. */
const texts = new WeakMap<Batch, string>();

function textOf(batch: Batch): string {
  const text = texts.get(batch) ?? event("batch", JSON.stringify(batch));
  texts.set(batch, text);
  return text;
}

function event(name: "snapshot" | "batch" | "series" | "whole", json: string): string {
  return `event: ${name}\ndata: ${json}\n\n`;
}
