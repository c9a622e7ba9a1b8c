/** Times as the platform writes them: `YYYY-MM-DD HH:MM:SS.mmm`, UTC+8. */

const AHEAD = 8 * 3_600_000;

/** The last result: many data points share a millisecond, and even more share a second. */
let last = { time: NaN, second: NaN, start: "", text: "" };

/** @param time in ms since 1970 */
export function beijingTime(time: number = Date.now()): string {
  if (time !== last.time) {
    const ms = Math.trunc(time);
    const second = Math.floor(ms / 1000);
    // All but the milliseconds.
    const start =
      second === last.second
        ? last.start
        : new Date(second * 1000 + AHEAD).toISOString().slice(0, -4).replace("T", " ");
    const text = start + String(ms - second * 1000).padStart(3, "0");
    last = { time, second, start, text };
  }
  return last.text;
}

/** In ms since 1970; NaN if the text is not such a time. The milliseconds are optional. */
export function parseBeijingTime(text: string): number {
  return text === last.text ? last.time : Date.parse(`${text.replace(" ", "T")}+08:00`);
}

/**
 * A Beijing time as a user writes it, `2026-05-29`, `2026-05-29 08:00` or `2026-05-29T08:00:00`, in ms since 1970; NaN
 * for any other text.
 */
export function parseDay(text: string): number {
  const [, day, time = "00:00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/.exec(text) ?? [];
  return day === undefined ? NaN : Date.parse(`${day}T${time}+08:00`);
}
