/** Times in the formats of the multiprotocol generation. */

/* global Date -- as a calendar, not as a clock: every time is passed in */

import type { TimeFormat } from "./encoder";

/**
 * `YYYY-MM-DD HH:MM:SS` in a time zone.
 * @param zone hours ahead of UTC; the platform uses Beijing time, 8
 */
export function localTime(zone: number): TimeFormat {
  return (at) => new Date(at + zone * 3600000).toISOString().substring(0, 19).replace("T", " ");
}

/** The six bytes year − 2000, month, day, hour, minute, second of such a text. */
export function timeBytes(text: string): string {
  let bytes = "";
  for (let i = 2; i < 18; i += 3) bytes += String.fromCharCode(parseInt(text.substring(i, i + 2), 10));
  return bytes;
}
