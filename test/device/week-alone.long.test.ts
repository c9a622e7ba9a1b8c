/** A week without the platform: the rules act, time goes on, and afterwards the shape of the week arrives. */

import { expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { connectParts } from "../../scripts/stage/connect-parts.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { WatchedFlash } from "../support/watched-flash.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS = 7;
const SOIL = 34;
/** Levels of dry and of wet earth: 0 and 90 %. */
const [DRY, WET] = [0.8, 0.35];
/** 2026-01-01 in ms since 1970: 08:00 in the board's zone. */
const START = 1_767_225_600_000;

const GREENHOUSE = shipped("esp32-greenhouse");
const BOARD: Board = {
  ...GREENHOUSE,
  name: "week-alone",
  onenet: { ...GREENHOUSE.onenet, qos: 1 },
  streams: [{ id: "soil", source: "soil", period: 300, dpType: 1 }],
  outbox: 2048,
  thinsOutbox: true,
};

it(
  "a greenhouse waters and airs for a week alone, and then tells how it was",
  { timeout: 600_000 },
  async () => {
    const clock = createClock(START);
    const storage = new WatchedFlash();
    const server = await startServerSide(
      BOARD,
      {},
      () => device,
      () => clock.now(),
    );
    const device = createVirtualBoard({
      script: await buildScript(BOARD),
      chip: BOARD.chip,
      air: accessPointsOf(BOARD),
      network: server.network,
      clock,
      storage,
      random: () => 0.5,
    });
    connectParts(BOARD, device);
    const lines: [at: number, line: string][] = [];
    device.on("console", (line) => lines.push([clock.now(), line]));
    let reboots = 0;
    device.on("reboot", () => reboots++);
    const points: { value: number; at: number }[] = [];
    server.events.on("datapoint", (stream, { value, at = "" }) => {
      if (stream === "soil")
        points.push({ value: Number(value), at: Date.parse(`${at.replace(" ", "T")}+08:00`) });
    });
    const said = (text: string) => lines.filter(([, line]) => line === text).map(([at]) => at);

    try {
      device.setAnalog(SOIL, WET);
      await device.start();
      await clock.advance(10 * MINUTE);
      expect(server.isReady()).toBe(true);
      await server.stop();
      const routes = { ...server.network };
      for (const address of Object.keys(routes))
        if (!address.endsWith("/udp")) Reflect.deleteProperty(server.network, address); // nobody has to refuse 10 000 connections
      const away = clock.now();
      const before = storage.writes;
      for (let hour = 0; hour < DAYS * 24; hour++) {
        // Dry for six hours a day.
        device.setAnalog(SOIL, hour % 24 < 6 ? DRY : WET);
        await clock.advance(HOUR);
      }

      // Time went on: each day at its minute, though the board restarts every hour.
      for (const [command, local] of [
        ["Rule 4: fan 50", 7.5 * HOUR],
        ["Rule 5: fan off", 19 * HOUR],
      ] as const) {
        const times = said(command).filter((at) => at > away);
        expect(times).toHaveLength(DAYS);
        for (const at of times)
          expect(Math.abs(((at + 8 * HOUR) % (24 * HOUR)) - local)).toBeLessThan(2 * MINUTE);
      }
      // Watered on each day, in no hour without it for long.
      const watered = said("Rule 1: pump on");
      for (let day = 0; day < DAYS; day++) {
        const times = watered.filter(
          (at) => at >= away + day * 24 * HOUR && at < away + (day * 24 + 6) * HOUR,
        );
        expect(times.length).toBeGreaterThanOrEqual(5);
      }
      expect(said("Rule 1: pump off")).toHaveLength(watered.length);
      // It never rested, and restarted itself no more than the board file says.
      expect(lines.filter(([, line]) => line.startsWith("Safe mode"))).toEqual([]);
      expect(lines.filter(([, line]) => line.includes("Uncaught") || line.includes("full: unsent"))).toEqual(
        [],
      );
      expect(reboots).toBeGreaterThan(DAYS * 24 - 10);
      expect(reboots).toBeLessThanOrEqual(DAYS * 24);
      console.log(`${reboots} restarts, ${storage.writes - before} writes to flash`);
      expect(storage.writes - before).toBeLessThanOrEqual(4 * reboots + 4);

      device.setAnalog(SOIL, WET);
      const known = points.length;
      Object.assign(server.network, routes);
      await server.start();
      await clock.advance(10 * MINUTE);
      const week = points.slice(known);
      const times = week.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(week.length).toBeGreaterThan(40);
      // Its shape: nowhere a gap of more than a few times what the outbox allows, and each value of its time.
      const gaps = times.slice(1).map((at, i) => at - (times[i] ?? NaN));
      console.log(`${week.length} reports, gaps of up to ${Math.max(...gaps) / HOUR} h`);
      expect((times[0] ?? Infinity) - away).toBeLessThan(12 * HOUR);
      expect(Math.max(...gaps)).toBeLessThan(12 * HOUR);
      for (const { at, value } of week) {
        const hour = (at - away) / HOUR;
        const margin = Math.min(...[0, 6, 24].map((edge) => Math.abs((hour % 24) - edge)));
        if (hour > 0 && hour < DAYS * 24 && margin > 0.1) expect(value).toBe(hour % 24 < 6 ? 0 : 90);
      }
      for (let day = 0; day < DAYS; day++) {
        const ofDay = week.filter(({ at }) => Math.floor((at - away) / (24 * HOUR)) === day);
        expect(new Set(ofDay.map(({ value }) => value))).toEqual(new Set([0, 90]));
      }
    } finally {
      await device.stop();
      await server.close();
    }
  },
);
