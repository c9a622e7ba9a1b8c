import { expect, it } from "vitest";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { brew } from "../support/storm.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Size of the outbox, in bytes. */
const OUTBOX = 2048;
/** Bytes of the shortest record here: `[1767225601000,0,61,0]`. */
const RECORD = 22;

const SHIPPED = shippedMultiprotocol("esp32-devkit");

/** @param period in s */
function board(period: number): Board {
  return {
    ...SHIPPED,
    name: `outage-${period}`,
    onenet: { ...SHIPPED.onenet, qos: 1 },
    time: { server: "pool.ntp.org", zone: 8 },
    streams: [
      { id: "uptime", source: "uptime", period, dpType: 1 },
      { id: "lost", source: "lost", period, dpType: 1 },
    ],
    outbox: OUTBOX,
    reboot: { withoutPlatform: 0 },
  };
}

interface Outage {
  /** Uptimes of the data points in order of arrival, in s, and their times, in ms since 1970. */
  readonly uptimes: readonly number[];
  readonly times: readonly number[];
  /** The last count of lost records that the board reported. */
  readonly lost: number;
  readonly console: readonly string[];
}

/** The platform is down for an hour; the board's timers and sockets are counted meanwhile. */
async function outage(period: number): Promise<Outage> {
  const made = board(period);
  const side = await startServerSide(made, {}, () => {
    throw new Error("no command is sent");
  });
  const platform = side.onenet;
  if (!platform) throw new Error("this generation has a platform");
  const [uptimes, times, losses]: [number[], number[], number[]] = [[], [], []];
  platform.on("datapoint", ({ stream, value, at }) => {
    if (stream === "lost") losses.push(value as number);
    else {
      uptimes.push(value as number);
      times.push(Date.parse(`${at.replace(" ", "T")}+08:00`));
    }
  });
  const storm = await brew(made, await buildScript(made), platform.mqttPort, platform, 1);
  const { device, clock, proxy } = storm;
  let sockets = 0;
  device.on("connect", () => sockets++);
  device.on("close", () => sockets--);
  try {
    await clock.advance(5 * MINUTE);
    const timers = device.timers();
    proxy.strike({ kind: "restart", ms: HOUR });
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(MINUTE);
      expect(device.timers()).toBeLessThanOrEqual(timers + 1); // the next try to connect
      expect(sockets).toBeLessThanOrEqual(1);
    }
    await clock.advance(5 * MINUTE);
    expect(device.timers()).toBe(timers);
    expect(sockets).toBe(1);
    return { uptimes, times, lost: losses.at(-1) ?? NaN, console: storm.trace };
  } finally {
    await storm.close();
    await side.close();
  }
}

/** The differences between neighbours. */
function steps(values: readonly number[]): number[] {
  return values.slice(1).map((value, at) => value - (values[at] ?? NaN));
}

it("after an hour without a platform, all points arrive in order, each with its own time", async () => {
  const { uptimes, times, lost } = await outage(60);
  expect(new Set(steps(uptimes))).toEqual(new Set([60]));
  expect(new Set(steps(times))).toEqual(new Set([60_000]));
  expect(uptimes.at(-1)).toBeGreaterThanOrEqual(70 * 60 - 60);
  expect(lost).toBe(0);
});

it("with more points than fit in an hour's outage, the newest are kept, and losses are counted and reported", async () => {
  const { uptimes, times, lost, console } = await outage(2);
  const gap = Math.max(...steps(uptimes));
  expect(lost).toBe(gap / 2 - 1);
  const kept = uptimes.filter((uptime) => uptime >= 5 * 60 && uptime < 65 * 60).length;
  expect(kept * RECORD).toBeLessThanOrEqual(OUTBOX + 4 * 2 * RECORD);
  expect(kept * 2 * RECORD).toBeGreaterThan(OUTBOX);
  expect(new Set(uptimes.map((uptime, at) => (times[at] ?? NaN) - uptime * 1000)).size).toBe(1);
  expect(console.filter((line) => line.includes("Outbox full"))).toHaveLength(1);
});
