/** The other parts: dimmers, servos, buzzers, counters, settings, scales, sensors, and what survives a restart. */

import { describe, expect, it } from "vitest";
import { createBuzzer } from "../../../src/parts/buzzer.ts";
import { createCounter } from "../../../src/parts/counter.ts";
import { createKept } from "../../../src/parts/kept.ts";
import { createDimmer, obeyLight } from "../../../src/parts/light.ts";
import { numberIn } from "../../../src/parts/numbers.ts";
import { scaled } from "../../../src/parts/scale.ts";
import { answerOfSensor, createSensor, type Measure } from "../../../src/parts/sensor.ts";
import { createServo } from "../../../src/parts/servo.ts";
import { createSetting } from "../../../src/parts/setting.ts";
import { createTextSetting } from "../../../src/parts/text.ts";
import { createRgbLamp } from "../../../src/app/lamp.ts";

/** What is no number: from the network, anything may come. */
const NO_NUMBERS = [
  "5..3",
  "--5",
  "",
  "-",
  ".",
  "1e3",
  "1e99999",
  "0x10",
  "Infinity",
  "NaN",
  "1,5",
  "4 0",
  "40%%",
  "9".repeat(25),
];

describe("a number", () => {
  it.each([
    ["0", 0],
    ["40", 40],
    ["40%", 40],
    ["100", 100],
    ["0.5", 0.5],
    ["5.", 5],
    ["00", 0],
    ["0040", 40],
    ["00.5", 0.5],
  ])("%s", (text, value) => expect(numberIn(text, 0, 100)).toBe(value));

  it.each([...NO_NUMBERS, "101", "-1"])("%j is none from 0 to 100", (text) => {
    expect(numberIn(text, 0, 100)).toBeNaN();
  });

  it("may be negative", () => expect(numberIn("-012.5", -20, 0)).toBe(-12.5));
});

describe("a dimmer", () => {
  it("has a power in %", () => {
    const levels: number[] = [];
    const dimmer = createDimmer((level) => levels.push(level));
    const answers = ["40", "40%", "0", "on", "toggle", "toggle", "33.4"].map((text) => {
      expect(obeyLight(dimmer, text)).toBe(true);
      return [dimmer.answer(), dimmer.state()];
    });
    expect(answers).toEqual([
      ["40%", 40],
      ["40%", 40],
      ["off", 0],
      ["100%", 100],
      ["off", 0],
      ["100%", 100],
      ["33%", 33],
    ]);
    expect(levels).toEqual([0, 0.4, 0.4, 0, 1, 0, 1, 0.33]);
  });

  it.each([...NO_NUMBERS, "101", "#ff0000"])("refuses %j", (text) => {
    const dimmer = createDimmer(() => undefined);
    expect([obeyLight(dimmer, text), dimmer.state()]).toEqual([false, 0]);
  });
});

it("a colour light takes a colour", () => {
  const lamp = createRgbLamp(() => undefined, [1, 2, 3]);
  expect([obeyLight(lamp, "#00ff00"), lamp.answer()]).toEqual([true, "#00ff00"]);
  expect([obeyLight(lamp, "green"), obeyLight(lamp, "on"), lamp.answer()]).toEqual([false, true, "#010203"]);
});

describe("a servo", () => {
  it("gets no pulses until it has an angle, and none after off", () => {
    const duties: number[] = [];
    const servo = createServo((duty) => duties.push(duty), 0.5, 2.5);
    expect([duties, servo.read()]).toEqual([[], undefined]);
    for (const text of ["0", "180", "90"]) expect(servo.obey(text)).toBe(true);
    expect(servo.read()).toBe(90);
    expect(servo.obey("off")).toBe(true);
    expect(duties.map((duty) => Math.round(duty * 1e6) / 1e6)).toEqual([0.025, 0.125, 0.075, 0]);
    expect(servo.read()).toBeUndefined();
  });

  it("moves by whole degrees, which is what its thing model has", () => {
    const servo = createServo(() => undefined, 0.5, 2.5);
    for (const [text, angle] of [
      ["90.4", 90],
      ["0.5", 1],
      ["179.9", 180],
    ] as const) {
      servo.obey(text);
      expect(servo.read()).toBe(angle);
    }
  });

  it.each([...NO_NUMBERS, "181", "-1", "on"])("refuses %j", (text) => {
    const duties: number[] = [];
    const servo = createServo((duty) => duties.push(duty), 1, 2);
    expect([servo.obey(text), duties]).toEqual([false, []]);
  });
});

