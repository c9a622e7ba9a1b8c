/** A board, a fault proxy and a platform on one controlled clock: the same seed makes the same storm. */

import { createRandom, planFaults } from "../../scripts/stage/faults/plan.ts";
import { serverRoutes } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { startFaultProxy, type Fault, type FaultProxy } from "../../scripts/stage/faults/index.ts";
import { createClock, type BoardClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { Board } from "../../scripts/boards/board.ts";

/** When a storm begins: 2026-01-01 in ms since 1970. */
const START = 1_767_225_600_000;

/** Faults in one storm. */
export const FAULTS = 1000;

/** The seeds to try: STORM_SEEDS of them, from STORM_FIRST on; one by default. */
export function seeds(): readonly number[] {
  const first = Number(process.env["STORM_FIRST"] ?? 1);
  return Array.from({ length: Number(process.env["STORM_SEEDS"] ?? 1) }, (_, index) => first + index);
}

/** Longest time a board needs to notice that it was cut off, come back and send waiting data, in ms. */
const RECOVERY = 120_000;

export interface Storm {
  readonly device: VirtualBoard;
  readonly proxy: FaultProxy;
  readonly clock: BoardClock;
  readonly random: () => number;
  /** When the board was switched on, and when it restarted, in ms since 1970. */
  readonly boots: readonly number[];
  /** Events in order, with the time since the start in ms. */
  readonly trace: readonly string[];
  note(what: string): void;
  /**
   * Lets faults strike one after another, then heals all and lets the board recover.
   * @param between called before each
   */
  rage(between?: () => void): Promise<void>;
  close(): Promise<void>;
}

/** @param port the platform's; its name in the script is routed there through the proxy */
export async function brew(
  board: Board,
  script: string,
  port: number,
  platform: { stop(): Promise<void>; start(): Promise<void> },
  seed: number,
): Promise<Storm> {
  const { chip, wifi, time } = board;
  const clock = createClock(START);
  const random = createRandom(seed);
  const trace: string[] = [];
  const note = (what: string) => void trace.push(`${(clock.now() - START).toFixed(0)} ${what}`);
  const proxy = await startFaultProxy({
    target: port,
    clock,
    platform,
    struck: (fault: Fault) => note(JSON.stringify(fault)),
  });
  const timeServer = await startTimeServer(clock.now);
  const device = createVirtualBoard({
    script,
    chip,
    clock,
    random,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: {
      ...serverRoutes(board, proxy.port),
      ...(time ? { [`${time.server}:123/udp`]: timeServer.port } : {}),
    },
  });
  device.on("console", (line) => note(line));
  const boots = [START];
  device.on("reboot", () => boots.push(clock.now()));
  await device.start();

  return {
    device,
    proxy,
    clock,
    random,
    boots,
    trace,
    note,
    async rage(between) {
      for (const { wait, fault, trigger } of planFaults(seed, FAULTS)) {
        await clock.advance(wait);
        between?.();
        proxy.strike(fault, trigger);
      }
      proxy.heal();
      await clock.advance(RECOVERY);
    },
    async close() {
      await device.stop();
      await proxy.close();
      await timeServer.close();
    },
  };
}

/** A data point of the board's uptime, in s, and its time of measurement, in ms since 1970. */
export interface Measured {
  readonly time: number;
  readonly uptime: number;
}

/** The board counts whole ms, so setting its clock while it runs may leave it just short of a second. */
function isOf(point: Measured | undefined, uptime: number): point is Measured {
  return point?.uptime === uptime || point?.uptime === uptime - 1;
}

/**
 * Describes the first wrong data point. Each boot must measure as soon as it can, then once per period.
 * @param points in order of arrival, without duplicates
 * @param period in s
 */
export function firstFault(
  { boots, clock }: Storm,
  points: readonly Measured[],
  period: number,
): string | undefined {
  let at = 0;
  for (const [index, boot] of boots.entries()) {
    const end = boots[index + 1] ?? clock.now();
    let uptime = points[at]?.uptime === 0 ? 0 : 1; // a command makes the board measure before its first tick
    for (; boot + uptime * 1000 < end - 1000; uptime += period) {
      const time = boot + uptime * 1000;
      const point = points[at++];
      if (!isOf(point, uptime) || Math.abs(point.time - time) > 1000) {
        return `${time - START}: not ${JSON.stringify({ time, uptime })} but ${JSON.stringify(point)}`;
      }
    }
    if (isOf(points[at], uptime)) at++; // measured in the second before the restart, or in the same tick
  }
  return at < points.length ? `more than was measured: ${JSON.stringify(points[at])}` : undefined;
}
