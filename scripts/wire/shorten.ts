/** Texts made fit to be shown: without what does not show, and shorter, without half of a character at their end: beyond U+FFFF it takes two of JavaScript's. */

/** What does not show, and may drive a terminal or turn a line round; but for the joiners, which emoji and Persian need. */
export const UNSHOWN = /(?![\u200c\u200d])\p{C}/gu;

/** At most the first `length` UTF-16 units of a text. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/** The same, with `…` where something was left out. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${cutText(text, length)}…` : text;
}
