/** DS18B20 thermometers: temperature in °C, in sixteenths, of one or several on a 1-Wire bus. */

import type { Measure } from "../parts/sensor";
import { within } from "./within";

export interface Ds18b20Settings {
  /** A pin that the chip can drive low and read, and does not invert. */
  readonly pin: Pin;
}

/** Time of a measurement in ms: 750 at most by the data sheet, and some for copies. */
const CONVERSION = 800;
/** Wi-Fi delays a bit now and then, and the sum is wrong. */
const TRIES = 3;
/** What a sensor has in its memory until it has measured: 85 °C. It had no power in between. */
const NOT_MEASURED = 85;

const enum Command {
  Convert = 0x44,
  Read = 0xbe,
}

/** Starts a measurement of all sensors on the bus. */
function convert(bus: OneWire): void {
  bus.reset();
  bus.skip();
  bus.write(Command.Convert, true); // those without a supply of their own live on the pin's level
}

/** @param select addresses a sensor */
function read(bus: OneWire, select: () => void): number | undefined {
  for (let left = TRIES; left; left--) {
    select();
    bus.write(Command.Read);
    const bytes = bus.read(9);
    let sum = 0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 8; bit; bit--) sum = (sum >> 1) ^ (sum & 1 ? 0x8c : 0);
    }
    // Five bits of the configuration are always 1, unlike those of a wire that is held low.
    if (!sum && ((bytes[4] as number) & 31) === 31) {
      const value = (((bytes[1] as number) << 24) >> 20) + (bytes[0] as number) / 16;
      return value === NOT_MEASURED ? undefined : within(value, -55, 125);
    }
  }
  return undefined;
}

/** The only sensor on a pin. Another one may take its place at any time. */
export function createDs18b20(settings: Ds18b20Settings): Measure {
  const bus = new OneWire(settings.pin);
  return (done) => {
    convert(bus);
    setTimeout(() => {
      done([
        read(bus, () => {
          bus.reset();
          bus.skip();
        }),
      ]);
    }, CONVERSION);
  };
}

export interface Ds18b20BusSettings extends Ds18b20Settings {
  /** Number of sensors, 2 or more. */
  readonly count: number;
}

/**
 * Several sensors on a pin, in the order in which a search finds them. Nothing is measured until all have been found: of
 * fewer, it cannot be told which is missing.
 */
export function createDs18b20Bus(settings: Ds18b20BusSettings): Measure {
  const bus = new OneWire(settings.pin);
  const count = settings.count;
  let sensors: readonly string[] = [];
  return (done) => {
    if (sensors.length < count) sensors = bus.search().filter((address) => address.startsWith("28"));
    convert(bus);
    setTimeout(() => {
      done(
        sensors.length < count
          ? new Array<undefined>(count).fill(undefined)
          : sensors.slice(0, count).map((address) => read(bus, () => bus.select(address))),
      );
    }, CONVERSION);
  };
}