describe("a buzzer", () => {
  function create() {
    const written: boolean[] = [];
    const ends: (() => void)[] = [];
    const times: number[] = [];
    const buzzer = createBuzzer(
      (on) => written.push(on),
      (ms, callback) => {
        times.push(ms);
        ends.push(callback);
      },
    );
    return { buzzer, written, times, end: () => ends.shift()?.() };
  }

  it("sounds short and long", () => {
    const { buzzer, written, times, end } = create();
    buzzer.obey("short");
    end();
    buzzer.obey("long");
    end();
    expect([written, times]).toEqual([
      [false, true, false, true, false],
      [200, 1000],
    ]);
  });

  it("a new command replaces the end of the one before", () => {
    const { buzzer, end } = create();
    buzzer.obey("short");
    buzzer.obey("on");
    end();
    expect(buzzer.isOn()).toBe(true);
    buzzer.obey("off");
    expect(buzzer.isOn()).toBe(false);
    expect(buzzer.obey("loud")).toBe(false);
  });
});

describe("a counter", () => {
  it("counts pulses, and takes a count", () => {
    const counter = createCounter(999_999_999);
    counter.pulse();
    counter.pulse();
    expect(counter.count()).toBe(2);
    expect(counter.obey("1000")).toBe(true);
    counter.pulse();
    expect(counter.count()).toBe(1001);
  });

  it.each([...NO_NUMBERS, "-1", "1.5", "1000000000"])("refuses %j", (text) => {
    const counter = createCounter(999_999_999);
    expect([counter.obey(text), counter.count()]).toEqual([false, 0]);
  });
});

/** UTF-8 as the board has it: one character per byte. */
function bytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

describe("a text setting", () => {
  it("takes text of the right length", () => {
    const changes: string[] = [];
    const setting = createTextSetting("hello", 12, (value) => changes.push(value));
    expect(setting.read()).toBe("hello");
    const texts = ["a", "Grüße, é", "温室温度", "🌱🌱🌱", 'A "b" \\ {}'].map(bytes);
    expect(texts.map((text) => setting.obey(text))).toEqual(texts.map(() => true));
    expect([setting.read(), changes]).toEqual([texts.at(-1), texts]);
  });

  it.each([
    ["nothing", ""],
    ["13 bytes", "1234567890123"],
    ["five characters of three bytes", bytes("温室温度高")],
    ["a NUL", "a\0"],
    ["a line feed", "a\nb"],
    ["an escape", "\x1b[2J"],
    ["DEL", "a\x7f"],
    ["U+0085", bytes("a\u0085")],
    ["half a character", bytes("温").slice(0, 2)],
    ["a lone byte", "\xff"],
    ["an overlong form", "\xc0\xaf"],
    ["a surrogate", "\xed\xa0\x80"],
  ])("refuses %s", (_what, text) => {
    const changes: string[] = [];
    const setting = createTextSetting("hello", 12, (value) => changes.push(value));
    expect(setting.obey(text)).toBe(false);
    expect([setting.read(), changes]).toEqual(["hello", []]);
  });
});

describe("a setting", () => {
  it("takes numbers in its range, and tells them", () => {
    const changes: number[] = [];
    const setting = createSetting(30, -5, 50, (value) => changes.push(value));
    expect(setting.read()).toBe(30);
    expect(["-5", "50", "25.5"].map((text) => setting.obey(text))).toEqual([true, true, true]);
    expect([...NO_NUMBERS, "51", "-6"].some((text) => setting.obey(text))).toBe(false);
    expect([setting.read(), changes]).toEqual([25.5, [-5, 50, 25.5]]);
  });
});

it.each([
  [0.8, 0],
  [0.3, 100],
  [0.55, 50],
  [1, 0],
  [0, 100],
  [0.5123, 57.5],
])("a level of %d is %d", (level, value) => {
  expect(scaled(level, [0.8, 0.3], [0, 100], 10)).toBe(value);
});

