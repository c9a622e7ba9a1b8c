/** Checks the brackets of a JSON text before anything recursive parses it. Runs in Node and in a browser. */

/** Deepest nesting of objects and arrays in a message that is read: reading is recursive. */
export const MAXIMUM_DEPTH = 32;

export interface BracketFault {
  /** Of the first bracket that is wrong, in characters. */
  readonly index: number;
  /** Whether it nests too deep; else it closes what is not open. */
  readonly isTooDeep: boolean;
}

/**
 * The first bracket that nests deeper than `maximum` levels or closes what is not open, in one pass. A reader that goes
 * on after a mistake may take any bracket that closes nothing for no bracket: what counts is what is open.
 */
export function bracketFault(text: string, maximum: number): BracketFault | undefined {
  let depth = 0;
  let isInside = false;
  // By codes and without a call for each: every message passes here.
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

/** What closes each bracket that is open, up to the depth that was reached. It is the same for all texts. */
const open: number[] = [];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Goes through the characters of a JSON text that stand in no text of it. Of one of those, the first quotation mark
 * stands for all.
 * @param visit false ends it
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
