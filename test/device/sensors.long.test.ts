/** The firmware's drivers read the virtual board's sensors. */

import { beforeAll, describe, expect, it } from "vitest";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import type { SensorControl, VirtualBoard, VirtualBoardOptions } from "../../scripts/virtual-board/index.ts";
import { driversScript } from "../support/drivers.ts";
import { bench } from "../scripts/virtual-board/lib.ts";

let drivers: string;
beforeAll(async () => {
  drivers = await driversScript();
});

/** Longest time of a measurement with all its tries, in ms. */
const LONGEST = 7000;

interface Desk {
  readonly board: VirtualBoard;
  readonly sensors: SensorControl;
  /** Measures once. @returns each time that `done` was called */
  readonly measure: () => Promise<string[]>;
}

/** @param driver JavaScript that makes a driver */
async function desk(driver: string, options: Partial<VirtualBoardOptions> = {}): Promise<Desk> {
  const clock = createClock(0);
  const script = `${drivers}
    var measure = ${driver};
    function again() { measure(function (values) {
      print("= " + values.map(function (value) {
        return value === undefined ? "undefined" : "" + Math.round(value * 10000) / 10000; }).join(" ")); }); }`;
  const { board, lines } = await bench(script, { clock, ...options });
  const problems: string[] = [];
  board.on("uncaught", (text) => problems.push(text));
  board.on("fault", (text) => problems.push(text));
  return {
    board,
    sensors: board.sensors,
    async measure() {
      const before = lines.length;
      board.type("again()\n");
      await board.clock.advance(LONGEST);
      expect(problems).toEqual([]);
      return lines
        .slice(before)
        .filter((line) => line.startsWith("= "))
        .map((line) => line.slice(2));
    },
  };
}

const ALL_IMAGES = ["esp32", "esp32c3", "esp32s3", "esp8266"] as const;

