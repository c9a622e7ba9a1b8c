/** Boards of suite and studio, which send in bulk what waited, in a storm of faults. */

import { describe, expect, it } from "vitest";
import { createFraming } from "../../scripts/local-onenet/wire/framing.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { PacketType } from "../../src/mqtt/packet.ts";
import { gathering, GATHERING_PERIOD, studio, suite } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { readPublish } from "../support/published.ts";
import { brew, FAULTS, firstFault, seeds, type Measured } from "../support/storm.ts";

/** What a board sent of its data points, each of which is its uptime in s. */
interface Sent {
  /** How often each was sent. */
  readonly times: ReadonlyMap<number, number>;
  /** The number of messages with more than one. */
  readonly bulk: () => number;
  /** Those that were sent again although the board had got the acknowledgement. */
  readonly needless: readonly number[];
}

function watch(device: VirtualBoard): Sent {
  const times = new Map<number, number>();
  const needless: number[] = [];
  const acknowledged = new Set<number>();
  let bulk = 0;
  const links = new Map<number, ReturnType<typeof createLinkWatch>>();

  function createLinkWatch() {
    const framings = { up: createFraming(65_536), down: createFraming(65_536) };
    const inFlight = new Map<number, readonly number[]>();
    return (way: "up" | "down", bytes: Uint8Array) => {
      for (const { bytes: packet } of framings[way].push(bytes)) {
        const message = way === "up" ? readPublish(Buffer.from(packet)) : undefined;
        if (message) {
          const all = message.payload.matchAll(/"v(?:alue)?":(\d+),"t(?:ime)?":\d+\}/g);
          const points = Array.from(all, ([, uptime]) => Number(uptime));
          if (points.length > 1) bulk++;
          for (const point of points) {
            times.set(point, (times.get(point) ?? 0) + 1);
            if (acknowledged.has(point)) needless.push(point);
          }
          inFlight.set(message.id, points);
        } else if (way === "down" && (packet[0] ?? 0) >> 4 === (PacketType.Puback as number)) {
          const points = inFlight.get(Buffer.from(packet).readUInt16BE(2)) ?? [];
          for (const point of points) acknowledged.add(point);
        }
      }
    };
  }

  device.on("traffic", ({ way, bytes, connection }) => {
    const link = links.get(connection) ?? createLinkWatch();
    links.set(connection, link);
    link(way, bytes);
  });
  return { times, bulk: () => bulk, needless };
}

describe.each([gathering(suite), gathering(studio)])("$onenet.generation", (board) => {
  it.each(seeds())(
    `seed %i: ${FAULTS} faults, and every data point is stored with its own time; none is sent again needlessly`,
    async (seed) => {
      const side = await startServerSide(board, {}, () => expect.fail("no command is sent"));
      const platform = side.onenet;
      if (!platform) throw new Error("this generation has a platform");
      const arrived = new Map<number, Measured & { count: number }>();
      platform.on("datapoint", ({ value, at }) => {
        const uptime = value as number;
        const time = Date.parse(`${at.replace(" ", "T")}+08:00`);
        arrived.set(uptime, { time, uptime, count: (arrived.get(uptime)?.count ?? 0) + 1 });
      });
      const storm = await brew(board, await buildScript(board), platform.suitePort, platform, seed);
      const sent = watch(storm.device);
      try {
        await storm.rage();
        // A map keeps the order in which the points arrived first.
        expect(firstFault(storm, [...arrived.values()], GATHERING_PERIOD)).toBeUndefined();
        expect(storm.boots).toHaveLength(1);
        expect(sent.needless).toEqual([]);
        expect(new Set(sent.times.keys())).toEqual(new Set(arrived.keys()));
        for (const { uptime, count } of arrived.values())
          expect(count, `of ${uptime}`).toBeLessThanOrEqual(sent.times.get(uptime) ?? 0);
        expect(sent.bulk()).toBeGreaterThan(FAULTS / 10);
        expect(platform.violations).toEqual([]);
      } catch (error) {
        console.log(storm.trace.slice(-200).join("\n"));
        throw error;
      } finally {
        await storm.close();
        await side.close();
      }
    },
  );
});
