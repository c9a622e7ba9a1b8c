/**
 * Deep sleep: everything is off but flash and, except on an ESP8266, the clock. A wake is a cold boot.
 *
 * main.ts imports this module first: the timer that ends the time awake is set before any other code of the board runs.
 */

import { sleeps, sleepTime, wakeLevel, wakePin, wakesByReset } from "virtual:features";

/** Longest time awake after a wake, in ms, unless something prolongs it; a connection may then block for 20 s more. */
const MOST_AWAKE = 8000;
/** The same after a start by hand, in ms: time to reach the console. */
const MOST_AWAKE_BY_HAND = 30000;
/** Time that the interpreter may be away from its idle loop, in s: just enough for opening a connection. */
const WATCHDOG = 22;
/** For the last bytes to leave the chip, in ms. */
const LAST_WORDS = 100;

/** Whether a deep sleep has ended; otherwise the board was started by hand, or restarted. */
export function isWoken(): boolean {
  return wakesByReset ? ESP8266.getResetInfo().reason === "deep sleep" : ESP32.getWakeupCause() > 0;
}

let before: (() => void) | undefined;

function deepSleep(): void {
  if (wakesByReset) ESP8266.deepSleep(sleepTime, 0);
  else if (sleepTime) ESP32.deepSleep(sleepTime);
  else ESP32.deepSleepExt0(wakePin, wakeLevel);
}

/** Whatever the program does now, sleep follows. */
function timeIsUp(): void {
  sleepSoon();
  if (before) before();
}

let timer = 0;
if (sleeps) {
  E.enableWatchdog(WATCHDOG, true);
  timer = setTimeout(timeIsUp, isWoken() ? MOST_AWAKE : MOST_AWAKE_BY_HAND);
}

/** Sets the function to call when the time awake is up. To be called once. */
export function beforeSleep(callback: () => void): void {
  before = callback;
}

/** Sleeps as soon as the last bytes have left the chip. */
export function sleepSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(deepSleep, LAST_WORDS);
}

/** Begins the time awake anew. */
export function stayAwake(): void {
  clearTimeout(timer);
  timer = setTimeout(timeIsUp, MOST_AWAKE);
}
