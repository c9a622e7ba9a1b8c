/** Checks the brackets of a JSON text before anything recursive parses it. Runs in Node and in a browser. */

/** Deepest nesting of objects and arrays that is accepted, since parsing is recursive. */
export const MAXIMUM_DEPTH = 32;

export interface BracketFault {
  /** Position of the first wrong bracket, in characters. */
  readonly index: number;
  /** True if it nests too deep; false if it closes something that is not open. */
  readonly isTooDeep: boolean;
}

/**
 * Finds, in one pass, the first bracket that nests deeper than `maximum` levels or closes something that is not open.
 * Only open brackets count towards the depth: a parser that recovers from mistakes may ignore a stray closing bracket.
 */
export function bracketFault(text: string, maximum: number): BracketFault | undefined {
  let depth = 0;
  let isInside = false;
  // Compares character codes and calls nothing: this runs for every message.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isInside) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) isInside = false;
    } else if (code === QUOTE) isInside = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (depth === maximum) return { index, isTooDeep: true };
      open[depth++] = code + 2;
    } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && (depth === 0 || open[--depth] !== code))
      return { index, isTooDeep: false };
  }
  return undefined;
}

/** The closing bracket of each open one, up to the current depth. Reused between calls. */
const open: number[] = [];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Visits each character of a JSON text outside its strings. Of a string, only the opening quotation mark is visited.
 * @param visit returns false to stop
 */
export function eachOutsideTexts(text: string, visit: (character: string, index: number) => boolean): void {
  let isInside = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (isInside) {
      if (character === "\\") index++;
      else if (character === '"') isInside = false;
      continue;
    }
    isInside = character === '"';
    if (!visit(character, index)) return;
  }
}
