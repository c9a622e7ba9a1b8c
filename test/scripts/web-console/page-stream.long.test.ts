import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFeed, KEPT, type Feed } from "../../../scripts/web-console/feed.ts";
import { streamTo, type Sink } from "../../../scripts/web-console/page-stream.ts";
import type { Batch, Series, Snapshot } from "../../../scripts/web-console/protocol.ts";
import { pointsOf } from "./points-of.ts";

const SITE = { title: "", address: "", faults: [], isExportable: false };

interface Event {
  readonly name: string;
  readonly data: Batch | Snapshot | readonly Series[];
}

/** All batches' entries of one kind. */
function entriesOf<Kind extends keyof Batch>(events: readonly Event[], kind: Kind): Batch[Kind][number][] {
  const batches = events.filter(({ name }) => name === "batch" || name === "snapshot");
  return batches.flatMap(({ data }) => (data as Batch)[kind] as Batch[Kind][number][]);
}

function seriesOf(events: readonly Event[]): Series[] {
  const pieces = events.filter(({ name }) => name === "series");
  return pieces.flatMap(({ data }) => data as readonly Series[]);
}

/**
 * A page that takes one piece per read.
 * @param isGreedy takes everything at once
 */
function slowPage(isGreedy = false) {
  const texts: string[] = [];
  let isGone = false;
  const sink = Object.assign(new EventEmitter(), {
    write: (text: string) => {
      texts.push(text);
      return isGreedy;
    },
    destroy: () => void (isGone = true),
  });
  const events = (): Event[] =>
    texts.flatMap((text) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(text) ?? [];
      return name === undefined ? [] : [{ name, data: JSON.parse(data ?? "") as Event["data"] }];
    });
  return {
    sink: sink as unknown as Sink & EventEmitter,
    texts,
    events,
    read: () => {
      sink.emit("drain");
      vi.advanceTimersByTime(0); // lets others run
    },
    isGone: () => isGone,
  };
}

/** Adds more of everything than is kept. */
function fill(feed: Feed): void {
  const bytes = Buffer.alloc(3750, "A");
  for (let index = 0; index < 1200; index++) {
    feed.packet({ time: 0, way: "up", board: "b", who: "", connection: 1, bytes, length: 3750 });
    feed.line("b", "board", `line ${index}`);
  }
  for (let turn = 0; turn < 60; turn++) {
    for (let stream = 0; stream < 900; stream++) {
      feed.point(`b${stream % 9}`, `s${stream}`, turn, "x".repeat(400));
    }
  }
}

