import { expect, it } from "vitest";
import { readLight, watchLight } from "../../scripts/lib/light.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { Led } from "../../src/board.ts";

const PLAIN: Led = { kind: "gpio", pin: 2, activeLow: false };
const RGB: Led = { kind: "pwm", pins: [13, 14, 27], activeLow: false, on: [255, 255, 255] };

/** What is told of the LED while a script runs. */
async function told(led: Led, script: string): Promise<string[]> {
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

it("tells of the LED when its pin is driven, and not when another is", async () => {
  const script = "digitalWrite(4, 1); digitalWrite(2, 1); digitalWrite(4, 0); analogWrite(5, 0.5);";
  expect(await told(PLAIN, script)).toEqual(["pin 2 high"]);
});

it("tells of each pin of an LED that has several", async () => {
  const script = "digitalWrite(2, 1); analogWrite(13, 1); analogWrite(27, 0.5);";
  expect(await told(RGB, script)).toEqual([
    "pin 13 100 %, pin 14 0 %, pin 27 0 %",
    "pin 13 100 %, pin 14 0 %, pin 27 50 %",
  ]);
});
