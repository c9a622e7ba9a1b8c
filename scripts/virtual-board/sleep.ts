/**
 * Deep sleep, as in Espruino 2v29 (targets/esp32/jswrap_esp32.c, targets/esp8266/jswrap_esp8266.c): the chip is off until its
 * time is up, or a pin has a level. A wake is a cold boot.
 */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError, type Realm } from "./realm.ts";
import { english } from "../cli/language.ts";

/** What ends a deep sleep. */
export type Alarm =
  | {
      /** Its length, in ms. */
      readonly ms: number;
    }
  | {
      readonly pin: number;
      /** The level that wakes the chip. */
      readonly level: 0 | 1;
    };

/** Why the chip started. */
export type Start = "power" | "restart" | "timer" | "pin";

/** What `ESP32.getWakeupCause` returns. */
const CAUSES: Readonly<Record<Start, number>> = { power: 0, restart: 0, pin: 2, timer: 4 };

export interface SleepParts {
  readonly realm: Realm;
  readonly chip: ChipFacts;
  /** Why the chip started. */
  readonly start: Start;
  /** Never returns. */
  readonly sleep: (alarm: Alarm) => never;
  /** The program asks for what a chip does not do. */
  readonly fault: (text: string) => void;
  /** The GPIO number of a pin; undefined if it is none. */
  readonly toPin: (pin: unknown) => number | undefined;
}

/** The globals `ESP32` and `ESP8266`, as far as they are about sleep. */
export function sleepGlobals(parts: SleepParts): Readonly<Record<string, object>> {
  const { realm, chip, start, toPin } = parts;

  /** @param us an integer of 32 bits, as the interpreter passes it on */
  function sleepFor(us: number): never {
    if (us < 0)
      parts.fault(english`deepSleep: ${us} µs do not fit in 31 bits, and the chip would sleep for ever`);
    return parts.sleep({ ms: us < 0 ? Infinity : us / 1000 });
  }

  if (chip.asynchronous) {
    return {
      ESP8266: realm.object({
        deepSleep(micros: unknown) {
          if (!Number.isInteger(micros) || Number(micros) !== (Number(micros) | 0))
            throw new EspruinoError("Invalid microseconds");
          return sleepFor(Number(micros));
        },
        getResetInfo: () =>
          realm.object({
            reason: { power: "power on", restart: "restart", timer: "deep sleep", pin: "reset pin" }[start],
          }),
      }),
    };
  }
  return {
    ESP32: realm.object({
      deepSleep: (us: unknown) => sleepFor(Number(us) | 0),
      deepSleepExt0(pin: unknown, level: unknown) {
        const number = toPin(pin);
        if (number === undefined || !chip.wakingPins.includes(number)) throw new EspruinoError("Invalid pin");
        return parts.sleep({ pin: number, level: Number(level) === 0 ? 0 : 1 });
      },
      getWakeupCause: () => CAUSES[start],
    }),
  };
}
