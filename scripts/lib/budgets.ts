/** What the firmware may take of a chip: `budgets.json`, which the build and the tests of the interpreter keep to. */

import budgets from "../../budgets.json" with { type: "json" };

/** Most bytes that a board's script may have. Boards that the project does not ship share one budget. */
export function byteBudget(board: string): number {
  const bytes: Readonly<Record<string, number>> = budgets.bytes;
  return bytes[board] ?? budgets.bytesOfOtherBoards;
}

/**
 * Most variables of the interpreter that `esp32-devkit` may hold above an empty one when it runs from flash: once it is
 * online, and at most.
 */
export const VARIABLE_BUDGET: { readonly online: number; readonly peak: number } = budgets.variables;
