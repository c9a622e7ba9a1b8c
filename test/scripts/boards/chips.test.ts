import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import schema from "../../../boards/board.schema.json" with { type: "json" };
import { analogPin, CHIPS, ledPinFault, ledPins, listPins } from "../../../scripts/boards/chips.ts";
import type { Chip, Led } from "../../../src/board.ts";

/** Every GPIO of the chip that cannot drive an LED, with the reason from its manual. */
const REFUSED: Record<Chip, Record<number, string>> = {
  esp32: {
    0: "selects the boot mode on ESP32",
    1: "is used by the console on ESP32",
    3: "is used by the console on ESP32",
    6: "belongs to the flash chip on ESP32",
    11: "belongs to the flash chip on ESP32",
    20: "does not exist on ESP32",
    24: "does not exist on ESP32",
    28: "does not exist on ESP32",
    31: "does not exist on ESP32",
    34: "is an input-only pin on ESP32",
    39: "is an input-only pin on ESP32",
    40: "does not exist on ESP32",
  },
  esp32c3: {
    9: "selects the boot mode on ESP32-C3",
    11: "belongs to the flash chip on ESP32-C3",
    17: "belongs to the flash chip on ESP32-C3",
    18: "is used by USB on ESP32-C3",
    19: "is used by USB on ESP32-C3",
    20: "is used by the console on ESP32-C3",
    21: "is used by the console on ESP32-C3",
    22: "does not exist on ESP32-C3",
  },
  esp32s3: {
    0: "selects the boot mode on ESP32-S3",
    19: "is used by USB on ESP32-S3",
    20: "is used by USB on ESP32-S3",
    22: "does not exist on ESP32-S3",
    25: "does not exist on ESP32-S3",
    26: "belongs to the flash chip on ESP32-S3",
    32: "belongs to the flash chip on ESP32-S3",
    43: "is used by the console on ESP32-S3",
    44: "is used by the console on ESP32-S3",
    49: "does not exist on ESP32-S3",
  },
  esp8266: {
    1: "is used by the console on ESP8266",
    3: "is used by the console on ESP8266",
    6: "belongs to the flash chip on ESP8266",
    11: "belongs to the flash chip on ESP8266",
    17: "does not exist on ESP8266",
  },
};

const USABLE: Record<Chip, { outputs: string; analog: string }> = {
  esp32: { outputs: "2, 4, 5, 12–19, 21–23, 25–27, 32, 33", analog: "32–39" },
  esp32c3: { outputs: "0–8, 10", analog: "0–4" },
  esp32s3: { outputs: "1–18, 21, 33–42, 45–48", analog: "" },
  esp8266: { outputs: "0, 2, 4, 5, 12–16", analog: "0" },
};

const chips = Object.keys(CHIPS) as Chip[];

test("the schema offers these chips, each by its title", () => {
  const { enum: names, enumDescriptions } = schema.properties.chip;
  expect(names).toEqual(chips);
  for (const [index, chip] of chips.entries())
    expect(enumDescriptions[index]).toMatch(new RegExp(`^${CHIPS[chip].title}\\b`));
});

test("own code may ask for each image", () => {
  const [, type = ""] = /readonly BOARD:([^;]*);/.exec(readFileSync("boards/espruino.d.ts", "utf8")) ?? [];
  expect(type.match(/\w+/g)).toEqual(chips.flatMap((chip) => CHIPS[chip].images));
});

describe.each(chips)("%s", (chip) => {
  test("has these pins", () => {
    expect(listPins(CHIPS[chip].outputs)).toBe(USABLE[chip].outputs);
    expect(listPins(CHIPS[chip].analog)).toBe(USABLE[chip].analog);
  });

  test("explains why a pin is not an output", () => {
    for (const [pin, reason] of Object.entries(REFUSED[chip]))
      expect(ledPinFault(chip, "gpio", Number(pin))).toBe(reason);
  });

  test("rejects each pin for one reason only, and rejects no output pin", () => {
    const { outputs, refused } = CHIPS[chip];
    const all = [...outputs, ...refused.flatMap(({ pins }) => pins)];
    expect(new Set(all).size).toBe(all.length);
    const kinds = ["gpio", "pwm", "ws2812"] as const;
    for (const pin of outputs) expect(kinds.map((kind) => ledPinFault(chip, kind, pin))).toContain(undefined);
  });
});

test("the number of variables is that of the images, not the addressable maximum [chip F40]", () => {
  expect(CHIPS.esp32.variables).toEqual({ least: 3400, most: 4100 });
  expect(CHIPS.esp8266.variables).toEqual({ least: 1600, most: 1700 });
  for (const chip of ["esp32c3", "esp32s3"] as const) expect(CHIPS[chip].variables).toEqual({ most: 16383 });
});

test("an analogue pin is its GPIO, except A0", () => {
  expect(analogPin("esp32", 34)).toBe(34);
  expect(analogPin("esp32c3", 0)).toBe(0);
  expect(analogPin("esp8266", 0)).toBe(17);
});

test("pins are listed with ranges of three or more", () => {
  expect(listPins([])).toBe("");
  expect(listPins([7])).toBe("7");
  expect(listPins([1, 2, 4, 5, 6, 9])).toBe("1, 2, 4–6, 9");
});

describe("each kind of LED works on its pins [chip F29] [chip F31]", () => {
  const DAC = "is a DAC, where analogWrite gives a voltage and level 1 comes out as 0, on ESP32";
  const DEAD = "supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3";
  test.each<[chip: Chip, pins: readonly number[], fault: Partial<Record<Led["kind"], string>>]>([
    ["esp8266", [16], { ws2812: "cannot drive WS2812 on ESP8266" }],
    ["esp32", [25, 26], { pwm: DAC }],
    ["esp32s3", [40, 41, 42, 45, 46, 47, 48], { gpio: DEAD }],
    ["esp32c3", [], {}],
  ])("%s: %j", (chip, pins, fault) => {
    for (const kind of ["gpio", "pwm", "ws2812"] as const) {
      const unfit = fault[kind] === undefined ? [] : pins;
      for (const pin of CHIPS[chip].outputs)
        expect(ledPinFault(chip, kind, pin)).toBe(unfit.includes(pin) ? fault[kind] : undefined);
      expect(ledPins(chip, kind)).toEqual(CHIPS[chip].outputs.filter((pin) => !unfit.includes(pin)));
    }
  });
});

test.each(chips)("%s: an LED's pin gets the level it is given", (chip) => {
  const { inverted, outputs } = CHIPS[chip];
  expect(outputs.filter((pin) => inverted.includes(pin))).toEqual([]);
});
