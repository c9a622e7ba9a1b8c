/**
 * Intervals for a board's own code. The interpreter's would catch up on every period that they seem to have missed after
 * the clock was set or a connection blocked. These keep their pace and skip what they missed.
 */

import { millis, whenBack } from "./clock";

interface Interval {
  callback(): void;
  /** In ms. */
  delay: number;
  /** When it is due, by the interpreter's clock, in ms. */
  dueAt: number;
  timer: number;
}

const intervals: Record<number, Interval | undefined> = {};
let lastId = 0;

function arm(interval: Interval): void {
  const now = millis();
  const wait = interval.dueAt + interval.delay - now;
  const isPace = wait > 0 && wait <= interval.delay;
  interval.dueAt = isPace ? now + wait : now + interval.delay;
  interval.timer = setTimeout(
    () => {
      arm(interval);
      interval.callback();
    },
    isPace ? wait : interval.delay,
  );
}

/**
 * @param delay in ms
 * @returns the id for {@link clearInterval}
 */
export function setInterval(callback: () => void, delay: number): number {
  const interval = { callback, delay, dueAt: millis(), timer: 0 };
  intervals[++lastId] = interval;
  arm(interval);
  return lastId;
}

export function clearInterval(id: number): void {
  const interval = intervals[id];
  if (interval) clearTimeout(interval.timer);
  // oxlint-disable-next-line typescript/no-dynamic-delete -- a Map costs this interpreter more
  delete intervals[id];
}

/** @param delay in ms, from now on */
export function changeInterval(id: number, delay: number): void {
  const interval = intervals[id];
  if (!interval) return;
  clearTimeout(interval.timer);
  interval.delay = delay;
  interval.dueAt = millis();
  arm(interval);
}

whenBack(() => {
  for (const id of Object.keys(intervals)) changeInterval(+id, (intervals[+id] as Interval).delay);
});
