/** A relay, a valve, a pump: on or off. */

export interface Switch {
  /** False if it does not take the argument. */
  obey(argument: string): boolean;
  isOn(): boolean;
  /** Time passed: switches off what has been on for too long. @param age since the boot, in ms */
  tick(age: number): void;
}

/**
 * @param write switches its pin
 * @param isOn its state at the boot
 * @param changed gets each new state
 * @param longest time after which it goes off by itself, in ms; 0: never. It counts from when it was switched on: a second
 * `on` does not prolong it.
 * @param expired it went off by itself
 */
export function createSwitch(
  write: (on: boolean) => void,
  isOn: boolean,
  changed: (on: boolean) => void,
  longest: number,
  expired: () => void,
): Switch {
  /** Age of the board when the switch was first seen on; negative: not yet. */
  let since = -1;

  function set(on: boolean): void {
    if (on !== isOn) since = -1;
    isOn = on;
    write(on);
    changed(on);
  }

  write(isOn);

  return {
    obey(argument) {
      const isOurs = argument === "on" || argument === "off" || argument === "toggle";
      if (isOurs) set(argument === "toggle" ? !isOn : argument === "on");
      return isOurs;
    },
    isOn: () => isOn,
    tick(age) {
      if (!longest || !isOn) return;
      if (since < 0) since = age;
      else if (age - since >= longest) {
        set(false);
        expired();
      }
    },
  };
}
