/**
 * BME280 and BMP280 on an I2C bus: temperature in °C, air pressure in hPa, and humidity in % which only the BME280 has.
 *
 * Every measurement reads the sensor's constants again. That takes 5 ms, needs no memory in between, and serves sensors that
 * were exchanged or lost their power. Every access sets the bus up, for several buses with the one I2C of a C3.
 */

import type { Measure } from "../parts/sensor";
import { within } from "./within";

export interface Bme280Settings {
  readonly sda: Pin;
  readonly scl: Pin;
  /** 0x76 or 0x77, by its wiring. */
  readonly address: number;
}

/** Longest time of a measurement, in ms: 9.3 by the data sheet. */
const MEASUREMENT = 15;

const enum Register {
  Constants = 0x88,
  Id = 0xd0,
  HumidityConstants = 0xe1,
  /** How humidity is measured; valid once {@link Control} is written. */
  ControlHumidity = 0xf2,
  Control = 0xf4,
  Data = 0xf7,
}

const enum Id {
  Bmp280 = 0x58,
  Bme280 = 0x60,
}

/** Measures temperature and pressure once; it reads as {@link DONE} afterwards, and as anything else after a reset. */
const MEASURE = 0x25;
const DONE = 0x24;

/**
 * Humidity by the data sheet's formula.
 * @param fine the temperature in its unit
 * @param data of the registers from {@link Register.Data}
 * @param h1 the first of the constants, which lies apart
 */
type Humidity = (
  read: (register: Register, count: number) => Uint8Array,
  fine: number,
  data: Uint8Array,
  h1: number,
) => number;

function create(settings: Bme280Settings, humidity: Humidity | undefined): Measure {
  const address = settings.address;
  const failed = humidity ? [undefined, undefined, undefined] : [undefined, undefined];

  /** While this sensor measures, another may set the bus up for other pins. */
  function write(data: number | readonly number[]): void {
    I2C1.setup({ sda: settings.sda, scl: settings.scl });
    I2C1.writeTo(address, data);
  }

  function read(register: Register, count: number): Uint8Array {
    write(register);
    return I2C1.readFrom(address, count);
  }

  function result(): readonly (number | undefined)[] {
    const id = read(Register.Id, 1)[0];
    if ((id !== Id.Bme280 && id !== Id.Bmp280) || read(Register.Control, 1)[0] !== DONE) return failed;
    const data = read(Register.Data, 8);
    const word = new Int16Array(read(Register.Constants, 26).buffer);
    const raw = (at: number): number =>
      ((data[at] as number) << 12) | ((data[at + 1] as number) << 4) | ((data[at + 2] as number) >> 4);

    // The data sheet's formulas for floating point numbers. T1 and P1 have no sign.
    let x = raw(3) / 16384 - ((word[0] as number) & 65535) / 1024;
    const fine = x * (word[1] as number) + ((x * x) / 64) * (word[2] as number);
    x = fine / 2 - 64000;
    const offset = ((x * x * (word[8] as number)) / 32768 + x * (word[7] as number) * 2) / 4;
    const slope = ((word[5] as number) * x * x) / 524288 + (word[4] as number) * x;
    let p = 1048576 - raw(0) - (offset + (word[6] as number) * 65536) / 4096;
    p = (p * 6250) / ((1 + slope / 524288 / 32768) * ((word[3] as number) & 65535));
    p +=
      (((word[11] as number) * p * p) / 2147483648 +
        (p * (word[10] as number)) / 32768 +
        (word[9] as number)) /
      16;

    // Its ranges, and some for the constants of a sensor that is at their end.
    const values = [within(fine / 5120, -41, 86), within(p / 100, 299, 1101)];
    if (humidity) {
      const h1 = ((word[12] as number) >> 8) & 255;
      values.push(id === Id.Bme280 ? humidity(read, fine, data, h1) : undefined);
    }
    return values;
  }

  return (done) => {
    try {
      // Without humidity, the second byte goes to a register that a BMP280 does not have.
      write([Register.ControlHumidity, 1, Register.Control, MEASURE]);
    } catch {
      done(failed);
      return;
    }
    setTimeout(() => {
      let values: readonly (number | undefined)[] = failed;
      try {
        values = result();
      } catch {
        // It does not answer any more.
      }
      done(values);
    }, MEASUREMENT);
  };
}

/** With one that is a BMP280 in truth, as many sold as a BME280 are, humidity fails. */
export function createBme280(settings: Bme280Settings): Measure {
  return create(settings, (read, fine, data, h1) => {
    const h = read(Register.HumidityConstants, 7);
    const byte = (at: number): number => ((h[at] as number) << 24) >> 20;
    const x = fine - 76800;
    let value = ((data[6] as number) << 8) + (data[7] as number);
    value -= (byte(3) | ((h[4] as number) & 15)) * 64 + ((byte(5) | ((h[4] as number) >> 4)) / 16384) * x;
    value *=
      (((byte(1) << 4) | (h[0] as number)) / 65536) *
      (1 + ((byte(6) >> 4) / 67108864) * x * (1 + ((h[2] as number) / 67108864) * x));
    value *= 1 - (h1 * value) / 524288;
    return value < 0 ? 0 : value > 100 ? 100 : value;
  });
}

export function createBmp280(settings: Bme280Settings): Measure {
  return create(settings, undefined);
}
