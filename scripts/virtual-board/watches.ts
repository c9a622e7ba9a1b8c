/** `setWatch` and `clearWatch`: calls back when the level of an input changes. */
import type { ChipFacts } from "./chips.ts";
import type { Loop } from "./loop.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";

export interface Watches {
  readonly setWatch: Fn;
  readonly clearWatch: Fn;
  levelChanged(pin: number, level: 0 | 1): void;
  /** Whether a watch on the pin sees short pulses. */
  isFast(pin: number): boolean;
  /**
   * Pulses that arrived at the chip too fast for the program. A watch that debounces sees none of them.
   * @param start when the level began to be high, in ms by the chip's own clock
   * @param times how long the levels lasted, in µs
   */
  pulses(pin: number, start: number, times: readonly number[]): void;
}

export interface WatchParts {
  readonly realm: Realm;
  readonly loop: Loop;
  /** The chip's own clock, in ms since 1970. */
  readonly now: () => number;
  readonly toPin: (value: unknown) => number | undefined;
  readonly chip: ChipFacts;
  /** Whether the interpreter knows the pin; prints an error if not. */
  readonly isKnown: (pin: number) => boolean;
  /** The level as the program reads it. */
  readonly levelOf: (pin: number) => 0 | 1;
  /** Registers that the program reads a pin's level. */
  readonly lookAt: (pin: number) => void;
  /** A pin has a watch from now on. */
  readonly watched: (pin: number) => void;
  readonly print: (line: string) => void;
}

interface Watch {
  readonly pin: number;
  readonly edge: string;
  readonly repeat: boolean;
  /** How long a level must hold to count, in ms. */
  readonly debounce: number;
  readonly callback: Fn;
  state: 0 | 1;
  lastTime: number | undefined;
  cancel: () => void;
}

const REFUSED =
  "WARNING: Unable to set watch. You may already have a watch on a pin with the same number (eg. A0 and B0),\n" +
  "or this pin cannot be used with watch";
/** Default debounce of a pin that Espruino's board file calls a button, in ms. */
const BUTTON_DEBOUNCE = 25;

export function createWatches(parts: WatchParts): Watches {
  const { realm, loop, now, toPin, chip, isKnown, levelOf, lookAt, watched, print } = parts;
  const watches = new Map<number, Watch>();

  function setWatch(callback: unknown, target: unknown, options?: unknown): number | undefined {
    const pin = toPin(target);
    if (pin === undefined) {
      print("ERROR: Invalid pin");
      return undefined;
    }
    if (chip.unwatchedPins.includes(pin)) {
      print(REFUSED);
      return undefined;
    }
    if (typeof callback !== "function") throw new EspruinoError("Function or String not supplied!");
    const isUsable = isKnown(pin);
    if (isUsable) lookAt(pin);
    const isButton = pin === chip.namedPins["BTN1"];
    const given = (typeof options === "object" ? options : { repeat: options }) as Record<
      string,
      unknown
    > | null;
    const id = Math.max(0, ...watches.keys()) + 1;
    watches.set(id, {
      pin,
      edge: typeof given?.["edge"] === "string" ? given["edge"] : isButton ? "rising" : "both",
      repeat: given?.["repeat"] === true,
      debounce: Number(given?.["debounce"] ?? (isButton ? BUTTON_DEBOUNCE : 0)) || 0,
      callback: callback as Fn,
      state: levelOf(pin),
      lastTime: undefined,
      cancel: () => undefined,
    });
    if (isUsable) watched(pin);
    return id;
  }

  /** @param time in s */
  function fire(id: number, watch: Watch, state: 0 | 1, time = now() / 1000): void {
    if (state === watch.state || watches.get(id) !== watch) return;
    watch.state = state;
    const { lastTime } = watch;
    watch.lastTime = time;
    if (watch.edge !== "both" && watch.edge !== (state === 1 ? "rising" : "falling")) return;
    if (!watch.repeat) watches.delete(id);
    const details = realm.object({ state: state === 1, lastTime, time, pin: watch.pin });
    loop.queue(() => void realm.call(watch.callback, undefined, details));
  }

  return {
    setWatch,
    clearWatch(...ids) {
      if (ids.length === 0) {
        watches.clear();
        return;
      }
      if (ids[0] === undefined) {
        throw new EspruinoError("clearWatch(undefined) not allowed. Use clearWatch() instead");
      }
      if (!watches.delete(Number(ids[0]))) throw new EspruinoError(`Unknown Watch ${Number(ids[0])}`);
    },
    levelChanged(pin, level) {
      for (const [id, watch] of watches) {
        if (watch.pin !== pin || pin >= chip.deadFrom) continue;
        watch.cancel();
        if (watch.debounce <= 0) fire(id, watch, level);
        else watch.cancel = loop.after(watch.debounce, () => fire(id, watch, level));
      }
    },
    isFast: (pin) => [...watches.values()].some((watch) => watch.pin === pin && watch.debounce <= 0),
    pulses(pin, start, times) {
      for (const [id, watch] of watches) {
        if (watch.pin !== pin || watch.debounce > 0) continue;
        let at = start;
        fire(id, watch, 1, at / 1000);
        times.forEach((time, index) => {
          at += time / 1000;
          fire(id, watch, index % 2 === 0 ? 0 : 1, at / 1000);
        });
      }
    },
  };
}
