import { afterEach, describe, expect, it } from "vitest";
import type { Led } from "../../scripts/boards/board.ts";
import { valuesOf, type Part } from "../../scripts/boards/parts.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough, type Seen } from "../../scripts/stage/walkthrough.ts";
import { buildScript, shipped, shippedScript } from "../support/bundles.ts";
import { VARIED } from "../support/shipped-boards.ts";

for (const name of VARIED) await shippedScript(name); // no test has the time to build it
let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function walk(stage: Stage, patience?: number): Promise<Seen[]> {
  const steps: Seen[] = [];
  await walkThrough(stage, (seen) => steps.push(seen), patience);
  return steps;
}

/** What the LED's pin shows at `on`, `off` and `toggle`; none of these boards has an LED on PWM. */
function levelsOf(led: Led | undefined): string[] {
  if (led === undefined) return [];
  if (led.kind === "pwm" || led.kind === "dimmed")
    throw new Error("say here what the pins of an LED on PWM show");
  if (led.kind === "gpio") {
    const levels = led.activeLow ? ["low", "high", "low"] : ["high", "low", "high"];
    return levels.map((level) => `pin ${led.pin} ${level}`);
  }
  const on = led.on.map((part) => part.toString(16).padStart(2, "0")).join("");
  const leds = led.count === 1 ? "1 LED" : `${led.count} LEDs`;
  return [on, "000000", on].map((colour) => `pin ${led.pin}: ${leds} #${colour}`);
}

/** The steps for a part of these boards; the first light is the LED. */
function stepsOf(part: Part): string[] {
  const { name, kind } = part;
  switch (kind) {
    case "light":
      return [];
    case "button":
      return [`press ${name}`];
    case "switch":
    case "buzzer":
      return [`${name} on, ${name} off`];
    case "dimmer":
      return [`${name} 40`];
    case "setting":
      if (part.holds !== "number") throw new Error("none of these boards has such a setting");
      return [`${name} ${(part.from + part.to) / 2}`];
    default:
      return valuesOf(part).map(({ id }) => id);
  }
}

describe("a shipped board of every kind completes every step", () => {
  it.each(VARIED)("%s", async (name) => {
    const board = shipped(name);
    stage = await setStage(board, await shippedScript(name));
    const steps = await walk(stage);
    const switching = board.led ? ["on", "off", "toggle"] : [];
    const colour = board.led && board.led.kind !== "gpio" ? ["#00ff00"] : [];
    expect(steps.map(({ step }) => step)).toEqual([
      "Wi-Fi",
      "log-in",
      ...switching,
      ...colour,
      "data point",
      ...(board.parts ?? []).flatMap(stepsOf),
      "ping",
      ...(board.code ? ["own code"] : []),
    ]);
    expect(
      steps.filter(({ step }) => /^(on|off|toggle)$/.test(step)).map(({ seen }) => seen.split(";")[0]),
    ).toEqual(levelsOf(board.led));
    expect(stage.server.violation()).toBeUndefined();
  });
});

describe("a failed step reports its name and the reason", () => {
  const board = shipped("esp32-devkit");
  const script = () => shippedScript(board.name);
  const breaks: [step: string, stage: () => Promise<Stage>, reason: RegExp][] = [
    [
      "Wi-Fi",
      () => setStage(board, "print('asleep')"),
      /did not join the Wi-Fi network within 2 s\n.*asleep/,
    ],
    [
      "log-in",
      async () => setStage(board, await script(), { authInfo: "another" }),
      /the log-in was refused: .*\n.*board: /s,
    ],
    [
      "on",
      async () => setStage(board, (await script()).replaceAll("digitalWrite", "(()=>{})")),
      /unexpected LED state: pin 2 low/,
    ],
    [
      "off",
      async () => setStage(board, (await script()).replaceAll('"off"', '"aus"')),
      /unexpected LED state: pin 2 high/,
    ],
    [
      "data point",
      async () => setStage(board, (await script()).replaceAll('"switch"', '"swatch"')),
      /no data point "switch" of 3 arrived within 2 s/,
    ],
    [
      "ping",
      async () =>
        setStage(board, await buildScript({ ...board, onenet: { ...board.onenet, pingPeriod: 3000 } })),
      /no ping within \d+ s of the board's time/,
    ],
    [
      "ping", // with a reserved bit set [MQTT-2.2.2-2]
      async () => setStage(board, (await script()).replace("\\xc0\\0", "\\xc1\\0")),
      /the board broke a rule of OneNET: .*PINGREQ/,
    ],
  ];
  it.each(breaks)("%s", async (step, set, reason) => {
    stage = await set();
    await expect(walk(stage, 2000)).rejects.toMatchObject({
      step,
      message: expect.stringMatching(reason) as string,
    });
  });
});
