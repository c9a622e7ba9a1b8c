/** The walk-through: of the boards of everyday tests, and with a board that fails. */

import { afterEach, describe, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { shipped, shippedScript } from "../support/bundles.ts";
import { EVERYDAY } from "../support/shipped-boards.ts";
import { testEachStep } from "../support/walked-boards.ts";

testEachStep(EVERYDAY);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
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
      "ping", // with a reserved bit set [MQTT-2.2.2-2]
      async () => setStage(board, (await script()).replace("\\xc0\\0", "\\xc1\\0")),
      /the board broke a rule of OneNET: .*PINGREQ/,
    ],
  ];
  it.each(breaks)("%s", async (step, set, reason) => {
    stage = await set();
    await expect(walkThrough(stage, () => undefined, 2000)).rejects.toMatchObject({
      step,
      message: expect.stringMatching(reason) as string,
    });
  });
});