describe.each(ALL_IMAGES)("on %s", (chip) => {
  describe("a DHT22", () => {
    it.each([
      [21, 50],
      [-0.1, 0.1],
      [-40, 100],
      [80, 99.9],
      [0, 33.3],
      [-25.6, 25.6],
    ])("measures %s °C and %s %%", async (temperature, humidity) => {
      const { sensors, measure } = await desk("dht22(4)", { chip });
      sensors.set(4, "temperature", temperature);
      sensors.set(4, "humidity", humidity);
      expect(await measure()).toEqual([`${temperature} ${humidity}`]);
      expect(await measure()).toEqual([`${temperature} ${humidity}`]);
    });

    it.each(["away", "stuck", "damaged"] as const)(
      "that is %s, fails, and works again later",
      async (fault) => {
        const { sensors, measure } = await desk("dht22(4)", { chip });
        sensors.disturb(4, fault);
        expect(await measure()).toEqual(["undefined undefined"]);
        sensors.disturb(4, undefined);
        expect(await measure()).toEqual(["21 50"]);
      },
    );
  });

  describe("a DHT11", () => {
    it.each([
      [21, 50],
      [-1.5, 5],
      [60, 95],
      [-0.1, 20],
      [-20, 80],
    ])("measures %s °C and %s %%", async (temperature, humidity) => {
      const { sensors, measure } = await desk("dht11(4)", { chip });
      sensors.connect(4, ["dht11"]);
      sensors.set(4, "temperature", temperature);
      sensors.set(4, "humidity", humidity);
      expect(await measure()).toEqual([`${temperature} ${humidity}`]);
    });
  });

  describe("a DS18B20", () => {
    it.each([21, 125, 85.0625, 25.0625, 10.125, 0.5, 0, -0.5, -10.125, -25.0625, -55])(
      "measures %s °C",
      async (temperature) => {
        const { sensors, measure } = await desk("ds18b20(5)", { chip });
        sensors.set(5, "temperature", temperature);
        expect(await measure()).toEqual([`${temperature}`]);
      },
    );

    it.each(["away", "stuck", "damaged"] as const)(
      "that is %s, fails, and works again later",
      async (fault) => {
        const { sensors, measure } = await desk("ds18b20(5)", { chip });
        sensors.disturb(5, fault);
        expect(await measure()).toEqual(["undefined"]);
        sensors.disturb(5, undefined);
        expect(await measure()).toEqual(["21"]);
      },
    );

    it("is read together with others on the pin, each at its place", async () => {
      const { sensors, measure } = await desk("ds18b20s(5, 3)", { chip });
      sensors.connect(5, ["ds18b20", "ds18b20", "ds18b20"]);
      [20.5, -3.25, 99].forEach((value, index) => sensors.set(5, "temperature", value, index));
      expect(await measure()).toEqual(["20.5 -3.25 99"]);
      sensors.disturb(5, "away", 1);
      expect(await measure()).toEqual(["20.5 undefined 99"]);
      sensors.disturb(5, "damaged", 2);
      sensors.disturb(5, undefined, 1);
      expect(await measure()).toEqual(["20.5 -3.25 undefined"]);
      sensors.disturb(5, "stuck", 0);
      expect(await measure()).toEqual(["undefined undefined undefined"]);
    });
  });

  describe("a BME280", () => {
    it.each([
      [21, 1013.2, 50],
      [-40, 300, 0],
      [85, 1100, 100],
      [0, 850.5, 33.3],
      [-12.3, 1025.7, 88.8],
    ])("measures %s °C, %s hPa and %s %%", async (temperature, pressure, humidity) => {
      const { sensors, measure } = await desk("bme280(4, 5, 0x76)", { chip });
      sensors.set(4, "temperature", temperature);
      sensors.set(4, "pressure", pressure);
      sensors.set(4, "humidity", humidity);
      const [line = "", ...more] = await measure();
      expect(more).toEqual([]);
      const values = line.split(" ").map(Number);
      expect(values).toHaveLength(3);
      // The converter has 16 bits, and the formulas for whole numbers round.
      const [t = NaN, p = NaN, h = NaN] = values;
      expect(Math.abs(t - temperature)).toBeLessThanOrEqual(0.01);
      expect(Math.abs(p - pressure)).toBeLessThanOrEqual(0.05);
      expect(Math.abs(h - humidity)).toBeLessThanOrEqual(0.05);
    });

    it.each(["away", "stuck", "damaged"] as const)(
      "that is %s, fails, and works again later",
      async (fault) => {
        const { sensors, measure } = await desk("bme280(4, 5, 0x76)", { chip });
        sensors.disturb(4, fault);
        expect(await measure()).toEqual(["undefined undefined undefined"]);
        sensors.disturb(4, undefined);
        expect(await measure()).toEqual([expect.stringMatching(/^21\.00\d* 1013\.\d+ 50/)]);
      },
    );

    it("that is a BMP280 in truth, measures no humidity", async () => {
      const { sensors, measure } = await desk("bme280(4, 5, 0x76)", { chip });
      sensors.connect(4, ["bmp280"]);
      expect(await measure()).toEqual([expect.stringMatching(/^21\.00\d* 1013\.\d+ undefined$/)]);
    });
  });

  it("a BMP280 measures temperature and pressure, at the address that it has", async () => {
    const { sensors, measure } = await desk("bmp280(4, 5, 0x77)", { chip });
    expect(await measure()).toEqual(["undefined undefined"]);
    sensors.connect(4, [undefined, "bmp280"]);
    sensors.set(4, "temperature", -5.5, 1);
    expect(await measure()).toEqual([expect.stringMatching(/^-5\.\d+ 1013\.\d+$/)]);
  });
});

