/**
 * Valid combinations in a board file build and complete every step: each generation with each kind of LED, with and
 * without TLS, at each QoS, with and without the time.
 */

import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import type { Board, Led } from "../../scripts/boards/board.ts";
import { overTls, plain, RGB, studio, suite } from "../support/boards.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";

/** LEDs that can be active low are so for every other generation. */
const LEDS: readonly ((activeLow: boolean) => Led)[] = [
  (activeLow) => ({ kind: "gpio", pin: 2, activeLow }),
  () => RGB,
  (activeLow) => ({ kind: "pwm", pins: [13, 14, 21], activeLow, on: [255, 128, 0] }),
];
const MAKERS: Readonly<Record<string, (changes: Partial<Board>) => Board>> = {
  multiprotocol: (changes) => ({ ...shippedMultiprotocol("esp32-devkit"), ...changes }),
  suite,
  studio,
  plain,
};

interface Combination {
  readonly generation: string;
  readonly led: Led;
  readonly tls: boolean;
  readonly qos: 0 | 1 | 2;
  readonly isTimed: boolean;
}

/** Each generation with each LED; the other options rotate so that each meets every generation and LED. */
const COMBINATIONS = Object.keys(MAKERS).flatMap((generation, g) =>
  LEDS.map((ledOf, l): Combination => {
    const led = ledOf(g % 2 === 0);
    const qos = ((g + l) % (generation === "plain" ? 3 : 2)) as 0 | 1 | 2;
    return {
      generation,
      led,
      tls: generation !== "multiprotocol" && (g + l) % 2 === 1,
      qos,
      isTimed: l !== g % 3,
    };
  }),
);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

it.each(COMBINATIONS.map((each) => [`${each.generation}, ${each.led.kind}, QoS ${each.qos}`, each] as const))(
  "%s",
  async (name, { generation, led, tls, qos, isTimed }) => {
    const made = (MAKERS[generation] ?? plain)({ name: name.replace(/\W+/g, "-"), led });
    const { time, ...untimed } = tls ? overTls(made) : made;
    const board: Board = {
      ...untimed,
      onenet: { ...untimed.onenet, qos, ...(qos === 2 ? { cleanSession: false } : {}) },
      chip: tls ? "esp32s3" : untimed.chip,
      ...(isTimed && time ? { time } : {}),
    };
    stage = await setStage(board, await buildScript(board));
    const steps: string[] = [];
    await walkThrough(stage, ({ step }) => steps.push(step));
    const colour = led.kind === "gpio" ? [] : ["#00ff00"];
    expect(steps).toEqual(["Wi-Fi", "log-in", "on", "off", "toggle", ...colour, "data point", "ping"]);
    expect(stage.server.violation()).toBeUndefined();
  },
);
