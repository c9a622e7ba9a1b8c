import { expect, it } from "vitest";
import { readLight, watchLight } from "../../../scripts/stage/light.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import type { Led } from "../../../src/board.ts";

const PLAIN: Led = { kind: "gpio", pin: 2, activeLow: false };
const RGB: Led = { kind: "pwm", pins: [13, 14, 27], activeLow: false, on: [255, 255, 255] };

/** The LED's reported states while a script runs. */
async function statesOf(led: Led, script: string): Promise<string[]> {
  const clock = createClock(Date.UTC(2026, 0));
  const device = createVirtualBoard({ script, chip: "esp32", clock });
  const pins: string[] = [];
  watchLight(led, device, () => pins.push(readLight(led, device).pins));
  try {
    await device.start();
    await clock.advance(100);
    return pins;
  } finally {
    await device.stop();
  }
}

it("reports the LED when its own pin is driven, not another", async () => {
  const script = "digitalWrite(4, 1); digitalWrite(2, 1); digitalWrite(4, 0); analogWrite(5, 0.5);";
  expect(await statesOf(PLAIN, script)).toEqual(["pin 2 high"]);
});

it("reports each pin of a multi-pin LED", async () => {
  const script = "digitalWrite(2, 1); analogWrite(13, 1); analogWrite(27, 0.5);";
  expect(await statesOf(RGB, script)).toEqual([
    "pin 13 100 %, pin 14 0 %, pin 27 0 %",
    "pin 13 100 %, pin 14 0 %, pin 27 50 %",
  ]);
});