describe("a DHT", () => {
  it("of the other kind is not taken for the one that is expected", async () => {
    const wrong11 = await desk("dht11(4)");
    wrong11.sensors.connect(4, ["dht22"]);
    expect(await wrong11.measure()).toEqual(["undefined undefined"]);
    const wrong22 = await desk("dht22(4)");
    wrong22.sensors.connect(4, ["dht11"]);
    expect(await wrong22.measure()).toEqual(["undefined undefined"]); // it is not asked for long enough
  });

  it("that sends only zeros, is not believed", async () => {
    const { sensors, measure } = await desk("dht22(4)");
    sensors.set(4, "temperature", 0);
    sensors.set(4, "humidity", 0);
    expect(await measure()).toEqual(["undefined undefined"]);
  });

  it("is asked again after a wrong sum", async () => {
    const { board, sensors, measure } = await desk("dht22(4)");
    let asked = 0;
    board.on("pin", () => sensors.disturb(4, ++asked < 3 ? "damaged" : undefined));
    expect(await measure()).toEqual(["21 50"]);
    expect(asked).toBe(3);
    asked = -3;
    expect(await measure()).toEqual(["undefined undefined"]);
    expect(asked).toBe(0);
  });

  it("has its wire high between measurements", async () => {
    const { board, measure } = await desk("dht22(4)");
    await measure();
    const { mode, history } = board.pin(4);
    expect([mode, history.length]).toEqual(["input_pullup", 1]);
  });
});

describe("a DS18B20", () => {
  it("that lost its power while it measured, does not measure 85 °C", async () => {
    const { board, sensors, measure } = await desk("ds18b20(5)");
    const lost: string[] = [];
    board.on("console", (line) => lost.push(line));
    board.type("again()\n");
    await board.clock.advance(400);
    sensors.disturb(5, "away");
    sensors.disturb(5, undefined);
    await board.clock.advance(400);
    expect(lost).toContain("= undefined");
    expect(await measure()).toEqual(["21"]);
  });

  it("of several is looked for until all are there", async () => {
    const { sensors, measure } = await desk("ds18b20s(5, 2)");
    expect(await measure()).toEqual(["undefined undefined"]);
    sensors.connect(5, ["ds18b20", "ds18b20"]);
    sensors.set(5, "temperature", -7.5, 1);
    expect(await measure()).toEqual(["21 -7.5"]);
  });
});

describe("a BME280", () => {
  it("that lost its power while it measured, fails", async () => {
    const { board, sensors, measure } = await desk("bme280(21, 22, 0x76)");
    const lost: string[] = [];
    board.on("console", (line) => lost.push(line));
    board.type("again()\n");
    await board.clock.advance(5);
    sensors.disturb(21, "away");
    sensors.disturb(21, undefined);
    await board.clock.advance(50);
    expect(lost.filter((line) => line.startsWith("= "))).toEqual(["= undefined undefined undefined"]);
    expect(await measure()).toEqual([expect.stringMatching(/^21\.00\d* 1013/)]);
  });

  it("on a stuck bus blocks an ESP32 once", async () => {
    const { board, sensors, measure } = await desk("bme280(21, 22, 0x76)");
    sensors.disturb(21, "stuck");
    const before = board.clock.now();
    expect(await measure()).toEqual(["undefined undefined undefined"]);
    expect(board.clock.now() - before).toBe(LONGEST + 1000);
  });

  it("shares its bus with another", async () => {
    const { board, sensors } = await desk("bme280(21, 22, 0x76)");
    const lines: string[] = [];
    board.on("console", (line) => lines.push(line));
    sensors.connect(21, ["bme280", "bme280"]);
    sensors.set(21, "temperature", -30, 1);
    board.type('bme280(21, 22, 0x77)(function (v) { print("other " + Math.round(v[0])); }); again()\n');
    await board.clock.advance(100);
    expect(lines).toEqual(expect.arrayContaining(["other -30", expect.stringMatching(/^= 21\.00\d* /)]));
  });
});

