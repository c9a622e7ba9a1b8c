import { describe, expect, it } from "vitest";
import { textIn } from "../../../scripts/web-console/page/words/text.ts";
import { createFeed, KEPT, type Feed } from "../../../scripts/web-console/feed.ts";
import type { Batch } from "../../../scripts/web-console/protocol.ts";
import { createRing } from "../../../scripts/web-console/ring.ts";
import { BOARD } from "./a-board.ts";
import { pointsOf } from "./points-of.ts";

const SITE = { title: "", address: "", faults: [], isExportable: false };
it("sends listeners the news, with only the latest state of a board", async () => {
  const feed = createFeed();
  feed.addBoard(BOARD);
  const batch = new Promise<Batch>((resolve) => feed.listen(resolve));
  feed.update("b1", { wifi: "connecting" });
  feed.update("b1", { wifi: "connected" });
  feed.update("unknown", { wifi: "off" });
  feed.point("b1", "t", 1, 20);
  feed.point("b1", "t", 2, 21);
  feed.line("b1", "board", "hello");
  expect(await batch).toMatchObject({
    boards: [{ id: "b1", wifi: "connected" }],
    points: [
      ["b1", "t", 1, 20],
      ["b1", "t", 2, 21],
    ],
    lines: [{ board: "b1", from: "board", text: "hello" }],
    packets: [],
    alerts: [],
  });
  feed.close();
});

it("counts a board that dropped and returned between two batches", async () => {
  const feed = createFeed();
  feed.addBoard(BOARD);
  feed.update("b1", { isOnline: true });
  feed.update("b1", { isOnline: true }); // no news
  const batch = new Promise<Batch>((resolve) => feed.listen(resolve));
  feed.update("b1", { isOnline: false });
  feed.update("b1", { isOnline: true });
  expect((await batch).boards).toMatchObject([{ isOnline: true, sessions: 2 }]);
  feed.close();
});

it("sends only what has changed of a board, and all of it in a snapshot", async () => {
  const feed = createFeed();
  feed.addBoard(BOARD);
  const batch = new Promise<Batch>((resolve) => feed.listen(resolve));
  feed.update("b1", { pixels: ["#ff0000"] });
  feed.update("b1", { pins: "pin 2 high" });
  feed.addBoard({ ...BOARD, id: "b2" });
  feed.update("b2", { wifi: "connected" });
  expect((await batch).boards).toEqual([
    { id: "b1", pixels: ["#ff0000"], pins: "pin 2 high" },
    {
      ...BOARD,
      id: "b2",
      wifi: "connected",
      isLost: false,
      sessions: 0,
      since: expect.any(Number) as number,
    },
  ]);
  expect(feed.snapshot(SITE).boards[0]).toMatchObject({ ...BOARD, pixels: ["#ff0000"], pins: "pin 2 high" });
  feed.close();
});

it("does not repeat to a listener what its snapshot has", async () => {
  const feed = createFeed();
  const first: Batch[] = [];
  feed.listen((batch) => first.push(batch));
  feed.point("b1", "t", 1, 20);
  const second = new Promise<Batch>((resolve) => feed.listen(resolve));
  expect(first).toHaveLength(1);
  expect(pointsOf(feed.snapshot(SITE).series)).toEqual([["b1", "t", 1, 20]]);
  feed.point("b1", "t", 2, 21);
  expect((await second).points).toEqual([["b1", "t", 2, 21]]);
  feed.close();
});

it("counts a repeated alert, and keeps the latest ones", () => {
  const feed = createFeed();
  const about = { board: "b1", who: "d1" };
  feed.alert(about, "violation", "first", "retain");
  for (let index = 0; index < KEPT.alerts; index++) feed.alert(about, "fault", `fault ${index}`);
  feed.alert(about, "fault", "fault 3");
  const { alerts } = feed.snapshot(SITE);
  expect(alerts).toHaveLength(KEPT.alerts);
  expect(alerts.at(-1)).toMatchObject({ text: "fault 3", count: 2 });
  expect(alerts.some(({ kind }) => kind === "violation")).toBe(false);
});

it("has an alert in both languages, but what a program says as it is", () => {
  const feed = createFeed();
  const about = { board: "b1", who: "d1" };
  for (const kind of ["refused", "own", "uncaught"] as const)
    feed.alert(about, kind, "device not online: lamp");
  const [refused, ...others] = feed.snapshot(SITE).alerts.map(({ text }) => text);
  expect(refused).toEqual({ en: "device not online: lamp", zh: "设备不在线：lamp" });
  expect(others).toEqual(["device not online: lamp", "device not online: lamp"]);
});

