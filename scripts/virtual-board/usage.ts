/** What a board used: time awake, time of its radio, writes to flash. */

/** Since the board was made; times in ms. */
export interface Usage {
  readonly awake: number;
  /** In deep sleep. */
  readonly asleep: number;
  /** With its radio on. */
  readonly radio: number;
  /** How often it fell into deep sleep. */
  readonly sleeps: number;
  /** The longest time between a start and the deep sleep after it. */
  readonly longestAwake: number;
  /** Files written or erased. */
  readonly flashWrites: number;
  /** Bytes of them, with what the interpreter adds. */
  readonly flashBytes: number;
  /** Pages that were erased, by compactions. */
  readonly flashErases: number;
}

type State = "off" | "awake" | "asleep";

export interface Meter {
  /** The chip is in this state from now on. */
  chip(state: State): void;
  radio(isOn: boolean): void;
  readonly wrote: (bytes: number) => void;
  erased(pages: number): void;
  readonly read: () => Usage;
}

/** @param now in ms */
export function createMeter(now: () => number): Meter {
  const times: Record<State | "radio", number> = { off: 0, awake: 0, asleep: 0, radio: 0 };
  const flash = { flashWrites: 0, flashBytes: 0, flashErases: 0 };
  let state: State = "off";
  let isRadioOn = false;
  let countedAt = now();
  let startedAt = now();
  let sleeps = 0;
  let longestAwake = 0;

  function count(): void {
    const passed = now() - countedAt;
    countedAt += passed;
    times[state] += passed;
    if (isRadioOn) times.radio += passed;
  }

  return {
    chip(next) {
      count();
      if (next === "awake") startedAt = now();
      if (next === "asleep") {
        sleeps++;
        longestAwake = Math.max(longestAwake, now() - startedAt);
      }
      state = next;
    },
    radio(isOn) {
      count();
      isRadioOn = isOn;
    },
    wrote(bytes) {
      flash.flashWrites++;
      flash.flashBytes += bytes;
    },
    erased(pages) {
      flash.flashErases += pages;
    },
    read() {
      count();
      const { awake, asleep, radio } = times;
      return { awake, asleep, radio, sleeps, longestAwake, ...flash };
    },
  };
}
