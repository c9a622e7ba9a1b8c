/** What `npm start` prints of what a board says: never anything that controls the terminal. */

import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import type { Stage } from "../../../scripts/stage/index.ts";
import { runLive, showLive } from "../../../scripts/stage/live.ts";
import { equipped } from "../../support/equipped.ts";
import { commandHere } from "../../support/run-here.ts";
import { shipped } from "../../support/bundles.ts";

const NASTY = "a\u009b2J\u202eb\x1b]0;title\x07灯";

function live(stage: Stage, write: (line: string) => void): Promise<void> {
  showLive(stage, write);
  const ended = runLive(() => stage, write);
  void stage.device.start();
  return ended;
}

it("prints a board's answers and data points without control characters", async () => {
  const events = new EventEmitter();
  const device = new EventEmitter();
  const stage = {
    board: shipped("esp32-devkit"),
    device: Object.assign(device, {
      start() {
        events.emit("datapoint", NASTY, { value: NASTY });
        events.emit("violation", "a rule");
        return Promise.resolve();
      },
    }),
    server: {
      events,
      command: (text: string) => (text === "on" ? Promise.resolve(NASTY) : Promise.reject(new Error(NASTY))),
    },
  } as unknown as Stage;
  const lines: string[] = [];
  const run = () => live(stage, (line) => void lines.push(line));
  await commandHere(run, ["start"], { stdin: "on\noff\nquit\n" });
  await expect.poll(() => lines.filter((line) => line.includes("灯"))).toHaveLength(3);
  expect(lines.join("")).not.toMatch(/\p{C}/u);
});

it("names each part that does something, and lists what the parts take", async () => {
  const board = equipped("multiprotocol");
  const device = new EventEmitter();
  const levels = new Map([
    [2, { mode: "output", value: 1 }],
    [26, { mode: "output", value: 0 }],
    [32, { mode: "pwm", value: 0.6 }],
  ]);
  const stage = {
    board,
    device: Object.assign(device, {
      pin: (pin: number) => levels.get(pin) ?? { mode: undefined, value: 0 },
      start() {
        for (const pin of [2, 26, 13]) device.emit("pin", { pin });
        device.emit("pwm", { pin: 32 });
        return Promise.resolve();
      },
    }),
    server: { events: new EventEmitter() },
  } as unknown as Stage;
  const lines: string[] = [];
  await commandHere(() => live(stage, (line) => void lines.push(line)), ["start"], {
    stdin: "help\nquit\n",
  });
  // oxlint-disable-next-line no-control-regex
  const text = lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, "").replace(/^[\d:]{8} /, ""));
  expect(text.slice(0, 3)).toEqual([
    "lamp      ● pin 2 high",
    "pump      on, pin 26 low",
    "fan       40 %, pin 32 60 %",
  ]);
  expect(text).toContain("  pump      on, off or toggle");
  expect(text).toContain("  door");
});
