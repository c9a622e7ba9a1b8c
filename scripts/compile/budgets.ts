/** What the firmware may take of a chip: `budgets.json`, which the build and the tests of the interpreter keep to. */

import budgets from "../../budgets.json" with { type: "json" };

/** Most bytes that a board's script may have. Boards that the project does not ship share one budget. */
export function byteBudget(board: string): number {
  const bytes: Readonly<Record<string, number>> = budgets.bytes;
  return bytes[board] ?? budgets.bytesOfOtherBoards;
}

/** What the firmware may hold of an interpreter's variables, above an empty one, when it runs from flash. */
export interface VariableBudget {
  /** Characters of a text that a variable holds, save the first: what tells one interpreter from another. */
  readonly characters: number;
  /** `esp32-devkit`, once it is online. */
  readonly online: number;
  /** Each shipped board, at most. */
  readonly peak: Readonly<Record<string, number>>;
}

/** For variables as they are on Linux, on an ESP32 and on an ESP8266. */
export const VARIABLE_BUDGETS: Readonly<Record<string, VariableBudget>> = budgets.variables;
