/** Behaviour of pins that differs between chips. */

import { describe, expect, it } from "vitest";
import type { Chip } from "../../../src/board.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { bench, type Bench } from "./lib.ts";

interface Run extends Bench {
  readonly faults: readonly string[];
}

/** Runs `script` shortly after boot. */
async function run(chip: Chip, script: string): Promise<Run> {
  const started = await bench(`setTimeout(function () { ${script}; print("done"); }, 1);`, { chip });
  const faults: string[] = [];
  started.board.on("fault", (text) => faults.push(text));
  await started.seen("done");
  return { ...started, faults };
}

const OTHERS = ["esp32c3", "esp32s3", "esp8266"] as const;

describe("D0 of an esp32 is inverted [chip F27]", () => {
  it("when read: a pressed button reads 1", async () => {
    const { board, lines } = await run(
      "esp32",
      `pinMode(D0, "input_pullup"); print(digitalRead(D0), D0.read())`,
    );
    board.setLevel(0, 0);
    board.type("print(digitalRead(0), D0.read())\n");
    expect(lines.filter((line) => line !== "done")).toEqual(["0 false", "1 true"]);
  });

  it("when driven or dimmed: the pin has the opposite level", async () => {
    const { board } = await run("esp32", `digitalWrite(0, 1)`);
    expect(board.pin(0).value).toBe(0);
    board.type("digitalWrite(0, 0)\n");
    expect(board.pin(0).value).toBe(1);
    board.type("D0.toggle()\n");
    expect(board.pin(0).value).toBe(0);
    board.type("analogWrite(0, 0.25)\n");
    expect(board.pin(0).value).toBe(0.75);
  });

  it("when watched, as a button: only a press of at least 25 ms counts", async () => {
    const { board, lines } = await bench(
      `setWatch(function (e) { print(e.state); }, D0, { repeat: true });`,
      { clock: createClock(Date.UTC(2026, 0, 1)) },
    );
    const at = async (level: 0 | 1) => {
      board.setLevel(0, level);
      await board.clock.advance(20);
    };
    await at(0);
    await at(1); // it bounces
    await board.clock.advance(30);
    await at(0);
    await board.clock.advance(30);
    await at(1);
    await board.clock.advance(30);
    expect(lines).toEqual(["true"]);
  });

  it.each(OTHERS)("but not on an %s", async (chip) => {
    const { board, lines } = await run(chip, `digitalWrite(D0, 1)`);
    expect(board.pin(0).value).toBe(1);
    board.type("pinMode(0, 'input_pullup');print(digitalRead(0))\n");
    expect(lines.at(-1)).toBe("1");
  });
});

it("D0 of an esp32 cannot be open drain, and the console says so", async () => {
  const { lines } = await run("esp32", `pinMode(D0, "opendrain")`);
  expect(lines[0]).toBe("ERROR: jshPinSetState: can't do Open Drain on negated pin");
});

describe("setWatch is refused [chip F28]", () => {
  const REFUSED = ["WARNING: Unable to set watch.", "or this pin cannot be used with watch"];
  it.each([
    ["esp32", [6, 12], [5, 13, 18]],
    ["esp32s3", [6, 12], [5, 13, 18]],
    ["esp32c3", [18, 19], [6, 9]],
    ["esp8266", [16], [0, 12, 14]],
  ] as const)("on an %s for %j", async (chip, refused, taken) => {
    const { lines } = await run(
      chip,
      `[${[...refused, ...taken].join()}].forEach(function (pin) { print(setWatch(function () {}, pin)); })`,
    );
    const warnings = lines.filter((line) => REFUSED.some((text) => line.startsWith(text)));
    expect(warnings).toHaveLength(2 * refused.length);
    expect(lines.filter((line) => line === "undefined")).toHaveLength(refused.length);
  });
});

describe("pins from 40 up on an esp32s3 [chip F29]", () => {
  it("obey neither digitalWrite nor setWatch, and the console says so", async () => {
    const { board, lines, faults } = await run(
      "esp32s3",
      `digitalWrite(D40, 1); digitalWrite(39, 1); setWatch(function () { print("watch"); }, 45, { repeat: true })`,
    );
    expect([board.pin(40).value, board.pin(39).value]).toEqual([0, 1]);
    board.setLevel(45, 1);
    await board.clock.advance(10);
    expect(lines).toEqual([
      "ERROR: pinToESP32Pin: Unknown pin: 40",
      "ERROR: pinToESP32Pin: Unknown pin: 45",
      "done",
    ]);
    expect(faults).toHaveLength(2);
  });

  it("accept PWM and WS2812", async () => {
    const { board, faults } = await run(
      "esp32s3",
      `analogWrite(48, 0.5); require("neopixel").write(47, [1, 2, 3])`,
    );
    expect(board.pin(48)).toMatchObject({ mode: "pwm", value: 0.5 });
    expect(board.pixels(47)).toEqual(Uint8Array.of(1, 2, 3));
    expect(faults).toEqual([]);
  });
});

