/** A buzzer. */

export interface Buzzer {
  /** Takes `on`, `off`, `short` and `long`; false for anything else. */
  obey(argument: string): boolean;
  isOn(): boolean;
}

/** Length of the sound after `short` and `long`, in ms. */
const SHORT = 200;
const LONG = 1000;

/**
 * @param write sounds it, or not
 * @param after calls back once after a time in ms
 */
export function createBuzzer(
  write: (on: boolean) => void,
  after: (ms: number, callback: () => void) => void,
): Buzzer {
  let isOn = false;
  /** Counts the commands, so that a new one replaces the end of the one before. */
  let turn = 0;

  function sound(on: boolean): void {
    isOn = on;
    turn++;
    write(on);
  }

  sound(false);

  return {
    obey(argument) {
      const time = argument === "short" ? SHORT : argument === "long" ? LONG : 0;
      if (!time && argument !== "on" && argument !== "off") return false;
      sound(argument !== "off");
      const own = turn;
      if (time) {
        after(time, () => {
          if (turn === own) sound(false);
        });
      }
      return true;
    },
    isOn: () => isOn,
  };
}
