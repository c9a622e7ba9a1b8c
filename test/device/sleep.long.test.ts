/** A board that sleeps for 600 s between its wakes: days with a broker that is away for six hours of each. */

import { expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import { plain, studio } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";

const EVERY = 600;
const HOUR = 3_600_000;
/** Hours of a day without the broker. */
const AWAY = 6;
/** 2026-01-01 in ms since 1970. */
const START = 1_767_225_600_000;
const PIN = 34;
/** Levels, one wake after the other: the board rounds to thousandths. */
const LEVELS = 1000;

const COMMON: Partial<Board> = {
  sleep: { every: EVERY },
  time: { server: "time.example", zone: 8 },
  streams: [{ id: "level", source: "analog", pin: PIN, period: 60, dpType: 3 }],
};
const PLAIN = plain({ ...COMMON, name: "sleep-plain" });
const STUDIO = studio({ ...COMMON, name: "sleep-studio" });
const BOARDS: readonly (readonly [board: Board, days: number])[] = [
  [{ ...PLAIN, onenet: { ...PLAIN.onenet, cleanSession: false } }, 7],
  [STUDIO, 2],
];

interface Awake {
  readonly at: number;
  readonly ms: number;
  /** Whether the broker was there. */
  readonly isServed: boolean;
}

it.each(BOARDS.map(([board, days]) => [board.name, days, board] as const))(
  "%s delivers every measurement of %i days once, awake for seconds",
  { timeout: 600_000 },
  async (_name, days, board) => {
    const clock = createClock(START);
    const server = await startServerSide(
      board,
      {},
      () => device,
      () => clock.now(),
    );
    const device = createVirtualBoard({
      script: await buildScript(board),
      chip: board.chip,
      air: accessPointsOf(board),
      network: server.network,
      clock,
      random: () => 0.5,
    });
    const lines: string[] = [];
    device.on("console", (line) => lines.push(line));
    device.on("fault", (text) => lines.push(`fault: ${text}`));
    const measured: number[] = [];
    let isServed = true;
    const awake: Awake[] = [];
    device.on("boot", () => {
      device.setAnalog(PIN, (measured.length % LEVELS) / LEVELS);
      measured.push(clock.now());
    });
    device.on("sleep", () => {
      const at = measured.at(-1) ?? NaN;
      awake.push({ at, ms: clock.now() - at, isServed });
    });
    const points: { readonly level: number; readonly at: number }[] = [];
    server.events.on("datapoint", (stream, { value, at = "" }) => {
      if (stream !== "level") return;
      const time = at.includes("T") ? at : `${at.replace(" ", "T")}+08:00`;
      points.push({ level: Math.round(Number(value) * LEVELS), at: Date.parse(time) });
    });

    try {
      await device.start();
      for (let day = 0; day < days; day++) {
        await clock.advance((24 - AWAY) * HOUR);
        const before = device.usage().flashWrites;
        isServed = false;
        await server.stop();
        await clock.advance(AWAY * HOUR);
        await server.start();
        isServed = true;
        const writes = device.usage().flashWrites - before;
        // One a wake, and the deletion of the one before.
        expect(writes).toBeGreaterThanOrEqual((AWAY * 3600) / EVERY - 1);
        expect(writes).toBeLessThanOrEqual(2 * ((AWAY * 3600) / EVERY + 1));
      }
      await clock.advance(2 * EVERY * 1000);
      if (!device.isAsleep()) await clock.advance(30_000);

      expect(lines.filter((line) => /Uncaught|fault|full/.test(line))).toEqual([]);
      expect(server.violation()).toBeUndefined();
      const wakes = awake.slice(1); // the first start was by hand
      expect(wakes.length).toBeGreaterThan(days * 142); // 144 a day, each a little late
      // Everything arrived, once, in order, each with its time.
      expect(points.map(({ level }) => level)).toEqual(points.map((_, index) => index % LEVELS));
      expect(points.length).toBeGreaterThanOrEqual(awake.length);
      for (const [index, { at }] of points.entries())
        expect(Math.abs(at - (measured[index] ?? NaN))).toBeLessThan(1000);

      const served = wakes.filter((each, i) => each.isServed && wakes[i - 1]?.isServed !== false);
      expect(Math.max(...served.map(({ ms }) => ms))).toBeLessThan(2000);
      expect(Math.max(...awake.map(({ ms }) => ms))).toBeLessThanOrEqual(30_200);
      const usage = device.usage();
      const lost = wakes.filter((each) => !each.isServed);
      const mean = (list: readonly Awake[]) => list.reduce((sum, { ms }) => sum + ms, 0) / list.length;
      console.log(
        `${board.name}: ${wakes.length} wakes of ${Math.round(mean(served))} ms, of ${Math.round(mean(lost))} ms without a broker,`,
        `the longest ${Math.max(...wakes.map(({ ms }) => ms))} ms; radio ${Math.round(usage.radio / 1000)} s;`,
        `${usage.flashWrites} writes and deletions, ${usage.flashBytes} bytes, ${usage.flashErases} pages erased`,
      );
    } finally {
      await device.stop();
      await server.close();
    }
  },
);
