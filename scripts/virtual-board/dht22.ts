/** `require("DHT22")`: the results of Espruino's module, without the pulses on the wire. */
import type { ChipFacts } from "./chips.ts";
import { dhtBits } from "./dht.ts";
import type { Loop } from "./loop.ts";
import type { Realm } from "./realm.ts";
import type { Sensors } from "./sensors.ts";

export interface Dht22Parts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly sensors: Sensors;
  readonly chip: ChipFacts;
}

/** How long a reading takes, and the pause before a retry, in ms. */
const READING = 50;
const PAUSE = 500;
/** Default number of tries. */
const TRIES = 10;

export function createDht22({ realm, loop, sensors, chip }: Dht22Parts): Record<string, unknown> {
  function read(target: unknown, callback: unknown, tries: number): void {
    const pin = Number(target);
    realm.call(realm.evaluate("digitalWrite"), undefined, target, 0);
    loop.after(READING, () => {
      // A pin that cannot be pulled low cannot ask it.
      const bits = chip.inputOnly.includes(pin) ? "" : dhtBits(sensors.at(pin, 0, "dht22"));
      // Espruino's module treats a sum of 0 as no answer.
      if (bits.includes("1"))
        loop.queue(() => void realm.call(callback, undefined, realm.object(readingOf(bits))));
      else if (tries > 1) loop.after(PAUSE, () => read(target, callback, tries - 1));
      else {
        const failure = { err: true, checksumError: false, raw: "", temp: -1, rh: -1 };
        loop.queue(() => void realm.call(callback, undefined, realm.object(failure)));
      }
    });
  }

  return realm.object({
    connect: (pin: unknown) =>
      realm.object({
        pin,
        read: (callback: unknown, tries: unknown) => read(pin, callback, Number(tries) || TRIES),
      }),
  });
}

/** Calculates like the module, to get the same last digits. */
function readingOf(bits: string): Record<string, unknown> {
  const number = (from: number, length: number) => parseInt(bits.substring(from, from + length), 2);
  const sign = bits.charAt(16) === "1" ? 1 : 0;
  return { raw: `00${bits}`, rh: number(0, 16) * 0.1, temp: number(17, 15) * 0.2 * (0.5 - sign) };
}
