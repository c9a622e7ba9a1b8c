/**
 * The program's two clocks. The interpreter's clock cannot replace them: it starts anywhere, and when it is set, running
 * timers move with it (docs/chip.md).
 *
 * Waits are counted in ticks ({@link now}): a tick is a second in which the program could act, so no wait runs out while a
 * connection blocks the interpreter. Data points are dated by {@link age}, which includes blocked time.
 */

import { sleeps } from "virtual:features";

/** Time between two ticks, in ms. */
export const FULL_TICK = 1000;
/** The same of a board that sleeps: a second awake costs as much as hours asleep. */
const SHORT_TICK = 100;
export const TICK = sleeps ? SHORT_TICK : FULL_TICK;
/**
 * Most that the interpreter's clock may advance between two ticks, in ms: as much as the watchdog allows. With more, it
 * was set.
 */
const LONGEST_AWAY = 300000;

/** Time by ticks, in ms. */
export let now = 0;

let ms = 0;
let tick: () => void;
/** The next tick. An interval would catch up on all ticks that a clock set forward seems to have missed. */
let timer = 0;
let back: (() => void) | undefined;

/** The interpreter's clock, rounded to ms. */
export function millis(): number {
  return Math.round(Date.now());
}

/** That time at the last tick. */
let last = millis();

/** Time since the boot in ms, as of the last tick. */
export function age(): number {
  return ms;
}

/** Adds the time since the last call to the age. @returns that time, in ms; negative if the clock went back */
function count(): number {
  const time = millis();
  const passed = time - last;
  last = time;
  ms += passed >= 0 && passed < LONGEST_AWAY ? passed : TICK;
  return passed;
}

function run(): void {
  timer = setTimeout(run, TICK);
  if (count() < 0 && back) back();
  now += TICK;
  tick();
}

/** Sets the function to call as soon as the clock is found to have gone back. To be called once. */
export function whenBack(callback: () => void): void {
  back = callback;
}

/** Starts the ticks. To be called once. */
export function startClock(callback: () => void): void {
  tick = callback;
  timer = setTimeout(run, TICK);
}

/**
 * Restarts the ticks if the clock went back, because running timers are then late by that much. To be called on external
 * events: no timer can do it.
 */
export function revive(): void {
  if (millis() >= last) return;
  clearTimeout(timer);
  run();
}

/**
 * Sets the interpreter's clock and keeps the ticks going.
 * @param time in s since 1970
 */
export function setClock(time: number): void {
  revive();
  count();
  setTime(time);
  last = millis();
}
