/**
 * The firmware's drivers of sensors and Espruino's own modules measure the same, on the virtual board and on the
 * interpreter. Linux has no sensors: there the bytes of the virtual board's come from stand-ins.
 */

import { beforeAll, describe, expect, it } from "vitest";
import type { Chip } from "../../src/board.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import type { Measured, SensorKind } from "../../scripts/virtual-board/index.ts";
import { driversScript } from "../support/drivers.ts";
import { bench } from "../scripts/virtual-board/lib.ts";
import { ESPRUINO, WITHOUT, readModules, runOnEspruino } from "./espruino.ts";
import { encodeClimate, sensorStandIns } from "./sensor-stand-ins.ts";

let drivers: string;
beforeAll(async () => {
  drivers = await driversScript();
});

/** A program that prints lines, the last one `done`. */
const SHOW = `function show(values) {
    print(values.map(function (value) { return value === undefined ? "none" : value.toFixed(2); }).join(" "));
    print("done");
  }`;

/** Longest time of a program, in ms. */
const LONGEST = 2000;

interface Case {
  readonly name: string;
  readonly chip?: Chip;
  readonly pin: number;
  readonly kinds: readonly SensorKind[];
  /** What they measure, by index. */
  readonly values: readonly Readonly<Partial<Record<Measured, number>>>[];
  /** Calls `show` with the driver's results. */
  readonly driver: string;
  /** The name of Espruino's module, and how it calls `show` with the same. */
  readonly module: string;
  readonly use: string;
  /** Largest difference between both, for each value. */
  readonly tolerance: number;
}

const CASES: readonly Case[] = [
  ...[
    { temperature: 21, humidity: 50 },
    { temperature: -10.5, humidity: 99.9 },
    { temperature: 0, humidity: 33.3 },
    { temperature: -40, humidity: 0.1 },
  ].map((climate) => ({
    name: `a DHT22 at ${climate.temperature} °C and ${climate.humidity} %`,
    pin: 4,
    kinds: ["dht22" as const],
    values: [climate],
    driver: "dht22(4)(show);",
    module: "DHT22",
    use: `require("sensor").connect(D4).read(function (a) { show([a.temp, a.rh]); });`,
    tolerance: 0.001,
  })),
  {
    name: "a DHT11",
    chip: "esp8266", // on an ESP32 its module does not hold the wire low for long enough
    pin: 4,
    kinds: ["dht11"],
    values: [{ temperature: 23, humidity: 41 }],
    driver: "dht11(4)(show);",
    module: "DHT11",
    use: `require("sensor").connect(D4).read(function (a) { show([a.temp, a.rh]); });`,
    tolerance: 0.001,
  },
  ...[-55, -10.125, -0.5, 0, 25.0625, 125].map((temperature) => ({
    name: `a DS18B20 at ${temperature} °C`,
    pin: 5,
    kinds: ["ds18b20" as const],
    values: [{ temperature }],
    driver: "ds18b20(5)(show);",
    module: "DS18B20",
    use: `require("sensor").connect(new OneWire(D5)).getTemp(function (t) { show([t]); });`,
    tolerance: 0.001,
  })),
  {
    name: "two DS18B20 on a pin",
    pin: 5,
    kinds: ["ds18b20", "ds18b20"],
    values: [{ temperature: 20.5 }, { temperature: -3.25 }],
    driver: "ds18b20s(5, 2)(show);",
    module: "DS18B20",
    use: `var bus = new OneWire(D5), first = require("sensor").connect(bus, 0), second = require("sensor").connect(bus, 1);
      first.getTemp(function (a) { second.getTemp(function (b) { show([a, b]); }); });`,
    tolerance: 0.001,
  },
  ...[
    { temperature: 21, pressure: 1013.2, humidity: 50 },
    { temperature: -12.3, pressure: 850.5, humidity: 88.8 },
    { temperature: 45.6, pressure: 1080, humidity: 12.3 },
  ].map((climate) => ({
    name: `a BME280 at ${climate.temperature} °C, ${climate.pressure} hPa and ${climate.humidity} %`,
    pin: 21,
    kinds: ["bme280" as const],
    values: [climate],
    driver: "bme280(21, 22, 0x76)(show);",
    module: "BME280",
    use: `I2C1.setup({ sda: D21, scl: D22 });
      var sensor = require("sensor").connect(I2C1);
      setTimeout(function () { var a = sensor.getData(); show([a.temp, a.pressure, a.humidity]); }, 100);`,
    tolerance: 0.02, // its humidity is in whole numbers
  })),
  {
    name: "the temperature of a BMP280", // its module takes P1 for signed: the pressure is wrong
    pin: 21,
    kinds: ["bmp280"],
    values: [{ temperature: -7.8, pressure: 990.1 }],
    driver: "bmp280(21, 22, 0x76)(function (values) { show(values.slice(0, 1)); });",
    module: "BMP280",
    use: `I2C1.setup({ sda: D21, scl: D22 });
      var sensor = require("sensor").connect(I2C1);
      setTimeout(function () { show([sensor.getData().temp]); }, 100);`,
    tolerance: 0.01,
  },
];

