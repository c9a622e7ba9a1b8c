import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../src/board.ts";
import { setStage, type Stage } from "../../scripts/lib/stage.ts";
import { walkThrough } from "../../scripts/lib/walkthrough.ts";
import { overTls, plain, RGB, studio, suite } from "../lib/boards.ts";
import { buildScript, shipped } from "../lib/bundles.ts";

const PWM = { kind: "pwm", pins: [32, 33, 27], activeLow: false, on: [255, 128, 0] } as const;

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

describe("a board of each generation goes the whole way", () => {
  const boards: [name: string, board: Board][] = [
    ["multiprotocol, RGB on PWM pins", { ...shipped("esp32-devkit"), led: PWM }],
    [
      "multiprotocol, RGB on PWM pins with a common anode",
      { ...shipped("esp32-devkit"), led: { ...PWM, activeLow: true } },
    ],
    ["suite, GPIO", suite()],
    ["suite, RGB", suite({ led: RGB })],
    ["suite over TLS", overTls(suite())],
    ["studio, GPIO", studio()],
    ["studio, RGB", studio({ led: RGB })],
    ["studio over TLS, RGB", overTls(studio({ led: RGB }))],
    ["plain, GPIO", plain()],
    ["plain, RGB", plain({ led: RGB })],
    ["plain over TLS", overTls(plain())],
  ];
  it.each(boards)("%s", async (_name, board) => {
    stage = await setStage(board, await buildScript(board));
    const steps: string[] = [];
    await walkThrough(stage, ({ step }) => steps.push(step));
    const colour = board.led.kind === "gpio" ? [] : ["#00ff00"];
    expect(steps).toEqual(["Wi-Fi", "log-in", "on", "off", "toggle", ...colour, "data point", "ping"]);
    expect(stage.server.violation()).toBeUndefined();
  });
});
