/** Texts that came from the network, made fit for a terminal and a log. */

import { shorten, INVISIBLE } from "../cli/shorten.ts";

/** What most texts are, and what is told sooner than Unicode's categories. */
const ORDINARY = /^[ -~]*$/;

/** At most `length` characters of `text`, without control characters, which could drive the terminal. */
export function printable(text: string, length = 64): string {
  const shown = shorten(text, length);
  if (ORDINARY.test(shown)) return shown;
  return shown.replace(INVISIBLE, "�");
}
