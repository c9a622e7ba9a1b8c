/** Stand-ins, in Espruino's own JavaScript, for 1-Wire and I2C with the virtual board's sensors on them. */

import type { Chip } from "../../src/board.ts";
import { createBme280, type Bme280 } from "../../scripts/virtual-board/bme280.ts";
import type { Climate } from "../exchanges/exchange.ts";

/** What every pin measures until it is set. */
const REST: Climate = { temperature: 210, humidity: 500 };
/** Until it is set, in tenths of hPa. */
const PRESSURE = 10_132;

/**
 * What the sensors of a pin send, for the stand-ins: the bits of a DHT22 and of a DHT11, the sixteenths of °C of a DS18B20,
 * and the bytes of a BME280, with spaces between.
 */
export function encodeClimate(climate: Climate): string {
  const sixteenths = Math.round(climate.temperature * 1.6);
  return [dht22Bits(climate), dht11Bits(climate), sixteenths, bme280Bytes(climate, 0xf7, 8)].join(" ");
}

/** The bits a DHT22 sends: humidity, temperature and checksum, as in its data sheet. */
function dht22Bits({ temperature, humidity }: Climate): string {
  const words = [humidity, Math.abs(temperature) + (temperature < 0 ? 0x8000 : 0)];
  return bits(words.flatMap((word) => [word >> 8, word & 255]));
}

/** The bits a DHT11 sends: as whole numbers and tenths. */
function dht11Bits({ temperature, humidity }: Climate): string {
  const size = Math.abs(temperature);
  return bits([
    Math.round(humidity / 10),
    0,
    Math.trunc(size / 10),
    (size % 10) + (temperature < 0 ? 128 : 0),
  ]);
}

function bits(bytes: readonly number[]): string {
  const sum = bytes.reduce((all, byte) => all + byte, 0) & 255;
  return [...bytes, sum].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

/** What a BME280 has in some of its registers after a measurement. */
function bme280Bytes(
  { temperature, humidity, pressure = PRESSURE }: Climate,
  first: number,
  count: number,
): string {
  let now = 0;
  const measured = { temperature: temperature / 10, humidity: humidity / 10, pressure: pressure / 10 };
  const sensor: Bme280 = createBme280({ hasHumidity: true, measure: () => measured, now: () => now });
  sensor.write([0xf2, 1, 0xf4, 0x25]);
  now = 100;
  sensor.write([first]);
  return sensor.read(count).join();
}

/**
 * Defines `OneWire` and `I2C1`. Each pin has one DS18B20 and, as the data pin of a bus, one BME280 at 0x76; more of both are
 * there once they are set. `climates["4 0"]` holds what is set for the first one of pin 4; empty: it is away. Only a
 * DS18B20 takes its time to measure, by a function `now()` in ms.
 */
export function sensorStandIns(chip: Chip): string {
  const failed = (what: string) =>
    chip === "esp8266"
      ? `throw new InternalError("I2C${what}: No ACK 0")`
      : `throw new Error("jshI2C${what}: slave doesn't ACK the transfer")`;
  return `
  var climates = {}, pads = {};
  function sent(pin, index, part) {
    var climate = climates[pin + " " + index];
    if (climate === undefined) climate = index > 0 ? "" : "${encodeClimate(REST)}";
    return climate && climate.split(" ")[part];
  }
  function checked(bytes) {
    var sum = 0;
    bytes.forEach(function (byte) {
      for (var i = 0; i < 8; i++) sum = (sum >> 1) ^ (((sum ^ (byte >> i)) & 1) ? 0x8c : 0);
    });
    return bytes.concat([sum]);
  }
  OneWire = function (target) {
    var pin = 0 | target, chosen = [], out = [];
    this.search = function () {
      var found = [];
      for (var i = 0; i < 8; i++) if (sent(pin, i, 2)) found.push("280000000000000" + i);
      return found;
    };
    this.reset = function () {
      chosen = [];
      out = [];
      return this.search().length > 0;
    };
    this.skip = function () { chosen = this.search(); };
    this.select = function (rom) {
      chosen = this.search().filter(function (found) { return found == rom; });
    };
    this.write = function (data) {
      if (data == 0x44) chosen.forEach(function (rom) {
        var value = parseInt(sent(pin, rom[15], 2));
        pads[pin + rom] = { before: (pads[pin + rom] || { now: 1360 }).now, now: value, at: now() + 750 };
      });
      if (data != 0xBE || !chosen.length) return;
      var pad = pads[pin + chosen[0]] || { before: 1360, now: 1360, at: 0 };
      var value = now() < pad.at ? pad.before : pad.now;
      out = checked([value & 255, (value >> 8) & 255, 75, 70, 127, 255, 16 - (value & 15), 16]);
    };
    this.read = function (count) {
      var bytes = new Uint8Array(count);
      bytes.fill(255);
      bytes.set(out.splice(0, count));
      return bytes;
    };
  };
  // On a bus the pointer is the sensor's, but no program reads two of them by turns.
  var sda, pointer = 0, image = [${bme280Bytes(REST, 0, 256)}];
  I2C1 = {
    setup: function (options) { sda = 0 | options.sda; },
    writeTo: function (address, data) {
      if (!sent(sda, address - 0x76, 3)) ${failed("Write")};
      pointer = typeof data == "number" ? data : data[0];
    },
    readFrom: function (address, count) {
      var bytes = sent(sda, address - 0x76, 3);
      if (!bytes) ${failed("Read")};
      var all = image.slice(0, 0xF7).concat(bytes.split(",").map(function (byte) { return parseInt(byte); }));
      return new Uint8Array(all.slice(pointer, pointer + count));
    }
  };`;
}
