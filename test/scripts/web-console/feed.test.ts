import { expect, it } from "vitest";
import { createFeed, KEPT } from "../../../scripts/web-console/feed.ts";
import type { Batch, BoardView } from "../../../scripts/web-console/protocol.ts";
import { createRing } from "../../../scripts/web-console/ring.ts";

const SITE = { title: "", address: "", faults: [] };
const BOARD: BoardView = {
  id: "b1",
  title: "lamp",
  device: "d1",
  generation: "multiprotocol",
  isVirtual: true,
  chip: "ESP32",
  led: { kind: "gpio", count: 1 },
  pixels: ["#000000"],
  pins: "",
  wifi: "off",
  isOnline: false,
  why: "",
  inputs: [],
  outbox: null,
};

it("tells listeners what is new, a board once and as it is last", async () => {
  const feed = createFeed();
  feed.addBoard(BOARD);
  const told = new Promise<Batch>((resolve) => feed.listen(resolve));
  feed.update("b1", { wifi: "connecting" });
  feed.update("b1", { wifi: "connected" });
  feed.update("nobody", { wifi: "off" });
  feed.point("b1", "t", 1, 20);
  feed.point("b1", "t", 2, 21);
  feed.line("b1", "board", "hello");
  expect(await told).toMatchObject({
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

it("gives a listener nothing that its snapshot has", async () => {
  const feed = createFeed();
  const first: Batch[] = [];
  feed.listen((batch) => first.push(batch));
  feed.point("b1", "t", 1, 20);
  const second = new Promise<Batch>((resolve) => feed.listen(resolve));
  expect(first).toHaveLength(1);
  expect(feed.snapshot(SITE).points).toEqual([["b1", "t", 1, 20]]);
  feed.point("b1", "t", 2, 21);
  expect((await second).points).toEqual([["b1", "t", 2, 21]]);
  feed.close();
});

it("counts an alert that comes again, and keeps the last ones", () => {
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

it("keeps no more than its bounds, whatever comes", () => {
  const feed = createFeed();
  const bytes = "A".repeat(6000);
  for (let index = 0; index < 3000; index++) {
    feed.addBoard({ ...BOARD, id: `b${index}` });
    feed.point("b1", "t", index, index);
    feed.point("b1", `stream ${index}`, index, "x".repeat(1000));
    feed.line("b1", "board", "y".repeat(1000));
    feed.packet({ time: 0, way: "up", board: "b1", who: "", connection: 1, bytes, length: 4500 });
  }
  const { boards, points, lines, packets } = feed.snapshot(SITE);
  expect(boards).toHaveLength(KEPT.boards);
  expect(points.filter(([, stream]) => stream === "t").map(([, , time]) => time)).toEqual(
    Array.from({ length: KEPT.points }, (_, index) => 3000 - KEPT.points + index),
  );
  expect(points.length).toBe(KEPT.points + KEPT.streams - 1);
  expect(lines).toHaveLength(KEPT.lines);
  expect(packets.length * bytes.length).toBeLessThanOrEqual(KEPT.packetSize);
  expect(packets.length).toBeGreaterThan(600);
  expect(packets.at(-1)?.seq).toBe(3000);
  expect(
    Math.max(...lines.map(({ text }) => text.length), ...points.map(([, , , v]) => String(v).length)),
  ).toBeLessThan(502);
});

it("keeps the last entries of a ring, by number and by size", () => {
  const ring = createRing<string>(3, 10, (text) => text.length);
  for (const text of ["a", "bb", "ccc", "dddd"]) ring.add(text);
  expect(ring.all()).toEqual(["bb", "ccc", "dddd"]);
  ring.add("eeeee");
  expect(ring.all()).toEqual(["dddd", "eeeee"]);
});
