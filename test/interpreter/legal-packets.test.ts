/** The same as test/device/legal-packets.long.test.ts, on a real interpreter. */

import { afterEach, describe, expect, it } from "vitest";
import { createRandom } from "../../scripts/stage/faults/plan.ts";
import { startOnEspruino, type Running } from "../../scripts/bench/interpreter.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { plainAt, QUALITIES } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { sendLegalPackets } from "../support/legal-packets.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

/** Prints changes to the flash. */
const WATCH = `(function (storage) {
  ["write", "writeJSON", "erase"].forEach(function (name) {
    var done = storage[name];
    storage[name] = function (file, value) {
      print("FLASH " + name + " " + file);
      return done.call(storage, file, value);
    };
  });
})(require("Storage"));
`;

let running: Running | undefined;
let platform: AnsweringPlatform | undefined;
let time: TimeServer | undefined;
afterEach(async () => {
  await running?.stop();
  await platform?.close();
  await time?.close();
  running = platform = time = undefined;
});

describe("a plain board", () => {
  it.for(QUALITIES)(
    "at QoS %i, clean session %s, accepts 1000 legal packets of 0 to 100 000 bytes, and obeys",
    { timeout: 300_000 },
    async ([qos, cleanSession], { skip }) => {
      if (!ESPRUINO) return skip(WITHOUT);
      const board = plainAt(qos, cleanSession);
      platform = await startAnsweringPlatform();
      time = await startTimeServer(() => Date.now());
      const before = WATCH + standIns(platform.port, time.port);
      running = await startOnEspruino(ESPRUINO, before + (await buildScript(board)));
      const { topics } = platform;
      await platform.until(() => topics.includes(`${board.onenet.topic}/status`));
      running.skip();
      const from = running.lines.length;
      await sendLegalPackets(platform, board.onenet, 1000, createRandom(1));
      const lines = running.lines.slice(from);
      expect(lines.filter((line) => /next try|Uncaught|not sent|rebooting|MEMORY|FLASH/.test(line))).toEqual(
        [],
      );
      expect(platform.logIns()).toBe(1);
    },
  );
});
