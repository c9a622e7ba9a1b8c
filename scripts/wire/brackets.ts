/** The brackets of a JSON text, looked at before anything recursive meets it. Runs in Node and in a browser. */

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
  const open: string[] = [];
  let fault: BracketFault | undefined;
  eachOutsideTexts(text, (character, index) => {
    if (character === "{" || character === "[") {
      open.push(character);
      if (open.length > maximum) fault = { index, isTooDeep: true };
    } else if (character === "}" || character === "]") {
      if (open.pop() !== (character === "}" ? "{" : "[")) fault = { index, isTooDeep: false };
    }
    return fault === undefined;
  });
  return fault;
}

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
