/** Texts that came from the network, made fit for a terminal and a log. */

/** What most texts are, and what is told sooner than Unicode's categories. */
const ORDINARY = /^[ -~]*$/;

/** At most `length` characters of `text`, without control characters, which could drive the terminal. */
export function printable(text: string, length = 64): string {
  const shown = text.length > length ? `${text.slice(0, length)}…` : text;
  if (ORDINARY.test(shown)) return shown;
  return shown.replace(/\p{C}/gu, "�");
}
