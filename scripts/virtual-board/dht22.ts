/** `require("DHT22")`: the results of Espruino's module, without the pulses on the wire. */
import type { ChipFacts } from "./chips.ts";
import type { Inputs } from "./inputs.ts";
import type { Loop } from "./loop.ts";
import type { Realm } from "./realm.ts";

export interface Dht22Parts {
  readonly realm: Realm;
  readonly loop: Loop;
  readonly inputs: Inputs;
  readonly chip: ChipFacts;
  /** Whether there is a sensor on a pin. */
  readonly isThere: (pin: number) => boolean;
}

/** How long a reading takes, and the pause before a retry, in ms. */
const READING = 50;
const PAUSE = 500;
/** Default number of tries. */
const TRIES = 10;

const TEMPERATURE = {
  quantity: "temperature",
  least: -40,
  most: 80,
  step: 0.1,
  unit: "°C",
  rest: 21,
} as const;
const HUMIDITY = { quantity: "humidity", least: 0, most: 100, step: 0.1, unit: "%", rest: 50 } as const;

export function createDht22({ realm, loop, inputs, chip, isThere }: Dht22Parts): Record<string, unknown> {
  /** The sensor's bits after the start bits; empty without a sensor, or if its pin cannot be pulled low to ask it. */
  function answerOf(pin: number): string {
    if (!isThere(pin) || chip.inputOnly.includes(pin)) return "";
    const tenths = ({ quantity, rest }: typeof TEMPERATURE | typeof HUMIDITY) =>
      Math.round(inputs.value(quantity, pin, rest) * 10);
    const temperature = tenths(TEMPERATURE);
    const words = [tenths(HUMIDITY), Math.abs(temperature) + (temperature < 0 ? 0x8000 : 0)];
    const bytes = words.flatMap((word) => [word >> 8, word & 255]);
    const sum = bytes.reduce((all, byte) => all + byte, 0) & 255;
    return [...bytes, sum].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  }

  function read(target: unknown, callback: unknown, tries: number): void {
    const pin = Number(target);
    for (const quantity of [TEMPERATURE, HUMIDITY]) inputs.found({ ...quantity, pin });
    realm.call(realm.evaluate("digitalWrite"), undefined, target, 0);
    loop.after(READING, () => {
      const bits = answerOf(pin);
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
