/** Looks through a board's own code for what its chip cannot do. */

import { relative } from "node:path";
import type ts from "typescript";
import type { Board } from "../../boards/board.ts";
import { isForeign } from "./index.ts";
import { loweredIn } from "./lowered.ts";
import { checkFile } from "./pins.ts";

/** Lines such as `boards/kitchen.ts:5:11: what is wrong; what to write instead`, in the order of the code. */
export interface Findings {
  /** What would not run as it is written. */
  readonly errors: readonly string[];
  /** What runs, but hardly as it was meant. */
  readonly warnings: readonly string[];
  /**
   * Whether TypeScript wrote other code than what stands there: what is wrong with that is told here, and where it stands
   * in the script says nothing.
   */
  readonly isRewritten: boolean;
}

export function checkOwnCode(program: ts.Program, board: Board): Findings {
  const checker = program.getTypeChecker();
  const errors: string[] = [];
  const warnings: string[] = [];
  let isRewritten = false;
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !isForeign(board, file.fileName)) continue;
    const name = relative("", file.fileName);
    for (const { node, isError, message } of checkFile(file, checker, board)) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      (isError ? errors : warnings).push(`${name}:${line + 1}:${character + 1}: ${message}`);
    }
    for (const { node, message } of loweredIn(file)) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      errors.push(`${name}:${line + 1}:${character + 1}: ${message}`);
      isRewritten = true;
    }
  }
  return { errors, warnings, isRewritten };
}
