/** Makes text from the network safe for terminals and logs. */

import { shorten, INVISIBLE } from "../cli/shorten.ts";

/** A fast check most texts pass, so that Unicode categories need not be tested. */
const ORDINARY = /^[ -~]*$/;

/** At most `length` characters of `text`, without control characters, which could control the terminal. */
export function printable(text: string, length = 64): string {
  const shown = shorten(text, length);
  if (ORDINARY.test(shown)) return shown;
  return shown.replace(INVISIBLE, "�");
}

/** A value as JSON, which leaves some control characters as they are, made {@link printable}. */
export function printableJson(value: unknown, length: number): string {
  return value === undefined ? "undefined" : printable(JSON.stringify(value), length);
}

/** Longest title of a device, in UTF-16 units. */
export const LONGEST_TITLE = 64;

/** Whether a value can be a device's title: short, and without invisible characters, except those that join emoji. */
export function isTitle(value: unknown): value is string {
  return (
    typeof value === "string" && value !== "" && value.length <= LONGEST_TITLE && value.search(INVISIBLE) < 0
  );
}
