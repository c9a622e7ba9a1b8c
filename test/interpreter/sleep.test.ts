/** Wakes of a board that sleeps, on a real Espruino: everything but the radio, the pin and the deep sleep is the interpreter's. */

import { describe, expect, it, onTestFinished } from "vitest";
import { startFromFlash } from "../../scripts/bench/interpreter.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { startPlainBroker } from "../../scripts/local-onenet/plain.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const PLAIN = plain({
  name: "sleep-plain",
  sleep: { every: 600 },
  time: { server: "time.example", zone: 8 },
  streams: [{ id: "level", source: "analog", pin: 34, period: 60, dpType: 3 }],
});
const BOARD: Board = { ...PLAIN, onenet: { ...PLAIN.onenet, cleanSession: false } };

/** A radio that joins at once, no time server, and a deep sleep that loads the program anew: memory is lost, and flash stays. */
function standIns(port: number): string {
  return `
  Modules.addCached("Wifi", function () {
    var joined;
    exports.on = function (e, f) { if (e == "connected") joined = f; };
    exports.save = exports.stopAP = exports.disconnect = function () {};
    exports.connect = function () { setTimeout(function () { joined({ ip: "192.168.1.20" }); }, 50); };
  });
  var net = require("net"), connect = net.connect;
  net.connect = function (o, f) { return connect({ host: "127.0.0.1", port: ${port} }, f); };
  require("dgram").createSocket = function () { throw new Error("none"); };
  global.analogRead = function () { return 0.25; };
  global.ESP32 = {
    getWakeupCause: function () { return 4; },
    deepSleep: function (us) { print("asleep " + us + ", outbox " + (require("Storage").read("outbox") || "none")); load(); }
  };`;
}

describe.skipIf(ESPRUINO === undefined)(ESPRUINO ? "on a real Espruino" : WITHOUT, () => {
  it("what a wake without a broker measured waits in flash, and a later wake delivers it", async () => {
    const broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
    onTestFinished(() => broker.close());
    const messages: string[] = [];
    broker.on("message", ({ topic, payload }) => messages.push(`${topic} ${payload.toString()}`));
    const { port } = broker;
    await broker.stop();
    const running = await startFromFlash(ESPRUINO ?? "", {
      ".boot0": standIns(port),
      ".bootcde": await buildScript(BOARD),
    });
    onTestFinished(() => running.stop());

    await running.next(/^No platform: going to sleep$/);
    const first = await running.next(/^asleep /);
    expect(first).toMatch(/^asleep 600000000, outbox \{.*0\.25/);
    await broker.start();
    await running.next(/^Done: going to sleep$/);
    expect(await running.next(/^asleep /)).toBe("asleep 600000000, outbox none");

    const reports = messages.filter((message) => message.startsWith("home/lamp/data "));
    expect(reports.length).toBeGreaterThanOrEqual(2);
    const times = reports.map((report) => {
      const { time, level } = JSON.parse(report.slice("home/lamp/data ".length)) as {
        time: number;
        level: number;
      };
      expect(level).toBe(0.25);
      return time;
    });
    expect(new Set(times).size).toBe(times.length);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(messages.filter((message) => message.startsWith("home/lamp/status")).slice(0, 2)).toEqual([
      "home/lamp/status online",
      "home/lamp/status asleep",
    ]);
  });
});
