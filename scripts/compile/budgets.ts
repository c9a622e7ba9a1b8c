/** How much of a chip the firmware may use: `budgets.json`. The build and the interpreter tests enforce it. */

import budgets from "../../budgets.json" with { type: "json" };

/** Largest size of a board's script, in bytes. Boards that the project does not ship share one budget. */
export function byteBudget(board: string): number {
  const bytes: Readonly<Record<string, number>> = budgets.bytes;
  return bytes[board] ?? budgets.bytesOfOtherBoards;
}

/** Most interpreter variables that the firmware may use when it runs from flash, not counting those of an empty interpreter. */
export interface VariableBudget {
  /** Characters of text in each variable after the first. This identifies the interpreter. */
  readonly characters: number;
  /** For `esp32-devkit` once it is online. */
  readonly online: number;
  /** The peak of each shipped board. */
  readonly peak: Readonly<Record<string, number>>;
}

/** One budget for each size of a variable: on Linux, on an ESP32 and on an ESP8266. */
export const VARIABLE_BUDGETS: Readonly<Record<string, VariableBudget>> = budgets.variables;
