/** The walk-through of shipped boards, as tests. */

import { afterEach, expect, it } from "vitest";
import type { Led } from "../../scripts/boards/board.ts";
import { valuesOf, type Part } from "../../scripts/boards/parts.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough, type Seen } from "../../scripts/stage/walkthrough.ts";
import { shipped, shippedScript } from "./bundles.ts";

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

/** Tests that shipped boards complete every step, and what each step shows. */
export function testEachStep(names: readonly string[]): void {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  it.each(names)("%s completes every step", async (name) => {
    const board = shipped(name);
    stage = await setStage(board, await shippedScript(name));
    const steps: Seen[] = [];
    await walkThrough(stage, (seen) => steps.push(seen));
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
}
