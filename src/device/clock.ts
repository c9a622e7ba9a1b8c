/** Time since the boot, in ticks that are counted because the interpreter's clock jumps when it is set; and time of day. */

import { wifi } from "./radio";

/** Time between two ticks, in ms. */
export const TICK = 1000;

/** 2020-01-01 in ms since 1970: a clock that shows less has not been set. */
const PLAUSIBLE = 1577836800000;
/** Time that a server has to answer, in ms. */
const ANSWER_TIME = 30000;

/** Calls back at each tick. */
export function startClock(tick: () => void): void {
  setInterval(tick, TICK);
}

let isAsked = false;
let isWaitOver = false;

/**
 * Has the interpreter's clock set to UTC by an SNTP server, and set again from time to time. The second call and all
 * that follow do nothing: a chip that is told twice restarts.
 * @param zone UTC in the words of the chip's interpreter
 */
export function askTime(server: string, zone: string | number, say: (line: string) => void): void {
  if (isAsked) return;
  isAsked = true;
  wifi.setSNTP(server, zone);
  setTimeout(() => {
    isWaitOver = true;
    if (!timeOfDay()) say("Time: no answer from " + server + ": check time.server in the board file");
  }, ANSWER_TIME);
}

/** In ms since 1970; undefined while the clock has not been set. */
export function timeOfDay(): number | undefined {
  const now = Math.floor(Date.now()); // this interpreter's has fractions
  return now < PLAUSIBLE ? undefined : now;
}

/** Whether the time is known, or the server has had its time to tell it. */
export function isTimeSettled(): boolean {
  return isWaitOver || !!timeOfDay();
}
