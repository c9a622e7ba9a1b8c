import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFeed, KEPT, type Feed } from "../../../scripts/web-console/feed.ts";
import { streamTo, type Sink } from "../../../scripts/web-console/page-stream.ts";
import type { Batch, Snapshot } from "../../../scripts/web-console/protocol.ts";

const SITE = { title: "", address: "", faults: [] };

interface Event {
  readonly name: string;
  readonly data: Batch | Snapshot;
}

/**
 * A page that takes a piece each time that it is asked to read.
 * @param isGreedy it takes all that comes
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
      return name === undefined ? [] : [{ name, data: JSON.parse(data ?? "") as Batch }];
    });
  return {
    sink: sink as unknown as Sink & EventEmitter,
    texts,
    events,
    read: () => {
      sink.emit("drain");
      vi.advanceTimersByTime(0); // the turns of others
    },
    isGone: () => isGone,
  };
}

/** As much of everything as is kept, and more. */
function fill(feed: Feed): void {
  const bytes = "A".repeat(5000);
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

/** Reads until nothing more comes. */
function readAll({ read, texts }: ReturnType<typeof slowPage>): void {
  for (let before = -1; before < texts.length;) {
    before = texts.length;
    read();
  }
}

describe("the first picture", () => {
  it("comes in pieces, one each time that the page has read the one before, and is all that is kept", () => {
    fill(feed);
    const page = slowPage();
    streamTo(page.sink, feed, SITE);
    expect(page.texts).toHaveLength(1);
    readAll(page);
    const events = page.events();
    expect(events.map(({ name }) => name)).toEqual([
      "snapshot",
      ...Array<string>(events.length - 1).fill("batch"),
    ]);
    expect(Math.max(...page.texts.map(({ length }) => length))).toBeLessThan(200_000);
    const all = feed.snapshot(SITE);
    expect(events.flatMap(({ data }) => data.points)).toEqual(all.points);
    expect(events.flatMap(({ data }) => data.packets)).toEqual(all.packets);
    expect(events.flatMap(({ data }) => data.lines)).toEqual(all.lines);
  });

  it("comes a piece at a time to a page that takes all at once: others have their turn in between", () => {
    fill(feed);
    const page = slowPage(true);
    streamTo(page.sink, feed, SITE);
    for (let count = 1; count < 10; count++) {
      expect(page.texts).toHaveLength(count);
      vi.advanceTimersToNextTimer();
    }
    feed.line("b", "board", "meanwhile");
    vi.advanceTimersByTime(1000);
    const events = page.events();
    expect(events.flatMap(({ data }) => data.points)).toEqual(feed.snapshot(SITE).points);
    const lines = events.flatMap(({ data }) => data.lines.map(({ text }) => text));
    expect(lines.slice(-2)).toEqual(["line 1199", "meanwhile"]);
    expect(events.at(-1)?.data.lines).toHaveLength(1);
  });

  it("is bounded, whatever the boards report", () => {
    fill(feed);
    const { points } = feed.snapshot(SITE);
    expect(points.length).toBeLessThan(60 * 900);
    expect(
      points.reduce((sum, [, stream, , value]) => sum + stream.length + String(value).length, 0),
    ).toBeLessThan(KEPT.pointSize);
    expect(points.at(-1)?.[1]).toBe("s899"); // the oldest have gone
    expect(points[0]?.[2]).toBeGreaterThan(0);
  });

  it("is followed by what came meanwhile, in its order", () => {
    fill(feed);
    const page = slowPage();
    streamTo(page.sink, feed, SITE);
    feed.line("b", "board", "meanwhile");
    vi.advanceTimersByTime(50);
    page.read();
    feed.line("b", "board", "later");
    vi.advanceTimersByTime(50);
    readAll(page);
    const lines = page.events().flatMap(({ data }) => data.lines.map(({ text }) => text));
    expect(lines.slice(-3)).toEqual(["line 1199", "meanwhile", "later"]);
    const last = page.events().slice(-2);
    expect(last.map(({ data }) => data.lines.length)).toEqual([1, 1]);
  });
});

describe("a page that does not keep up", () => {
  it("is not cut off: it gets a new picture when it reads again, and little waits for it", () => {
    const page = slowPage();
    streamTo(page.sink, feed, SITE);
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
    expect(events.slice(1).flatMap(({ data }) => data.lines)).toEqual(feed.snapshot(SITE).lines);
  });

  it("is told to go on waiting, in words that it hears, while nothing happens", () => {
    const page = slowPage(true);
    streamTo(page.sink, feed, SITE);
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

  it("is cut off when it has read nothing for a minute", () => {
    const page = slowPage();
    streamTo(page.sink, feed, SITE);
    vi.advanceTimersByTime(59_000);
    expect(page.isGone()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(page.isGone()).toBe(true);
  });

  it("costs nothing once it has gone", () => {
    const page = slowPage();
    streamTo(page.sink, feed, SITE);
    page.sink.emit("close");
    feed.line("b", "board", "unheard");
    vi.advanceTimersByTime(60_000);
    page.read();
    expect(page.texts).toHaveLength(1);
  });
});