describe("the BME280's driver", () => {
  /** A bus that answers from registers, whatever they are. */
  const bus = (registers: string) => `
    var pointer = 0, registers = ${registers};
    I2C1 = { setup: function () {}, writeTo: function (address, data) { if (typeof data === "number") pointer = data; },
      readFrom: function (address, count) {
        var bytes = new Uint8Array(count);
        for (var i = 0; i < count; i++) bytes[i] = registers(pointer + i);
        return bytes; } };`;

  it("calculates as the data sheet's example", async () => {
    // T1, T2, T3, P1 to P9 and the raw values of the BMP280's data sheet, which results in 25.08 °C and 100653 Pa.
    const constants = [27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000];
    const bytes = constants.flatMap((word) => [word & 255, (word >> 8) & 255]);
    const raw = [415148, 519888].flatMap((value) => [value >> 12, (value >> 4) & 255, (value & 15) << 4]);
    const registers = `function (at) {
      return at === 0xD0 ? 0x58 : at === 0xF4 ? 0x24 : at >= 0xF7 ? ${JSON.stringify(raw)}[at - 0xF7] : ${JSON.stringify(bytes)}[at - 0x88]; }`;
    const { measure } = await desk(`(function () { ${bus(registers)} return bmp280(21, 22, 0x76); })()`);
    expect(await measure()).toEqual([expect.stringMatching(/^25\.08\d* 1006\.53\d*$/)]);
  });

  it("passes on plausible numbers only, whatever a sensor answers", async () => {
    const registers = `function (at) { return at === 0xD0 ? 0x60 : at === 0xF4 ? 0x24 : random(); }`;
    const { board, measure } = await desk(
      `(function () { var random = ${randomBytes(7)}; ${bus(registers)} return bme280(21, 22, 0x76); })()`,
    );
    const lines: string[] = [];
    board.on("console", (line) => lines.push(line));
    for (let i = 1; i < 200; i++) board.type("again()\n");
    await measure();
    expect(lines).toHaveLength(200);
    expect(lines.filter((line) => !line.includes("undefined")).length).toBeGreaterThan(0);
    for (const line of lines) {
      const [t = 0, p = 300, h = 0, ...more] = numbersOf(line);
      expect(Math.abs(t)).toBeLessThanOrEqual(86);
      expect(Math.abs(p - 700)).toBeLessThanOrEqual(401);
      expect(Math.abs(h - 50)).toBeLessThanOrEqual(50);
      expect(more).toEqual([]);
    }
  });
});

describe("the DS18B20's driver", () => {
  it("passes on plausible numbers only, whatever comes with a right sum", async () => {
    const { board, measure } = await desk(`(function () {
      var random = ${randomBytes(11)};
      OneWire = function () {
        this.reset = this.skip = this.write = function () {};
        this.read = function (count) {
          var bytes = new Uint8Array(count), sum = 0;
          for (var i = 0; i < 8; i++) {
            bytes[i] = random();
            for (var bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (((sum ^ (bytes[i] >> bit)) & 1) ? 0x8c : 0);
          }
          bytes[8] = sum;
          return bytes;
        };
      };
      return ds18b20(5);
    })()`);
    const lines: string[] = [];
    board.on("console", (line) => lines.push(line));
    for (let i = 1; i < 500; i++) board.type("again()\n");
    await measure();
    expect(lines).toHaveLength(500);
    expect(lines.filter((line) => !line.includes("undefined")).length).toBeGreaterThan(0);
    for (const line of lines) {
      const [t = 0, ...more] = numbersOf(line);
      expect(Math.abs(t - 35)).toBeLessThanOrEqual(90);
      expect(more).toEqual([]);
    }
  });
});

describe("the DHT's driver", () => {
  it("passes on nothing of random pulses", async () => {
    const { board, measure } = await desk(`(function () {
      var random = ${randomBytes(13)};
      setWatch = function (callback) {
        for (var i = random() % 60; i; i--) callback({ state: false, lastTime: 1, time: 1 + random() / 1e6 });
        return 1;
      };
      clearWatch = function () {};
      return dht22(4);
    })()`);
    const lines: string[] = [];
    board.on("console", (line) => lines.push(line));
    for (let i = 1; i < 100; i++) board.type("again()\n");
    await measure();
    expect(lines).toEqual(Array.from({ length: 100 }, () => "= undefined undefined"));
  });
});

/** The values of a line; undefined for those that failed. */
function numbersOf(line: string): (number | undefined)[] {
  return line
    .slice(2)
    .split(" ")
    .map((word) => (word === "undefined" ? undefined : Number(word)));
}

/** JavaScript of a function that makes random bytes, always the same ones. */
function randomBytes(seed: number): string {
  return `(function () { var state = ${seed}; return function () {
    state = (state * 16807) % 2147483647; return (state >> 8) & 255; }; })()`;
}
