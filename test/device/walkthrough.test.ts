import { afterEach, describe, expect, it } from "vitest";
import type { Led } from "../../scripts/boards/board.ts";
import { listBoards } from "../../scripts/boards/index.ts";
import type { Part } from "../../scripts/boards/parts.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough, type Seen } from "../../scripts/stage/walkthrough.ts";
import { buildScript, shipped, shippedScript } from "../support/bundles.ts";

const BOARDS = listBoards().shipped;
for (const name of BOARDS) await shippedScript(name); // no test has the time to build it
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

/** What the LED's pin shows when it is lit and when it is dark; no shipped board has an LED on PWM, or none. */
function levelsOf(led: Led | undefined): { lit: string; dark: string } {
  if (led === undefined || led.kind === "pwm" || led.kind === "dimmed")
    throw new Error("say here what the pins of an LED on PWM show");
  if (led.kind === "gpio") {
    const [lit, dark] = led.activeLow ? ["low", "high"] : ["high", "low"];
    return { lit: `pin ${led.pin} ${lit}`, dark: `pin ${led.pin} ${dark}` };
  }
  const strip = `pin ${led.pin}: ${led.count === 1 ? "1 LED" : `${led.count} LEDs`}`;
  const on = led.on.map((part) => part.toString(16).padStart(2, "0")).join("");
  return { lit: `${strip} #${on}`, dark: `${strip} #000000` };
}

/** The steps for a part of the shipped boards; the first light is the LED. */
function stepsOf({ name, kind }: Part): string[] {
  const steps: Partial<Record<Part["kind"], string[]>> = {
    light: [],
    switch: [`${name} on, ${name} off`],
    dimmer: [`${name} 40`],
    button: [`press ${name}`],
    buzzer: [`${name} on, ${name} off`],
    contact: [name],
    analog: [name],
    setting: [`${name} 50`],
    dht22: [`${name}_temperature`, `${name}_humidity`],
  };
  return steps[kind] ?? [`say here what the steps for a ${kind} are`];
}

describe("every shipped board completes every step", () => {
  it.each(BOARDS)("%s", async (name) => {
    const board = shipped(name);
    stage = await setStage(board, await shippedScript(name));
    const steps = await walk(stage);
    const { lit, dark } = levelsOf(board.led);
    const colour = board.led?.kind === "gpio" ? [] : ["#00ff00"];
    expect(steps.map(({ step }) => step)).toEqual([
      "Wi-Fi",
      "log-in",
      "on",
      "off",
      "toggle",
      ...colour,
      "data point",
      ...(board.parts ?? []).flatMap(stepsOf),
      "ping",
      ...(board.code ? ["own code"] : []),
    ]);
    expect(
      steps.filter(({ step }) => /^(on|off|toggle)$/.test(step)).map(({ seen }) => seen.split(";")[0]),
    ).toEqual([lit, dark, lit]);
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
