/**
 * DHT11 and DHT22 (AM2302): temperature in °C and relative humidity in %, on one wire.
 *
 * The sensor answers a long low level with 40 bits. Each begins with 50 µs low; it is a 1 if the wire then stays high for
 * 70 µs, and a 0 if for 26 µs. The interrupts of a watch note the times, so no JavaScript has to keep up.
 */

import type { Measure } from "../parts/sensor";

export interface DhtSettings {
  /** A pin that the chip can drive and watch, and does not invert. */
  readonly pin: Pin;
}

/** Time that the bits take, and their events to be handled, in ms. */
const FRAME = 30;
const BITS = 40;
/** A high level that is longer makes the bit a 1, in s. */
const ONE = 5e-5;
/** Wi-Fi delays an interrupt now and then, and the sum is wrong. */
const TRIES = 3;
/** Time that the sensor takes until it can measure again, in ms. */
const REST = 2000;

/** Makes temperature and humidity of the first four bytes; NaN if these cannot be a sensor's of that kind. */
type Decode = (bytes: readonly number[]) => readonly [temperature: number, humidity: number];

/** @param start how long the wire is held low, in ms */
function createDht(pin: Pin, start: number, decode: Decode): Measure {
  return (done) => {
    let left = TRIES;
    function ask(): void {
      let bits = "";
      digitalWrite(pin, 0);
      pinMode(pin, "output");
      setTimeout(() => {
        // On an ESP32 this lets go of the wire. The sensor answers after 20 µs, when a watch set later would miss it.
        const watch = setWatch(
          (edge) => {
            bits += edge.time - edge.lastTime > ONE ? 1 : 0;
          },
          pin,
          { edge: "falling", repeat: true },
        );
        pinMode(pin, "input_pullup"); // here an ESP8266 does
        setTimeout(() => {
          clearWatch(watch);
          const frame = bits.slice(-BITS); // the first edges belong to no bit
          const bytes = [0, 8, 16, 24, 32].map((at) => parseInt(frame.substring(at, at + 8), 2));
          const sum =
            (bytes[0] as number) + (bytes[1] as number) + (bytes[2] as number) + (bytes[3] as number);
          const values = decode(bytes);
          const isRight =
            frame.length === BITS &&
            sum > 0 && // it is 0 if the wire only rattles
            (sum & 255) === bytes[4] &&
            Math.abs(values[0] - 20) <= 60 &&
            values[1] <= 100;
          if (isRight) done(values);
          else if (--left) setTimeout(ask, REST);
          else done([undefined, undefined]);
        }, FRAME);
      }, start);
    }
    ask();
  };
}

/** Temperature −20 to 60 °C, in tenths or, of older ones, whole; humidity 5 to 95 %. */
export function createDht11(settings: DhtSettings): Measure {
  return createDht(settings.pin, 19, (bytes) => {
    const tenths = bytes[3] as number;
    const temperature = (bytes[2] as number) + (tenths & 127) / 10;
    const humidity = bytes[0] as number; // the high byte of a DHT22's, which is 3 at most
    return [tenths > 127 ? -temperature : temperature, humidity < 5 ? NaN : humidity];
  });
}

/** Temperature −40 to 80 °C, humidity 0 to 100 %, both in tenths. */
export function createDht22(settings: DhtSettings): Measure {
  return createDht(settings.pin, 2, (bytes) => {
    const high = bytes[2] as number;
    const temperature = ((high & 127) * 256 + (bytes[3] as number)) / 10;
    return [
      high > 127 ? -temperature : temperature,
      ((bytes[0] as number) * 256 + (bytes[1] as number)) / 10,
    ];
  });
}
