/** Texts that came from the network, made fit for a terminal and a log. */

/** At most 64 characters of `text`, without control characters, which could drive the terminal. */
export function printable(text: string): string {
  const shown = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return shown.replace(/\p{C}/gu, "�");
}
