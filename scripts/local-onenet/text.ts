/** Texts that came from the network, made fit for a terminal and a log. */

/** At most `length` characters of `text`, without control characters, which could drive the terminal. */
export function printable(text: string, length = 64): string {
  const shown = text.length > length ? `${text.slice(0, length)}…` : text;
  return shown.replace(/\p{C}/gu, "�");
}
