/** How wide text is on a terminal, where a Chinese character takes two columns. */

/** What stands two columns wide on a terminal: Chinese characters, their punctuation, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** How many columns of a terminal a line takes, without control characters. */
export function widthOf(line: string): number {
  return Array.from(line).length + (line.match(WIDE)?.length ?? 0);
}

/** Like `padEnd`, in columns of a terminal. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** The start of a line, at most so many columns of it. */
export function cutToWidth(line: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of line) {
    width += widthOf(character);
    if (width > columns) break;
    end += character.length;
  }
  return line.slice(0, end);
}
