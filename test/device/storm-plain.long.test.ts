import { expect, it } from "vitest";
import { startPlainBroker } from "../../scripts/local-onenet/plain.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { brew, FAULTS, firstFault, seeds, type Measured } from "../support/storm.ts";

/** Time between two data points, in s. */
const PERIOD = 7;

const PLAIN = plain();
const BOARD: Board = {
  ...PLAIN,
  name: "storm",
  onenet: { ...PLAIN.onenet, qos: 2, cleanSession: false },
  time: { server: "pool.ntp.org", zone: 0 },
  streams: [{ id: "uptime", source: "uptime", period: PERIOD, dpType: 3 }],
  outbox: 20_000,
  reconnect: { maximum: 4 },
  reboot: { withoutPlatform: 0 },
};
const SCRIPT = await buildScript(BOARD);

it.each(seeds())(
  `seed %i: ${FAULTS} faults, and every message at QoS 2 arrives exactly once, in order, and every command is obeyed`,
  async (seed) => {
    const broker = await startPlainBroker();
    const arrived: Measured[] = [];
    broker.on("message", ({ topic, payload }) => {
      if (topic === "home/lamp/data") arrived.push(JSON.parse(payload.toString()) as Measured);
    });
    const storm = await brew(BOARD, SCRIPT, broker.port, broker, seed);
    const answers: string[] = [];
    storm.device.on("console", (line) => {
      if (line.startsWith("Command: ")) answers.push(line.slice("Command: ".length));
    });
    let toggles = 0;
    let others = 0;
    try {
      await storm.clock.advance(10_000); // the session begins with the first subscription
      await storm.rage(() => {
        const chance = storm.random();
        if (chance < 0.2) {
          toggles++;
          storm.note("toggle");
          void broker.publish("home/lamp/set", "toggle", { qos: 2 });
        } else if (chance < 0.4) {
          others++;
          storm.note("dance");
          void broker.publish("home/lamp/set", "dance", { qos: 1 });
        }
      });
      expect(firstFault(storm, arrived, PERIOD)).toBeUndefined();
      expect(answers.filter((answer) => answer === "on" || answer === "off")).toHaveLength(toggles);
      expect(answers.filter((answer) => answer === "error: unknown command").length).toBeGreaterThanOrEqual(
        others,
      );
    } catch (error) {
      console.log(storm.trace.slice(-200).join("\n"));
      throw error;
    } finally {
      await storm.close();
      await broker.close();
    }
  },
);