describe("PWM [chip F30]", () => {
  const PINS = {
    esp32: [2, 4, 5, 13, 14, 15],
    esp32s3: [1, 2, 3, 4, 5, 6],
    esp32c3: [0, 1, 2, 3, 4, 5],
  } as const;
  const write = (pins: readonly number[], freq: string) =>
    pins.map((pin) => `analogWrite(${pin}, 0.5${freq});`).join(" ");

  it.each(["esp32", "esp32c3", "esp32s3"] as const)("has five channels of 5 kHz on an %s", async (chip) => {
    const { board, lines, faults } = await run(chip, write([...PINS[chip].slice(0, 2), ...PINS[chip]], ""));
    expect(PINS[chip].map((pin) => board.pin(pin).value)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0]);
    expect(lines).toEqual(["ERROR: no PWM channel available anymore", "done"]);
    expect(faults).toHaveLength(1);
  });

  it.each(["esp32", "esp32s3"] as const)(
    "has three channels with their own frequency on an %s",
    async (chip) => {
      const { board, lines } = await run(chip, write(PINS[chip].slice(0, 4), ", {freq: 1000}"));
      expect(PINS[chip].map((pin) => board.pin(pin).value)).toEqual([0.5, 0.5, 0.5, 0, 0, 0]);
      expect(lines[0]).toBe("ERROR: no PWM channel available anymore");
    },
  );

  it("has one of those on a C3: an LED's second and third colour stay dark", async () => {
    const { board, faults } = await run("esp32c3", write(PINS.esp32c3.slice(0, 3), ", {freq: 1000}"));
    expect([0, 1, 2].map((pin) => board.pin(pin).value)).toEqual([0.5, 0, 0]);
    expect(faults[0]).toContain("which ESP32C3_IDF4 lacks");
  });

  it("needs no channel with soft, as for a servo [chip F33], nor on an esp8266: every pin can be dimmed", async () => {
    const soft = await run("esp32c3", write([0, 1, 2, 3, 4, 5, 6, 7], ", {freq: 50, soft: true}"));
    expect([0, 3, 7].map((pin) => soft.board.pin(pin).value)).toEqual([0.5, 0.5, 0.5]);
    const esp8266 = await run("esp8266", write([0, 2, 4, 5, 12, 13, 14, 15], ", {freq: 1000}"));
    expect([0, 5, 15].map((pin) => esp8266.board.pin(pin).value)).toEqual([0.5, 0.5, 0.5]);
  });

  it("keeps its channels over reset(), but not over a reboot", async () => {
    const { board, lines } = await run("esp32", write(PINS.esp32.slice(0, 5), ""));
    board.type("reset()\n");
    await expect.poll(() => board.pin(2).mode).toBeUndefined();
    board.type("analogWrite(15, 0.5)\n");
    expect(lines.at(-1)).toBe("ERROR: no PWM channel available anymore");
    await board.stop();
    await board.start();
    board.type("analogWrite(15, 0.5)\n");
    expect(board.pin(15).value).toBe(0.5);
  });
});

describe("25 and 26 [chip F31]", () => {
  it("use a converter on an esp32: full brightness is dark", async () => {
    const { board } = await run("esp32", `analogWrite(25, 1); analogWrite(26, 0.5, {freq: 1000})`);
    expect(board.pin(25).value).toBe(0);
    expect(board.pin(26).value).toBeCloseTo(0.5, 2);
  });

  it("throw on an esp32s3, which has none", async () => {
    const { lines } = await run("esp32s3", `try { analogWrite(25, 1); } catch (e) { print(e.message); }`);
    expect(lines[0]).toBe("not implemented");
  });
});

it.each(["esp32", "esp32c3", "esp32s3"] as const)(
  'pinMode(pin, "analog") is an error on an %s [chip F32]',
  async (chip) => {
    const { lines } = await run(chip, `pinMode(4, "analog"); print(getPinMode(4))`);
    expect(lines.slice(0, 2)).toEqual(["ERROR: jshPinSetState: Unexpected state: 7", "undefined"]);
  },
);
