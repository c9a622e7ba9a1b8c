/**
 * The program's two clocks, which the interpreter's own cannot stand in for: it starts anywhere, and whoever sets it may
 * move it under every timer that waits (docs/chip.md).
 *
 * Waits are counted in ticks: a tick is a second in which the program could act, so a wait never ends because a
 * connection blocked the interpreter. What was measured is dated by {@link age}, which blocked time belongs to.
 */

/** Time between two ticks, in ms. */
export const TICK = 1000;
/**
 * What the interpreter's clock may have gone on between two ticks, in ms; more, and it was moved. As long as the
 * watchdog allows.
 */
const LONGEST_AWAY = 300000;

let last = millis();
let ms = 0;
let tick: () => void;
/** The next tick. An interval would make up for all ticks that a moved clock seems to have missed. */
let timer = 0;
let back: (() => void) | undefined;

/** The interpreter's clock in whole ms; its own has fractions. */
export function millis(): number {
  return Math.round(Date.now());
}

/** Time since the boot in ms, as of the last tick. */
export function age(): number {
  return ms;
}

/** What passed since it was last counted. */
function count(): number {
  const now = millis();
  const passed = now - last;
  last = now;
  ms += passed >= 0 && passed < LONGEST_AWAY ? passed : TICK;
  return passed;
}

function run(): void {
  timer = setTimeout(run, TICK);
  if (count() < 0 && back) back();
  tick();
}

/** Calls back when the clock went back, as soon as that is known. To be called once. */
export function whenBack(callback: () => void): void {
  back = callback;
}

/** Calls back at each tick. To be called once. */
export function startClock(callback: () => void): void {
  tick = callback;
  timer = setTimeout(run, TICK);
}

/**
 * Begins the ticks anew when the clock went back: all timers that wait do so for that much longer then. To be called
 * when something comes from outside, for no timer can.
 */
export function revive(): void {
  if (millis() >= last) return;
  clearTimeout(timer);
  run();
}

/**
 * Sets the interpreter's clock, as timers can bear it.
 * @param time in s since 1970
 */
export function setClock(time: number): void {
  revive();
  count();
  setTime(time);
  last = millis();
}
