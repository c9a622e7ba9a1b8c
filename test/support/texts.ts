/** Texts that are corrupted wherever text and bytes are confused. */

/** By content. Of `你` the last byte is A0, of `À` it is 80, and `é` is C3 A9: a space and letters of Latin-1. */
export const TEXTS: readonly (readonly [kind: string, text: string])[] = [
  ["Chinese", "教室的灯你"],
  ["accents", "Café Zürich À"],
  ["emoji", "灯😀👩‍🏫"],
];

/** The same text as UTF-8 bytes, one character each, as on a board without Unicode. */
export function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
