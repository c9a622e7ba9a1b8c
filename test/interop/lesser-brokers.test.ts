import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { shipped, shippedScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { observe, type Observer } from "../support/observer.ts";
import type { Broker } from "./brokers.ts";
import { LESSER_BROKERS } from "./lesser-brokers.ts";

const BOARD = shipped("esp32-devkit-plain");
const SCRIPT = await shippedScript(BOARD.name);
const TOPIC = "esp32/lamp";
const MINUTE = 60_000;
const SAYS_WHY = "publishing at QoS 1";

describe.each(LESSER_BROKERS)(
  "the shipped board at QoS 2, with $name, which does not support it",
  (lesser) => {
    const { start, without } = lesser;
    let broker: Broker;
    let observer: Observer;
    let device: VirtualBoard;
    let console: Console;

    beforeAll(async () => {
      if (start) broker = await start();
    });
    afterAll(async () => {
      if (start) await broker.close();
    });
    beforeEach(async (context) => {
      if (!start) return context.skip(without);
      observer = await observe(broker.port, [`${TOPIC}/#`]);
      device = createBoardAt(BOARD, SCRIPT, broker.port);
      console = watchConsole(device);
      await device.start();
      await console.next(/^OneNET: online$/);
    });
    afterEach(async () => {
      if (!start) return;
      await device.stop();
      await observer.close();
    });

    it("reports the switch to QoS 1 once, publishes, obeys, and stays online", async () => {
      expect(await console.next(/publishing at QoS 1$/)).toBe(
        "OneNET: the server grants less than QoS 2: publishing at QoS 1",
      );
      await observer.next(`${TOPIC}/status`, /^online$/);
      await observer.send(`${TOPIC}/set`, "on");
      await observer.next(`${TOPIC}/answer`, /^on$/);
      await device.clock.advance(5 * MINUTE);
      await observer.next(`${TOPIC}/data`, /"switch":1.*"uptime":\d+/);
      expect(console.lines.filter((line) => line.includes(SAYS_WHY))).toHaveLength(1);
      expect(console.lines.join("\n")).not.toMatch(/next try in|rebooting/);
    });

    it("obeys commands sent while it was offline, and does not report the switch again", async () => {
      await console.next(/publishing at QoS 1$/);
      await observer.next(`${TOPIC}/status`, /^online$/);
      device.air.drop();
      await observer.send(`${TOPIC}/set`, "on");
      await console.next(/^Command: on$/, MINUTE);
      await observer.next(`${TOPIC}/answer`, /^on$/);
      expect(console.lines.filter((line) => line.includes(SAYS_WHY))).toHaveLength(1);
    });
  },
);
