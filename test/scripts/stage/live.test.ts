/** What `npm start` prints of what a board says: never anything that controls the terminal. */

import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import type { Stage } from "../../../scripts/stage/index.ts";
import { runLive } from "../../../scripts/stage/live.ts";
import { commandHere } from "../../support/run-here.ts";
import { shipped } from "../../support/bundles.ts";

const NASTY = "a\u009b2J\u202eb\x1b]0;title\x07灯";

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
  const run = () => runLive(stage, (line) => void lines.push(line));
  await commandHere(run, ["start"], { stdin: "on\noff\nquit\n" });
  await expect.poll(() => lines.filter((line) => line.includes("灯"))).toHaveLength(3);
  expect(lines.join("")).not.toMatch(/\p{C}/u);
});