it("keeps within its bounds, whatever comes in", () => {
  const feed = createFeed();
  const bytes = Buffer.alloc(4500);
  for (let index = 0; index < 3000; index++) {
    feed.addBoard({ ...BOARD, id: `b${index}` });
    feed.point("b1", "t", index, index);
    feed.point("b1", `stream ${index}`, index, "x".repeat(1000));
    feed.line("b1", "board", "y".repeat(1000));
    feed.packet({ time: 0, way: "up", board: "b1", who: "", connection: 1, bytes, length: 4500 });
  }
  const { boards, series, lines, packets } = feed.snapshot(SITE);
  const points = pointsOf(series);
  expect(boards).toHaveLength(KEPT.boards);
  expect(points.filter(([, stream]) => stream === "t").map(([, , time]) => time)).toEqual(
    Array.from({ length: KEPT.points }, (_, index) => 3000 - KEPT.points + index),
  );
  expect(points.length).toBe(KEPT.points + KEPT.streamsOfBoard - 1);
  expect(lines).toHaveLength(KEPT.lines);
  expect(packets.length * bytes.length).toBeLessThanOrEqual(KEPT.packetSize);
  expect(packets.length).toBeGreaterThan(600);
  expect(packets.at(-1)?.seq).toBe(3000);
  expect(
    Math.max(
      ...lines.map(({ text }) => textIn("en", text).length),
      ...points.map(([, , , v]) => String(v).length),
    ),
  ).toBeLessThan(502);
});

describe("a device that never stops reporting", () => {
  const BYTES = Buffer.alloc(3000);
  const QUIET = Array.from({ length: 18 }, (_, index) => `quiet${index}`);

  /** Reports from each quiet board, then from the loud one. */
  function fill(feed: Feed): void {
    for (const board of [...QUIET, "loud"]) feed.addBoard({ ...BOARD, id: board });
    for (const board of QUIET) {
      const packet = {
        time: 0,
        way: "up",
        board,
        who: board,
        connection: 1,
        bytes: BYTES,
        length: 3000,
      } as const;
      for (let index = 0; index < 20; index++) {
        feed.line(board, "board", `line ${index}`);
        feed.packet(packet);
      }
      for (let stream = 0; stream < 50; stream++) feed.point(board, `s${stream}`, 1, 20);
      feed.alert({ board, who: board }, "refused", "the password is wrong");
    }
    for (let index = 0; index < 3000; index++) {
      const board = "loud";
      feed.line(board, "board", `line ${index}`);
      feed.packet({ time: 0, way: "up", board, who: board, connection: 1, bytes: BYTES, length: 3000 });
      for (let stream = 0; stream < 20; stream++) feed.point(board, `s${stream}`, index, "x".repeat(500));
      feed.point(board, `stream ${index}`, index, 1);
      feed.alert({ board, who: board }, "fault", `fault ${index}`);
    }
  }

  it("displaces only its own entries", () => {
    const feed = createFeed();
    fill(feed);
    const { boards, series, lines, packets, alerts } = feed.snapshot(SITE);
    const points = pointsOf(series);
    for (const quiet of QUIET) {
      expect(points.filter(([board]) => board === quiet)).toHaveLength(50);
      expect(lines.filter(({ board }) => board === quiet)).toHaveLength(20);
      expect(packets.filter(({ board }) => board === quiet)).toHaveLength(20);
      expect(alerts.filter(({ board }) => board === quiet)).toHaveLength(1);
    }
    expect(boards.filter(({ isLost }) => isLost).map(({ id }) => id)).toEqual(["loud"]);
    expect(lines.at(-1)).toMatchObject({ board: "loud", text: "line 2999" });
    expect(packets.at(-1)).toMatchObject({ board: "loud", seq: 3360 });
    expect(packets.map(({ seq }) => seq)).toEqual(packets.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  it("makes room for boards that come later", () => {
    const feed = createFeed();
    for (let board = 0; board < 20; board++) {
      feed.addBoard({ ...BOARD, id: `b${board}` });
      for (let stream = 0; stream < 100; stream++) feed.point(`b${board}`, `s${stream}`, 1, 1);
    }
    feed.addBoard({ ...BOARD, id: "late" });
    for (let stream = 0; stream < 50; stream++) feed.point("late", `s${stream}`, 1, 1);
    const { boards, series } = feed.snapshot(SITE);
    const points = pointsOf(series);
    expect(points.filter(([board]) => board === "late")).toHaveLength(50);
    expect(points).toHaveLength(KEPT.streams);
    expect(boards.filter(({ isLost }) => isLost)).toHaveLength(20);
    expect(points.filter(([board]) => board === "b0").length).toBeGreaterThan(90);
  });
});

it("withdraws a board's alerts whose cause is over, from pages too", async () => {
  const feed = createFeed();
  feed.alert({ board: "b1", who: "d1" }, "refused", "the password is wrong");
  feed.alert({ board: "b1", who: "d1" }, "fault", "D6 belongs to the flash");
  feed.alert({ board: "b2", who: "d2" }, "refused", "the password is wrong");
  const { alerts } = feed.snapshot(SITE);
  const batch = new Promise<Batch>((resolve) => feed.listen(resolve));
  feed.over("b1", ["refused", "wire"]);
  expect((await batch).over).toEqual([alerts[0]?.id]);
  expect(feed.snapshot(SITE).alerts.map(({ kind, board }) => `${board} ${kind}`)).toEqual([
    "b1 fault",
    "b2 refused",
  ]);
  feed.close();
});

it("keeps a ring's last entries, by number and by size", () => {
  const ring = createRing<string>(
    3,
    () => "",
    10,
    (text) => text.length,
  );
  for (const text of ["a", "bb", "ccc", "dddd"]) ring.add(text);
  expect(ring.all()).toEqual(["bb", "ccc", "dddd"]);
  ring.add("eeeee");
  expect(ring.all()).toEqual(["dddd", "eeeee"]);
});