let feed: Feed;
beforeEach(() => {
  vi.useFakeTimers();
  feed = createFeed();
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

/** Reads until nothing is left. */
function readAll({ read, texts }: ReturnType<typeof slowPage>): void {
  for (let before = -1; before < texts.length;) {
    before = texts.length;
    read();
  }
}

describe("the first snapshot", () => {
  it("comes piece by piece as the page reads, and holds everything kept", () => {
    fill(feed);
    const page = slowPage();
    streamTo(page.sink, feed, () => SITE);
    expect(page.texts).toHaveLength(1);
    readAll(page);
    const events = page.events();
    expect(events.map(({ name }) => name).join(" ")).toMatch(/^snapshot( batch)+( series)+ whole$/);
    expect(Math.max(...page.texts.map(({ length }) => length))).toBeLessThan(200_000);
    const all = feed.snapshot(SITE);
    expect(seriesOf(events)).toEqual(all.series);
    expect(entriesOf(events, "packets")).toEqual(all.packets);
    expect(entriesOf(events, "lines")).toEqual(all.lines);
  });

  it("comes a piece at a time even to a fast page, so that others get their turn", () => {
    fill(feed);
    const page = slowPage(true);
    streamTo(page.sink, feed, () => SITE);
    for (let count = 1; count < 10; count++) {
      expect(page.texts).toHaveLength(count);
      vi.advanceTimersToNextTimer();
    }
    feed.line("b", "board", "meanwhile");
    vi.advanceTimersByTime(1000);
    const events = page.events();
    expect(seriesOf(events)).toEqual(feed.snapshot(SITE).series);
    const lines = entriesOf(events, "lines").map(({ text }) => text);
    expect(lines.slice(-2)).toEqual(["line 1199", "meanwhile"]);
    expect(events.slice(-2).map(({ name }) => name)).toEqual(["whole", "batch"]);
  });

  it("needs few characters per data point, and few events", () => {
    for (let time = 0; time < 50; time++) {
      for (let board = 0; board < 200; board++) {
        for (const stream of ["a", "b", "c", "d"]) feed.point(`${board}`, stream, 1e12 + time * 1000, time);
      }
    }
    const page = slowPage(true);
    streamTo(page.sink, feed, () => SITE);
    vi.advanceTimersByTime(1000);
    const count = 50 * 200 * 4;
    expect(pointsOf(seriesOf(page.events()))).toHaveLength(count);
    expect(page.texts.join("").length / count).toBeLessThan(12);
    expect(page.texts.length).toBeLessThan(10);
  });

  it("is bounded, whatever the boards report", () => {
    fill(feed);
    const points = pointsOf(feed.snapshot(SITE).series);
    expect(points.length).toBeLessThan(60 * 900);
    expect(
      points.reduce((sum, [, stream, , value]) => sum + stream.length + String(value).length, 0),
    ).toBeLessThan(KEPT.pointSize);
    expect(points.map(([, , time]) => time)).toContain(59);
    expect(points.map(([, , time]) => time)).not.toContain(0); // the oldest are gone
  });

  it("is followed by the news since, in order", () => {
    fill(feed);
    const page = slowPage();
    streamTo(page.sink, feed, () => SITE);
    feed.line("b", "board", "meanwhile");
    vi.advanceTimersByTime(50);
    page.read();
    feed.line("b", "board", "later");
    vi.advanceTimersByTime(50);
    readAll(page);
    const lines = entriesOf(page.events(), "lines").map(({ text }) => text);
    expect(lines.slice(-3)).toEqual(["line 1199", "meanwhile", "later"]);
    const last = page.events().slice(-2);
    expect(last.map((event) => entriesOf([event], "lines").length)).toEqual([1, 1]);
  });
});

describe("a page that cannot keep up", () => {
  it("is not disconnected: it gets a new snapshot when it reads again, and little is queued for it", () => {
    const page = slowPage();
    streamTo(page.sink, feed, () => SITE);
    for (let turn = 0; turn < 100; turn++) {
      for (let index = 0; index < 100; index++) feed.line("b", "board", `${turn} ${"x".repeat(400)}`);
      vi.advanceTimersByTime(50);
    }
    expect(page.texts).toHaveLength(1);
    expect(page.isGone()).toBe(false);
    readAll(page);
    const events = page.events();
    expect(events.filter(({ name }) => name === "snapshot")).toHaveLength(2);
    expect(events[1]?.name).toBe("snapshot");
    expect(entriesOf(events.slice(1), "lines")).toEqual(feed.snapshot(SITE).lines);
  });

  it("gets heartbeats while nothing happens", () => {
    const page = slowPage(true);
    streamTo(page.sink, feed, () => SITE);
    vi.advanceTimersByTime(0);
    const before = page.events().length;
    vi.advanceTimersByTime(30_000);
    expect(
      page
        .events()
        .slice(before)
        .map(({ name }) => name),
    ).toEqual(["beat", "beat"]);
  });

  it("is disconnected after reading nothing for a minute", () => {
    const page = slowPage();
    streamTo(page.sink, feed, () => SITE);
    vi.advanceTimersByTime(59_000);
    expect(page.isGone()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(page.isGone()).toBe(true);
  });

  it("costs nothing once it is gone", () => {
    const page = slowPage();
    streamTo(page.sink, feed, () => SITE);
    page.sink.emit("close");
    feed.line("b", "board", "unheard");
    vi.advanceTimersByTime(60_000);
    page.read();
    expect(page.texts).toHaveLength(1);
  });
});
