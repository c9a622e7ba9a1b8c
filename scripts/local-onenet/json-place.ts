/** Positions in JSON texts, in characters. Parsing is recursive: check the nesting first. */

import { visit, type JSONPath } from "jsonc-parser";

/** Thrown to stop a visit early. */
class Found extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super();
    this.offset = offset;
  }
}

/** The position at which a visit was stopped with {@link Found}; 0 if it was not. */
function offsetBy(look: (found: (offset: number) => never) => void): number {
  try {
    look((offset) => {
      throw new Found(offset);
    });
  } catch (error) {
    if (error instanceof Found) return error.offset;
    throw error;
  }
  return 0;
}

/**
 * Where a text stops being valid JSON; 0 if it is valid. Parsing stops there, so that error recovery cannot nest deeper
 * than the checked brackets.
 */
export function firstError(text: string): number {
  return offsetBy((found) => {
    visit(text, { onError: (_error, offset) => found(offset) }, { disallowComments: true });
  });
}

/** Where the value at a path of a JSON text begins. */
export function placeOf(text: string, path: JSONPath): number {
  return offsetBy((found) => {
    const compare = (offset: number, pathTo: () => JSONPath) => {
      const here = pathTo();
      if (here.length === path.length && here.every((step, index) => step === path[index])) found(offset);
    };
    visit(text, {
      onObjectBegin: (offset, _length, _line, _character, pathTo) => compare(offset, pathTo),
      onArrayBegin: (offset, _length, _line, _character, pathTo) => compare(offset, pathTo),
      onLiteralValue: (_value, offset, _length, _line, _character, pathTo) => compare(offset, pathTo),
    });
  });
}
