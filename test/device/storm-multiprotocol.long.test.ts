import { expect, it } from "vitest";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { brew, FAULTS, firstFault, seeds, type Measured } from "../support/storm.ts";

/** Time between two data points, in s. */
const PERIOD = 5;

const SHIPPED = shippedMultiprotocol("esp32-devkit");
const BOARD: Board = {
  ...SHIPPED,
  name: "storm",
  onenet: { ...SHIPPED.onenet, qos: 1 },
  time: { server: "pool.ntp.org", zone: 8 },
  streams: [{ id: "uptime", source: "uptime", period: PERIOD, dpType: 1 }],
  outbox: 20_000,
  reconnect: { maximum: 4 },
  reboot: { withoutPlatform: 0 },
};
const SCRIPT = await buildScript(BOARD);

it.each(seeds())(
  `seed %i: ${FAULTS} faults, and every data point is stored in order of measurement, with its own time`,
  async (seed) => {
    const side = await startServerSide(BOARD, {}, () => {
      throw new Error("no command is sent");
    });
    const platform = side.onenet;
    if (!platform) throw new Error("this generation has a platform");
    const arrived: Measured[] = [];
    platform.on("datapoint", ({ value, at }) => {
      arrived.push({ time: Date.parse(`${at.replace(" ", "T")}+08:00`), uptime: value as number });
    });
    const storm = await brew(BOARD, SCRIPT, platform.mqttPort, platform, seed);
    try {
      await storm.rage();
      const first = arrived.filter(
        ({ time }, at) => arrived.findIndex((other) => other.time === time) === at,
      );
      expect(firstFault(storm, first, PERIOD)).toBeUndefined();
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
