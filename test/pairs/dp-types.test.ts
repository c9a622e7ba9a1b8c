/** Any two types of `$dp` frame, alone on a board with the time: both work, and no other is in the script. */

import { afterEach, expect, it } from "vitest";
import type { Board, Led, Stream } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { buildScript, shipped } from "../support/bundles.ts";
import { lastPoint, stored, twoStreams, TYPES } from "../support/dp-streams.ts";

const BASE = shipped("esp32-devkit");
const PLAIN: Led = { kind: "gpio", pin: 2, activeLow: false };
const LEDS: readonly Led[] = [
  PLAIN,
  { kind: "ws2812", pin: 4, count: 1, order: "grb", on: [255, 128, 0] },
  { kind: "pwm", pins: [18, 19, 21], activeLow: false, on: [255, 128, 0] },
];

/** Text that only the type's encoder leaves in a script. */
const TRACES: Record<Stream["dpType"], RegExp> = {
  1: /datastreams/,
  2: /ds_id/,
  3: /"\\x03"/,
  4: /type 4 needs/,
  5: /"\\x05"/,
  6: /"\\x06"/,
  7: /Float32Array/,
};

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const PAIRS = TYPES.flatMap((one) =>
  TYPES.filter((other) => other > one).map((other) => [one, other] as const),
).map((types, index) => ({ types, led: LEDS[index % LEDS.length] ?? PLAIN, qos: (index % 2) as 0 | 1 }));

it.each(PAIRS)("one board can combine types $types with the time: $led.kind, QoS $qos", async (pair) => {
  const { types, led, qos } = pair;
  const onenet = { ...BASE.onenet, qos };
  const board: Board = {
    ...BASE,
    led,
    onenet,
    streams: types.flatMap(twoStreams),
  };
  const dark = led.kind === "gpio" ? 0 : "#000000";
  const script = await buildScript(board);
  expect(TYPES.filter((type) => TRACES[type].test(script))).toEqual(types);
  stage = await setStage(board, script);
  await stage.device.start();
  for (const type of types)
    for (const [stream, value] of stored(type, 0, dark))
      expect((await lastPoint(stage, stream, value)).type).toBe(type);
  expect(stage.platform.violations).toEqual([]);
});
