/** Parses when a token expires, as users write it. */

const HOUR = 3600;
const DAY = 86_400;

/**
 * Seconds since 1970 from `2027-12-31` or `+365d` (the end of that day, UTC), `+12h` or seconds since 1970;
 * undefined if the text is none of these or the time is past. All day long, days give the same time, and so the same token.
 * @param now in s since 1970
 */
export function parseExpiry(when: string, now: number): number | undefined {
  const expires = secondsOf(when, now);
  return expires !== undefined && expires > now && expires < 253_402_300_800 ? expires : undefined;
}

function secondsOf(when: string, now: number): number | undefined {
  const [, count, unit] = /^\+(\d{1,6})([hd])$/.exec(when) ?? [];
  if (count !== undefined && unit === "h") return Math.floor(now) + Number(count) * HOUR;
  if (count !== undefined) return (Math.floor(now / DAY) + Number(count) + 1) * DAY - 1;
  if (/^\d{9,12}$/.test(when)) return Number(when);
  if (!/^\d{4}-\d\d-\d\d$/.test(when)) return undefined;
  const end = new Date(`${when}T23:59:59Z`);
  const isReal = !Number.isNaN(end.getTime()) && end.toISOString().startsWith(when);
  return isReal ? end.getTime() / 1000 : undefined;
}
