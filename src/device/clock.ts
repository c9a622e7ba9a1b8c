/** The only time that the firmware knows: the interpreter's clock jumps when it is set, so ticks are counted. */

/** Time between two ticks, in ms. */
export const TICK = 1000;

/**
 * Calls back once a second.
 * @param tick gets the time since the boot, in ms
 */
export function startClock(tick: (now: number) => void): void {
  let now = 0;
  setInterval(() => tick((now += TICK)), TICK);
}
