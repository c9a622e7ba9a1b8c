/** Finds what a board's own code asks of its chip in vain. */

import { relative } from "node:path";
import type ts from "typescript";
import type { Board } from "../../boards/board.ts";
import { inSpoken } from "../../cli/language.ts";
import { isForeign } from "./index.ts";
import { loweredIn } from "./lowered.ts";
import { wrongPartTypes } from "./part-types.ts";
import { checkFile } from "./pins.ts";

/** What was found, in lines such as `boards/kitchen.ts:5:11: what is wrong; what to write instead`, in the order of the code. */
export interface Findings {
  /** Parts whose type is not the one in the board file. */
  readonly types: readonly string[];
  /** Code that cannot run as written. */
  readonly errors: readonly string[];
  /** Code that runs, but probably not as intended. */
  readonly warnings: readonly string[];
  /**
   * Whether TypeScript replaced code by something that Espruino cannot run. The errors name the original; places in the
   * script would mislead.
   */
  readonly isRewritten: boolean;
}

export function checkOwnCode(program: ts.Program, board: Board): Findings {
  const checker = program.getTypeChecker();
  const types: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  let isRewritten = false;
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !isForeign(board, file.fileName)) continue;
    const placed = (node: ts.Node, message: string): string => {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      return `${relative("", file.fileName)}:${line + 1}:${character + 1}: ${inSpoken(message)}`;
    };
    for (const { node, message } of wrongPartTypes(file, checker, board)) types.push(placed(node, message));
    for (const { node, isError, message } of checkFile(file, checker, board))
      (isError ? errors : warnings).push(placed(node, message));
    for (const { node, message } of loweredIn(file)) {
      errors.push(placed(node, message));
      isRewritten = true;
    }
  }
  return { types, errors, warnings, isRewritten };
}