/** Runs a program on a virtual board with the sensors of a case. @returns its lines before `done` */
async function onVirtualBoard(given: Case, program: string): Promise<string[]> {
  const { board, lines } = await bench(`${SHOW} function go() { ${program} }`, {
    clock: createClock(0),
    ...(given.chip ? { chip: given.chip } : {}),
  });
  board.sensors.connect(given.pin, given.kinds);
  given.values.forEach((values, index) => {
    for (const [quantity, value] of Object.entries(values))
      board.sensors.set(given.pin, quantity as Measured, value, index);
  });
  board.type("go()\n");
  await board.clock.advance(LONGEST);
  return lines.slice(0, lines.indexOf("done"));
}

/** JavaScript that stands for the sensors of a case, and lets time pass twenty times as fast. */
function standIns({ pin, kinds, values, chip = "esp32" }: Case): string {
  const climates = values.map(({ temperature = 0, humidity = 0, pressure = 0 }) =>
    encodeClimate({
      temperature: temperature * 10,
      humidity: Math.round(humidity * 10),
      pressure: Math.round(pressure * 10),
    }),
  );
  const [dht22 = "", dht11 = ""] = climates[0]?.split(" ") ?? [];
  return `var realTimeout = setTimeout;
    global.setTimeout = function (callback, ms, argument) {
      return realTimeout(function () { callback(argument); }, ms / 20);
    };
    function now() { return getTime() * 20000; }
    ${sensorStandIns(chip)}
    ${climates.map((climate, index) => `climates["${pin} ${index}"] = "${climate}";`).join("\n")}
    ${dht(kinds[0] === "dht11" ? dht11 : dht22)}`;
}

/** A DHT that answers as soon as its wire is let go. */
function dht(bits: string): string {
  return `
    var isLow, watching;
    global.digitalWrite = function (pin, value) { isLow = !value; };
    global.setWatch = function (callback) { watching = callback; return 1; };
    global.clearWatch = function () { watching = undefined; };
    global.pinMode = function (pin, mode) {
      if (mode != "input_pullup" || !isLow) return;
      isLow = false;
      "00${bits}".split("").forEach(function (bit, i) {
        watching({ state: false, lastTime: 100 + i, time: 100 + i + (bit == "1" ? 70e-6 : 26e-6) });
      });
    };`;
}

async function onInterpreter(binary: string, given: Case, program: string): Promise<string[]> {
  const pins = "var D4 = 4, D5 = 5, D21 = 21, D22 = 22;";
  const lines = await runOnEspruino(binary, `${standIns(given)}\n${pins}\n${SHOW}\n${program}`);
  return lines.slice(0, lines.indexOf("done"));
}

describe.each(CASES)("$name", (given) => {
  it("is the same for the driver on both", async ({ skip }) => {
    if (!ESPRUINO) return skip(WITHOUT);
    const virtual = await onVirtualBoard(given, `${drivers}\n${given.driver}`);
    expect(virtual).toEqual([expect.stringMatching(/^-?\d/)]);
    expect(virtual[0]).not.toContain("none");
    expect(await onInterpreter(ESPRUINO, given, `${drivers}\n${given.driver}`)).toEqual(virtual);
  });

  it("is what Espruino's own module measures, on both", async ({ skip }) => {
    if (!ESPRUINO) return skip(WITHOUT);
    const { modules, missing } = readModules(process.env["ESPRUINO_MODULES"], [given.module]);
    const [module] = modules;
    if (!module) return skip(`skipped: ${missing}`);
    const [driver = ""] = await onVirtualBoard(given, `${drivers}\n${given.driver}`);
    const program = `Modules.addCached("sensor", ${JSON.stringify(module.text)}); ${given.use}`;
    const virtual = await onVirtualBoard(given, program);
    const real = await onInterpreter(ESPRUINO, given, program);
    expect(real).toEqual(virtual);
    const [ours, theirs] = [driver, virtual[0] ?? ""].map((line) => line.split(" ").map(Number));
    expect(theirs).toHaveLength(ours?.length ?? 0);
    theirs?.forEach((value, at) =>
      expect(Math.abs(value - ((ours ?? [])[at] ?? NaN))).toBeLessThanOrEqual(given.tolerance),
    );
  });
});