describe("a sensor", () => {
  function create() {
    const pending: Parameters<Measure>[0][] = [];
    const lines: string[] = [];
    const sensor = createSensor(
      "air",
      (done) => pending.push(done),
      5000,
      (line) => lines.push(line),
    );
    return { sensor, lines, pending, give: (...values: (number | undefined)[]) => pending.shift()?.(values) };
  }

  it("is measured once a period, and not while it is measuring", () => {
    const { sensor, pending, give } = create();
    sensor.tick(1000);
    sensor.tick(2000);
    sensor.tick(20_000);
    expect(pending).toHaveLength(1);
    expect(sensor.read(0)).toBeUndefined();
    give(21.456, 40);
    expect([sensor.read(0), sensor.read(1)]).toEqual([21.46, 40]);
    sensor.tick(21_000);
    expect(pending).toHaveLength(1);
    give(1, 2);
    sensor.tick(25_999);
    expect(pending).toHaveLength(0);
    sensor.tick(26_000);
    expect(pending).toHaveLength(1);
  });

  it("says once that it fails, and once that it measures again", () => {
    const { sensor, lines, give } = create();
    const answers = [
      [21, 40],
      [undefined, 40],
      [undefined, undefined],
      [22, 41],
      [22, 41],
    ].map((values, index) => {
      sensor.tick(index * 5000);
      give(...values);
      return answerOfSensor([sensor.read(0), sensor.read(1)]);
    });
    expect(lines).toEqual(["air: no answer; check its wires", "air: measures again"]);
    expect(answers).toEqual(["21, 40", "unknown, 40", "unknown, unknown", "22, 41", "22, 41"]);
  });
});

describe("what survives a restart", () => {
  function create(kept: unknown, isFull = false) {
    const saved: Record<string, number | string>[] = [];
    const lines: string[] = [];
    const store = createKept(
      kept,
      (values) => {
        if (!isFull) saved.push({ ...values });
        return !isFull;
      },
      (line) => lines.push(line),
    );
    return { store, saved, lines };
  }

  it("is what was kept, if it fits", () => {
    const { store } = create({ pump: 1, low: -1, text: "5", nothing: null });
    const recall = (name: string) => store.recall(name, 0, 100, 30);
    expect(["pump", "low", "text", "nothing", "new", "constructor", "toString"].map(recall)).toEqual([
      1, 30, 30, 30, 30, 30, 30,
    ]);
  });

  it("is a kept text, if it fits", () => {
    const { store } = create({ note: bytes("温室"), long: "1234567", escape: "\x1b", number: 5 });
    const recall = (name: string) => store.recall(name, 1, 6, "hello");
    expect(["note", "long", "escape", "number", "toString"].map(recall)).toEqual([
      bytes("温室"),
      ...["hello", "hello", "hello", "hello"],
    ]);
  });

  it.each([undefined, null, 5, "text", [], [1]])("is nothing after %j", (kept) => {
    expect(create(kept).store.recall("a", 0, 9, 3)).toBe(3);
  });

  it("is written when it changes, at most once a minute, without what is no longer a part", () => {
    const { store, saved } = create({ pump: 1, gone: 5 });
    store.recall("pump", 0, 1, 0);
    store.tick(1000);
    expect(saved).toEqual([]);
    store.keep("pump", 1);
    store.tick(2000);
    expect(saved).toEqual([]);
    store.keep("pump", 0);
    store.tick(3000);
    expect(saved).toEqual([{ pump: 0 }]);
    for (let now = 4000; now < 63_000; now += 1000) {
      store.keep("pump", now % 2000 ? 1 : 0);
      store.tick(now);
    }
    expect(saved).toHaveLength(1);
    store.tick(63_000);
    expect(saved).toHaveLength(2);
  });

  it("is written before a restart, if it has changed", () => {
    const { store, saved } = create(undefined);
    store.flush();
    expect(saved).toEqual([]);
    store.keep("a", 1);
    store.flush();
    store.flush();
    expect(saved).toEqual([{ a: 1 }]);
  });

  it("is tried again a minute later if flash was full, which the console says once", () => {
    const { store, saved, lines } = create(undefined, true);
    store.keep("a", 1);
    store.tick(1000);
    store.tick(61_000);
    expect(saved).toEqual([]);
    expect(lines).toEqual(["Flash full: values are not kept until the board restarts"]);
  });
});
