/**
 * Intervals for a board's own code, in place of the interpreter's: those make up for every period that a moved clock, or
 * a connection that blocked, seems to have missed. These keep their pace and make up for nothing.
 */

import { millis, whenBack } from "./clock";

interface Interval {
  callback(): void;
  /** In ms. */
  delay: number;
  /** When it is due; on the interpreter's clock, in ms. */
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
 * @returns what {@link clearInterval} takes
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
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a Map costs this interpreter more
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
