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

/** Time between two comments on a quiet stream, in ms, so that a dead one is noticed. */
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

  function write(text: string): void {
    isFull = !sink.write(text);
  }

  function begin(): void {
    isLost = false;
    waiting = [];
    waitingSize = 0;
    pieces = piecesOf(feed.snapshot(site));
    goOn();
  }

  function goOn(): void {
    while (!isFull && pieces) {
      const next = pieces.next();
      if (next.done) pieces = undefined;
      else write(next.value);
    }
    while (!isFull && waiting.length > 0) {
      const text = waiting.shift() ?? "";
      waitingSize -= text.length;
      write(text);
    }
  }

  function tell(text: string): void {
    if (isLost) return;
    if (!isFull && !pieces) {
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
    if (!isFull) write(":\n\n");
    else if (++silence >= MAXIMUM_SILENCE) sink.destroy();
  }, HEARTBEAT);
  sink.on("drain", () => {
    isFull = false;
    silence = 0;
    if (isLost) begin();
    else goOn();
  });
  sink.on("close", () => {
    clearInterval(heartbeat);
    end();
    pieces = undefined;
    waiting = [];
  });
  begin();
}

/** The events of a picture: a `snapshot` without what there is much of, and `batch`es of that. */
function* piecesOf({ points, packets, lines, ...rest }: Snapshot): Generator<string, undefined> {
  yield event("snapshot", { ...rest, points: [], packets: [], lines: [] });
  yield* batchesOf("lines", lines);
  yield* batchesOf("packets", packets);
  yield* batchesOf("points", points);
  return undefined;
}

const NOTHING: Batch = { boards: [], points: [], packets: [], lines: [], alerts: [] };

/** Events of a batch that has nothing else in it. Each entry is written once: there are hundreds of thousands. */
function* batchesOf(name: keyof Batch, entries: readonly unknown[]): Generator<string> {
  const [head = "", tail = ""] = event("batch", { ...NOTHING, [name]: [PLACE] }).split(`"${PLACE}"`);
  let piece: string[] = [];
  let size = 0;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    piece.push(text);
    size += text.length;
    if (size < PIECE) continue;
    yield head + piece.join(",") + tail;
    piece = [];
    size = 0;
  }
  if (piece.length > 0) yield head + piece.join(",") + tail;
}

/** Stands where the entries go. */
const PLACE = "here";

/** The same for all pages. */
const texts = new WeakMap<Batch, string>();

function textOf(batch: Batch): string {
  const text = texts.get(batch) ?? event("batch", batch);
  texts.set(batch, text);
  return text;
}

function event(name: "snapshot" | "batch", data: Snapshot | Batch): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
