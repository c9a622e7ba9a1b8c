import { describe, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { crc8 } from "../../../scripts/virtual-board/ds18b20.ts";
import { ALL_CHIPS, bench, output } from "./lib.ts";

/** Prints what a function returns or throws. */
const TRY = `function attempt(f) { try { print("" + f()); } catch (e) { print(e.toString()); } }`;

describe("OneWire", () => {
  const THREE = `var bus = new OneWire(5);`;

  it("finds the sensors of a pin in order, with right check sums", async () => {
    const { board, lines } = await bench(`${THREE} function find() { print(bus.search().join()); }`);
    board.sensors.connect(
      5,
      Array.from({ length: 8 }, () => "ds18b20" as const),
    );
    board.type("find()\n");
    await board.clock.advance(1);
    const found = (lines[0] ?? "").split(",");
    expect(found).toHaveLength(8);
    expect(new Set(found).size).toBe(8);
    for (const address of found) {
      expect(address).toMatch(/^28/);
      expect(crc8([...Buffer.from(address, "hex")])).toBe(0);
    }
    [0, 1, 2].forEach((index) => board.sensors.disturb(5, "away", index));
    board.type("find()\n");
    await board.clock.advance(1);
    expect(lines[1]).toBe(found.slice(3).join());
  });

  it("finds none on an empty, a stuck or an input-only pin", async () => {
    const { board, lines } = await bench(
      `${THREE} function look(bus) { print(bus.reset(), bus.search().length, bus.read(), bus.read(2).join()); }
      look(new OneWire(34));`,
    );
    board.sensors.disturb(5, "away");
    board.type("look(bus)\n");
    board.sensors.disturb(5, "stuck");
    board.type("look(bus)\n");
    await board.clock.advance(1);
    expect(lines.filter((line) => /^(true|false)/.test(line))).toEqual([
      "false 0 255 255,255",
      "false 0 255 255,255",
      "true 0 0 0,0",
    ]);
  });

  it("is out of order on an inverted pin [chip F27]", async () => {
    expect(await output(`print(new OneWire(D0).reset()); print("done");`)).toEqual([
      "ERROR: jshPinSetState: can't do Open Drain on negated pin",
      "false",
    ]);
  });

  it("throws at an address that is none", async () => {
    expect(
      await output(`${TRY} attempt(function () { new OneWire(5).select("28"); }); print("done");`),
    ).toEqual(['TypeError: Invalid OneWire device address "28"']);
  });

  it("reads 85 °C until a sensor has measured, which takes 750 ms at 12 bits and 94 ms at 9", async () => {
    const { board, lines } = await bench(
      `${THREE}
      function read() { bus.reset(); bus.skip(); bus.write(0xBE); var b = bus.read(9); print((b[0] + b[1] * 256) / 16, b[4]); }
      function convert(wait) { bus.reset(); bus.skip(); bus.write(0x44, true); setTimeout(read, wait); }
      function bits(config) { bus.reset(); bus.skip(); bus.write([0x4E, 1, 2, config]); }
      read(); convert(749);
      setTimeout(function () { convert(750); }, 1000);
      setTimeout(function () { bits(0x1F); convert(93); }, 2000);
      setTimeout(function () { convert(94); }, 3000);`,
      { clock: createClock(0) },
    );
    board.sensors.set(5, "temperature", 21.3);
    await board.clock.advance(1900);
    board.sensors.set(5, "temperature", 30.4);
    await board.clock.advance(1500);
    expect(lines).toEqual(["85 127", "85 127", "21.3125 127", "21.3125 31", "30.5 31"]);
  });

  it("mixes the bits of sensors that talk at once", async () => {
    const { board, lines } = await bench(
      `${THREE} function both() { bus.reset(); bus.skip(); bus.write(0xBE); print(bus.read(9).join()); }
       function each() { bus.search().forEach(function (rom) { bus.select(rom); bus.write(0x44); }); }
       setTimeout(each, 1); setTimeout(both, 1000);`,
      { clock: createClock(0) },
    );
    board.sensors.connect(5, ["ds18b20", "ds18b20"]);
    board.sensors.set(5, "temperature", 7, 0); // 0x70
    board.sensors.set(5, "temperature", 12, 1); // 0xC0
    await board.clock.advance(1100);
    expect(lines[0]).toMatch(/^64,0,/);
  });
});

describe("I2C", () => {
  const MISSING = `${TRY}
    attempt(function () { return I2C1.writeTo(0x76); });
    attempt(function () { return I2C1.writeTo(0x76, 0xD0); });
    I2C1.setup({ sda: 4, scl: 5 });
    attempt(function () { return I2C1.writeTo(0x50, 0xD0); });
    attempt(function () { return I2C1.readFrom(0x50, 1); });
    attempt(function () { return I2C1.readFrom(0x50, 0); });
    attempt(function () { return I2C1.readReg(0x50, 0, 1); });
    attempt(function () { return I2C1.readReg(0x76, 0xD0, 1); });
    attempt(function () { I2C1.writeTo({ address: 0x76, stop: false }, [0xD0]); return I2C1.readFrom(0x76, 2); });
    attempt(function () { I2C1.setup({ sda: 4, scl: 5, bitrate: 99 }); });
    print("done");`;

  it.each(["esp32", "esp32c3", "esp32s3"] as const)("throws on %s if no device answers", async (chip) => {
    expect(await output(MISSING, { chip })).toEqual([
      "undefined",
      "Error: jshI2CWrite:, unknown error code 259",
      "Error: jshI2CWrite: slave doesn't ACK the transfer",
      "Error: jshI2CRead: slave doesn't ACK the transfer",
      "undefined",
      "Error: jshI2CWrite: slave doesn't ACK the transfer",
      "96",
      "96,0",
      "Error: Invalid I2C bitrate",
    ]);
  });

  it("throws on an ESP8266 if no device answers", async () => {
    expect(await output(MISSING, { chip: "esp8266" })).toEqual([
      "undefined",
      "InternalError: I2CWrite: No ACK 0",
      "InternalError: I2CWrite: No ACK 0",
      "InternalError: I2CRead: No ACK 0",
      "undefined",
      "InternalError: I2CWrite: No ACK 0",
      "96",
      "96,0",
      "Error: Invalid I2C bitrate",
    ]);
  });

  it("blocks an ESP32 for a second if its bus is stuck; an ESP8266 reads zeros [chip F54]", async () => {
    const script = `${TRY} I2C1.setup({ sda: 4, scl: 5 });
      setTimeout(function () { var start = getTime(); attempt(function () { return I2C1.readFrom(0x76, 2); });
        print(Math.round(getTime() - start)); print("done"); }, 10);`;
    const stuck = async (chip: "esp32" | "esp8266") => {
      const { board, lines, seen } = await bench(script, { chip });
      board.sensors.disturb(4, "stuck");
      await seen("done");
      return lines.slice(0, -1);
    };
    expect(await stuck("esp32")).toEqual([
      "Error: jshI2CRead:, Operation timeout because the bus is busy",
      "1",
    ]);
    expect(await stuck("esp8266")).toEqual(["0,0", "0"]);
  });

  it("in software does not notice that a device is missing", async () => {
    const script = `${TRY} var bus = new I2C(); bus.setup({ sda: 4, scl: 5 });
      attempt(function () { bus.writeTo(0x50, 1); return bus.readFrom(0x50, 2); });
      attempt(function () { bus.writeTo(0x76, 0xD0); return bus.readFrom(0x76, 1); });
      print("done");`;
    expect(await output(script)).toEqual(["255,255", "96"]);
  });

  it("refuses pins that the chip cannot drive", async () => {
    const script = `${TRY} attempt(function () { I2C1.setup({ sda: 34, scl: 22 }); }); print("done");`;
    expect(await output(script)).toEqual([
      "E gpio: io_num=34 can only be input",
      "Error: jshI2CSetup: Invalid arguments",
    ]);
  });

  it("has ports and default pins by the chip [chip F34]", async () => {
    const script = `print(typeof I2C2, I2C.find(8) === I2C1, I2C.find(21) === I2C1, I2C.find(16) === global.I2C2, I2C.find(5)); print("done");`;
    const lines = await Promise.all(
      ALL_CHIPS.map(async (chip) => [chip, ...(await output(script, { chip }))]),
    );
    expect(Object.fromEntries(lines)).toEqual({
      esp32: "object false true true undefined",
      esp32c3: "undefined true false true undefined",
      esp32s3: "object true false false undefined",
      esp8266: "undefined false false true undefined",
    });
  });
});

describe("a BME280", () => {
  const BUS = `I2C1.setup({ sda: 21, scl: 22 });
    function set(register, value) { I2C1.writeTo(0x76, register, value); }
    function get(register, count) { I2C1.writeTo(0x76, register); return I2C1.readFrom(0x76, count).join(); }
    function show(name) { print(name, get(0xF3, 2), get(0xF7, 8)); }`;

  it("measures once when it is told to, and is busy until then", async () => {
    const { board, lines } = await bench(
      `${BUS} show("off"); set(0xF2, 1); set(0xF4, 0x25); show("busy");
      setTimeout(function () { show("busy"); }, 9); setTimeout(function () { show("done"); }, 10);`,
      { clock: createClock(0) },
    );
    await board.clock.advance(20);
    expect(lines.slice(0, 3)).toEqual([
      "off 0,0 128,0,0,128,0,0,128,0",
      "busy 8,37 128,0,0,128,0,0,128,0",
      "busy 8,37 128,0,0,128,0,0,128,0",
    ]);
    expect(lines[3]).toMatch(/^done 0,36 (?!128,0,0)/);
  });

  it("forgets everything when it is reset or loses its power", async () => {
    const { board, lines } = await bench(
      `${BUS} set(0xF4, 0x27); setTimeout(function () { show("on"); set(0xE0, 0xB6); show("reset"); set(0xF4, 0x27); }, 20);
      setTimeout(function () { show("gone"); }, 50);`,
      { clock: createClock(0) },
    );
    await board.clock.advance(40);
    board.sensors.disturb(21, "away");
    board.sensors.disturb(21, undefined);
    await board.clock.advance(20);
    expect(lines[0]).toMatch(/^on 0,39 (?!128,0,0)\S+,128,0$/); // humidity was never asked for
    expect(lines.slice(1)).toEqual(["reset 0,0 128,0,0,128,0,0,128,0", "gone 0,0 128,0,0,128,0,0,128,0"]);
  });

  it("converts as the data sheet's example does", async () => {
    const { board, lines } = await bench(
      `${BUS} setTimeout(function () { set(0xF4, 0xB5); }, 1); setTimeout(function () { print(get(0xF7, 6)); }, 100);`,
      { clock: createClock(0) },
    );
    board.sensors.set(21, "temperature", 25.0825);
    board.sensors.set(21, "pressure", 1006.5327);
    await board.clock.advance(100);
    const [p0 = 0, p1 = 0, p2 = 0, t0 = 0, t1 = 0, t2 = 0] = (lines[0] ?? "").split(",").map(Number);
    expect(Math.abs((t0 << 12) + (t1 << 4) + (t2 >> 4) - 519888)).toBeLessThan(20);
    expect(Math.abs((p0 << 12) + (p1 << 4) + (p2 >> 4) - 415148)).toBeLessThan(20);
  });
});

describe("a DHT", () => {
  /** As Espruino's own modules ask: the watch comes before the wire is let go. */
  const ASK = (low: number) => `
    var bits = "";
    digitalWrite(D4, 0); pinMode(D4, "output");
    var watch = setWatch(function (e) { bits += e.time - e.lastTime > 0.00005 ? 1 : 0; }, D4, { edge: "falling", repeat: true });
    setTimeout(function () { pinMode(D4, "input_pullup"); pinMode(D4); }, ${low});
    setTimeout(function () { clearWatch(watch); print(bits.substr(-40)); print("done"); }, 50);`;
  const DHT22 = "0000000111110100" + "0000000011010010" + "11000111";
  const DHT11 = "0011001000000000" + "0001010100000000" + "01000111";

  /** What a program prints in 100 ms of the board's time. */
  async function heard(program: string, chip: "esp32" | "esp8266"): Promise<string[]> {
    const { board, lines } = await bench(program, { chip, clock: createClock(0) });
    await board.clock.advance(100);
    return lines;
  }

  it("answers a low level with its bits", async () => {
    expect(await heard(ASK(1), "esp32")).toEqual([DHT22, "done"]);
    expect(await heard(ASK(1), "esp8266")).toEqual([DHT22, "done"]);
    expect(await heard(ASK(20), "esp8266")).toEqual([DHT11, "done"]);
  });

  it("on an ESP32 is let go of by the watch, too early for a DHT11 [chip F53]", async () => {
    expect(await heard(ASK(20), "esp32")).toEqual([DHT22, "done"]);
    const { board, lines } = await bench(`function ask() { ${ASK(20)} }`, { clock: createClock(0) });
    board.sensors.connect(4, ["dht11"]);
    board.type("ask()\n");
    await board.clock.advance(100);
    expect(lines).toEqual(["", "done"]);
  });

  it("does not answer where nothing watches, and is no input then", async () => {
    const { board, lines } = await bench(
      `digitalWrite(4, 0); setTimeout(function () { print(digitalRead(4)); }, 5);`,
      { clock: createClock(0) },
    );
    await board.clock.advance(10);
    expect(lines).toEqual(["0"]);
    expect(board.inputs().map(({ id }) => id)).toEqual(["level 4"]);
  });

  it("can be set like the other sensors that a program reads", async () => {
    const { board } = await bench(
      `${ASK(1)} new OneWire(5).search().length; var bus = new OneWire(18);
       setTimeout(function () { bus.reset(); bus.skip(); bus.write(0x44); I2C1.setup({ sda: 21, scl: 22 }); I2C1.writeTo(0x77, 0xF4, 0x25); }, 5);`,
      { clock: createClock(0) },
    );
    board.sensors.connect(18, [undefined, "ds18b20"]);
    board.sensors.connect(21, [undefined, "bmp280"]);
    await board.clock.advance(100);
    expect(board.inputs().map(({ id, value, unit }) => `${id}: ${value} ${unit}`)).toEqual([
      "temperature 4: 21 °C",
      "humidity 4: 50 %",
      "temperature 18 1: 21 °C",
      "temperature 21 1: 21 °C",
      "pressure 21 1: 1013.2 hPa",
    ]);
    board.turn("temperature 18 1", -55);
    expect(() => board.turn("temperature 18 1", -56)).toThrow("must be from -55 to 125");
  });
});
