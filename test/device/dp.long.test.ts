import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { lastPoint, stored, twoStreams, TYPES } from "../support/dp-streams.ts";
import { watchConsole } from "../support/console.ts";

const { time: TIME, ...BASE } = shipped("esp32-devkit");
const DEVICE = BASE.onenet.device;
/** Reports every type, from an RGB strip. A board without the time cannot use type 4. */
function boardOfAll(isTimed: boolean): Board {
  const streams = TYPES.filter((type) => isTimed || type !== 4).flatMap(twoStreams);
  const led = { kind: "ws2812", pin: 4, count: 1, order: "grb", on: [255, 128, 0] } as const;
  return { ...BASE, led, streams, ...(isTimed && TIME ? { time: TIME } : {}) };
}

/** Scripts with and without the time: each takes a second to build. */
const scripts = new Map<boolean, string>();
beforeAll(async () => {
  for (const isTimed of [false, true]) scripts.set(isTimed, await buildScript(boardOfAll(isTimed)));
});

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** A board whose script can be changed. */
async function set(isTimed: boolean, change = (script: string) => script): Promise<Stage> {
  stage = await setStage(boardOfAll(isTimed), change(scripts.get(isTimed) ?? ""));
  return stage;
}

describe.each([false, true])(
  "every frame type carries a stream's values to the platform, time known: %s",
  (isTimed) => {
    it("at startup, and when a command changes the value", async () => {
      const stage = await set(isTimed);
      await stage.device.start();
      for (const [commands, led] of [
        [0, "#000000"],
        [1, "#ff8000"],
      ] as const) {
        if (commands) await stage.platform.sendCommand(DEVICE, "on", 60_000);
        for (const type of TYPES) {
          if (type === 4 && !isTimed) continue;
          for (const [stream, value] of stored(type, commands, led)) {
            const { at, ...rest } = await lastPoint(stage, stream, value);
            expect(rest.type).toBe(type);
            const seen = Date.parse(`${at.replace(" ", "T")}+08:00`);
            expect(Math.abs(Date.now() - seen)).toBeLessThan(20_000);
            // The platform's own times have milliseconds; before the board knows the time, it leaves it to the platform.
            if (commands) expect(at).toMatch(isTimed && type !== 3 ? /\d\d:\d\d:\d\d$/ : /\.\d{3}$/);
          }
        }
      }
      expect(stage.platform.violations).toEqual([]);
    });
  },
);

it("streams due together share a frame of their type, except for type 2", async () => {
  const stage = await set(true);
  const types: number[] = [];
  stage.device.on("traffic", ({ way, bytes }) => {
    if (way !== "up") return;
    for (let at = bytes.indexOf("\0\x03$dp"); at >= 0; at = bytes.indexOf("\0\x03$dp", at + 1)) {
      types.push((bytes[at + 7] ?? 0) & 0x3f); // after the packet identifier
    }
  });
  await stage.device.start();
  await lastPoint(stage, "65535", 0);
  expect(types).toEqual([1, 2, 2, 3, 4, 5, 6, 7]);
});

it("a board without the time waits for a while, then reports whatever needs no time, and says so", async () => {
  const stage = await set(true, (script) => script.replace("ntp.aliyun.com", "nowhere.invalid"));
  const console = watchConsole(stage.device);
  await stage.device.start();
  await console.next(/^OneNET: online$/);
  await stage.device.clock.advance(20_000);
  expect(stage.platform.datapoints(DEVICE, "switch1")).toEqual([]);
  await console.next(/^Time: no answer from nowhere\.invalid: check time\.server in the board file$/, 40_000);
  await console.next(/^Not reported: \$dp type 4 needs the time, which is not known yet$/, 1000);
  const { at } = await lastPoint(stage, "switch1", 0);
  expect(at).toMatch(/\.\d{3}$/);
  await lastPoint(stage, "65535", 0);
  expect(stage.platform.datapoints(DEVICE, "switch4")).toEqual([]);
  expect(stage.platform.violations).toEqual([]);
});

it("a board without the time has no code for it", () => {
  const TRACES = /toISOString|setSNTP|dgram/;
  expect([false, true].map((isTimed) => TRACES.test(scripts.get(isTimed) ?? ""))).toEqual([false, true]);
});
