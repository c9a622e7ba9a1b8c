/**
 * Makes text fit to display: without invisible characters, and shortened without splitting a character beyond U+FFFF,
 * which takes two UTF-16 units.
 */

/**
 * Invisible characters, which may control a terminal or reverse a line; except the joiners, which emoji and Persian
 * need.
 */
export const INVISIBLE = /(?![\u200c\u200d])\p{C}/gu;

/** At most the first `length` UTF-16 units of a text. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/** Like {@link cutText}, with `…` if something was cut. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${cutText(text, length)}…` : text;
}
