import { describe, expect, it } from "vitest";
import { pixelsOf, readLight, watchLight } from "../../../scripts/stage/light.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import type { Led, Ws2812Led } from "../../../src/board.ts";

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

describe("a strip", () => {
  const seen = async (led: Omit<Ws2812Led, "kind" | "pin" | "on">, bytes: readonly number[]) => {
    const strip: Led = { ...led, kind: "ws2812", pin: 17, on: [255, 255, 255] };
    const [pins] = await statesOf(strip, `require("neopixel").write(17, [${bytes.join()}]);`);
    return [pins, pixelsOf(strip, Uint8Array.from(bytes))];
  };

  it("shows the colour of its LEDs, and bytes where they differ", async () => {
    expect(await seen({ count: 2, order: "grb" }, [2, 1, 3, 2, 1, 3])).toEqual([
      "pin 17: 2 LEDs #010203",
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ]);
    expect(await seen({ count: 2, order: "rgb" }, [1, 2, 3, 4, 5, 6])).toEqual([
      "pin 17: 1 2 3 4 5 6",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
  });

  it("adds a white LED to each colour, and ignores what goes past the last", async () => {
    expect(await seen({ count: 1, order: "grbw" }, [2, 1, 0, 254, 0, 0])).toEqual([
      "pin 17: 1 LED #fffffe",
      [[255, 255, 254]],
    ]);
    expect(await seen({ count: 1, order: "wrgb" }, [16, 1, 2, 3, 9, 0])).toEqual([
      "pin 17: 16 1 2 3 9 0",
      [[17, 18, 19]],
    ]);
  });
});
