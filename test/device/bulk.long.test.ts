/** What waited in the outbox of a suite or studio board is sent in bulk, and survives cuts at every message. */

import { describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { createFraming } from "../../scripts/local-onenet/wire/framing.ts";
import { serverRoutes, startServerSide } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import { PacketType } from "../../src/mqtt/packet.ts";
import { suite, studio } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { startCutter, type Cut } from "../support/cutter.ts";
import { readPublish, type Published } from "../support/published.ts";

const START = Date.UTC(2026, 0);
/** Time between two reports, in s. */
const PERIOD = 2;
/** Reports during an outage. */
const REPORTS = 200;
const OUTAGE = REPORTS * PERIOD * 1000;
/** Longest wait of the board before it connects, and for the end of everything, in ms. */
const RECONNECT = 4000;
const MINUTE = 60_000;

/** Each report has ten values, every second one only nine. */
function made(board: (changes: Partial<Board>) => Board, name: string, changes?: Partial<Board>): Board {
  return board({
    ...changes,
    name,
    time: { server: "pool.ntp.org", zone: 8 },
    streams: [
      { id: "uptime", source: "uptime", period: PERIOD, dpType: 3 },
      { id: "lost", source: "lost", period: 2 * PERIOD, dpType: 3 },
      ...(["commands", "memory", "rssi"] as const).map((id) => ({
        id,
        source: id,
        period: PERIOD,
        dpType: 3 as const,
      })),
      ...[32, 33, 34, 35, 36].map((pin) => ({
        id: `level${pin}`,
        source: "analog",
        pin,
        period: PERIOD,
        dpType: 3 as const,
      })),
    ],
    outbox: 20_000,
    reconnect: { maximum: RECONNECT / 1000 },
    reboot: { withoutPlatform: 0 },
  });
}

/** How often each data point arrived, as `stream value@time`. */
type Arrived = ReadonlyMap<string, number>;

async function setScene(board: Board) {
  const clock = createClock(START);
  const side = await startServerSide(board, {}, () => expect.fail("no command is sent"));
  const { onenet: platform } = side;
  if (!platform) throw new Error("this generation has a platform");
  const time = await startTimeServer(clock.now);
  const cutter = await startCutter(Object.values(side.network)[0] ?? 0);
  const device = createVirtualBoard({
    script: await buildScript(board),
    chip: board.chip,
    clock,
    air: [{ ssid: board.wifi.ssid, password: board.wifi.password }],
    network: { ...serverRoutes(board, cutter.port), "pool.ntp.org:123/udp": time.port },
  });
  const arrived = new Map<string, number>();
  platform.on("datapoint", ({ stream, value, at }) => {
    const point = `${stream} ${value as number}@${Date.parse(`${at.replace(" ", "T")}+08:00`) - START}`;
    arrived.set(point, (arrived.get(point) ?? 0) + 1);
  });
  /** The data messages that the board sent. */
  const messages: Published[] = [];
  const links = new Map<number, ReturnType<typeof createFraming>>();
  device.on("traffic", ({ way, bytes, connection }) => {
    if (way !== "up") return;
    const framing = links.get(connection) ?? createFraming(65_536);
    links.set(connection, framing);
    for (const { bytes: packet } of framing.push(bytes)) {
      const message = readPublish(Buffer.from(packet));
      if (message && /\/(property|history|json)/.test(message.topic) && !message.topic.includes("desired"))
        messages.push(message);
    }
  });
  const lines: string[] = [];
  device.on("console", (line) => void lines.push(line));
  await device.start();
  await clock.advance(10_000);
  return {
    clock,
    cutter,
    arrived,
    messages,
    platform,
    lines,
    async outage() {
      cutter.part();
      await clock.advance(OUTAGE);
      cutter.join();
    },
    async close() {
      await device.stop();
      await cutter.close();
      await time.close();
      await side.close();
    },
  };
}

/** Expects the uptime of each report of the board's life, and the time of each, to have arrived. */
function expectAll(arrived: Arrived, until: number): void {
  const points = [...arrived.keys()].flatMap((point) => {
    const [, uptime, at] = /^uptime (\d+)@(\d+)$/.exec(point) ?? [];
    return at === undefined ? [] : [{ uptime: Number(uptime), at: Number(at) }];
  });
  points.sort((a, b) => a.at - b.at);
  const first = points[0]?.uptime ?? NaN;
  expect(points.map(({ uptime }) => uptime)).toEqual(points.map((_, index) => first + index * PERIOD));
  expect(points.at(-1)?.uptime).toBeGreaterThanOrEqual(until / 1000 - 2 * PERIOD);
  for (const { uptime, at } of points) expect(Math.abs(at - uptime * 1000)).toBeLessThanOrEqual(1000);
}

/** The ends of a link, in the order in which they come: of the next packet, lost or the last to arrive. */
const CUTS = [
  ["up", PacketType.Publish, "before"],
  ["up", PacketType.Publish, "after"],
  ["down", PacketType.Puback, "before"],
  ["down", PacketType.Puback, "after"],
] as const satisfies readonly (readonly [Cut["way"], PacketType, Cut["when"]])[];

/** The times of the data points in a message, in ms since the start. */
function timesIn(payload: string): number[] {
  return [...payload.matchAll(/"(?:time|t)":(\d+)/g)].map(
    ([, digits = ""]) => Number(digits.padEnd(13, "0")) - START,
  );
}

const BOARDS = [made(suite, "bulk-suite"), made(studio, "bulk-studio")];

describe.each(BOARDS.map((board) => [board.onenet.generation, board] as const))("%s", (generation, board) => {
  it(`sends ${REPORTS} reports in a tenth of the messages, a second apart, each point once with its time`, async () => {
    const scene = await setScene(board);
    try {
      await scene.outage();
      const { length } = scene.messages;
      const end = scene.clock.now() - START;
      await scene.clock.advance(RECONNECT + 25_000);
      const after = scene.messages.slice(length);
      const isOfOutage = ({ payload }: { payload: string }) => Math.min(...timesIn(payload)) < end;
      const bulk = after.filter(isOfOutage);
      expect(bulk.length).toBeLessThanOrEqual(REPORTS / 10);
      const isHistory = ({ topic }: { topic: string }) => topic.endsWith("history/post");
      expect(bulk.filter(isHistory)).toHaveLength(generation === "studio" ? bulk.length : 0);
      // The newest report is not history.
      expect(after.slice(-1).some(isHistory)).toBe(false);
      expectAll(scene.arrived, scene.clock.now() - START);
      expect(new Set(scene.arrived.values())).toEqual(new Set([1]));
      expect(scene.platform.violations).toEqual([]);
      expect(scene.lines.join("\n")).not.toMatch(/refused|rejected|Outbox full/);
    } finally {
      await scene.close();
    }
  });

  it("survives four cuts at every message: nothing is lost, and only what was not acknowledged comes again", async () => {
    const scene = await setScene(board);
    const { clock, cutter, arrived, lines, messages } = scene;
    const logIns = () => lines.filter((line) => line === "OneNET: online").length;
    const wait = async (isDone: () => boolean) => {
      for (let second = 0; !isDone(); second++) {
        if (second > 60) expect.fail(`it never happened:\n${lines.slice(-20).join("\n")}`);
        await clock.advance(1000);
      }
    };
    try {
      await scene.outage();
      const end = clock.now() - START;
      await wait(() => logIns() === 2);
      const cut: string[] = [];
      // After a log-in, what it sends itself has settled; the next packet of a kind is that of a data message.
      for (let waits = true; waits;) {
        for (const [way, type, when] of CUTS) {
          const count = logIns();
          let isCut = false;
          void cutter.cut({ way, type, when }).then(() => (isCut = true));
          await wait(() => isCut);
          const { payload = "" } = messages.at(-1) ?? {};
          if (timesIn(payload).length > 2) cut.push(`${way} ${when}`);
          waits = Math.min(...timesIn(payload)) < end;
          await wait(() => logIns() > count);
        }
      }
      await clock.advance(MINUTE);
      expect(cut.length, "cuts of messages with many reports").toBeGreaterThanOrEqual(4 * 4);
      expect(cut.slice(0, 4)).toEqual(CUTS.map(([way, , when]) => `${way} ${when}`));
      expectAll(arrived, clock.now() - START);
      // Two of the four cuts come between the arrival of a message and that of its acknowledgement.
      expect(Math.max(...arrived.values())).toBe(3);
      expect(scene.platform.violations).toEqual([]);
    } finally {
      await scene.close();
    }
  });
});

it("sends the newest report first if asked to, and again as the last one", async () => {
  const scene = await setScene(made(suite, "bulk-newest", { newestFirst: true }));
  try {
    await scene.outage();
    const { length } = scene.messages;
    await scene.clock.advance(RECONNECT + 25_000);
    const after = scene.messages.slice(length).map(({ payload }) => timesIn(payload));
    const [first = [], second = []] = after;
    expect(new Set(first).size).toBe(1);
    expect(Math.max(...second)).toBeLessThan(Math.min(...first));
    expect(after.length).toBeLessThan(REPORTS / 8);
    expectAll(scene.arrived, scene.clock.now() - START);
    const twice = [...scene.arrived].filter(([, times]) => times > 1).map(([point]) => point);
    expect(new Set(twice.map((point) => point.split("@")[1]))).toEqual(new Set([String(first[0])]));
    expect(scene.platform.violations).toEqual([]);
  } finally {
    await scene.close();
  }
});
