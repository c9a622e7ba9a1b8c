/** How much of a chip the firmware may use: `budgets.json`. The build and the interpreter tests enforce it. */

import type { Board } from "../boards/board.ts";
import budgets from "../../budgets.json" with { type: "json" };

/**
 * Largest size of a board's script, in bytes. Boards that the project does not ship share one budget, and those that are set
 * up by phone get some more.
 */
export function byteBudget({ name, setup }: Pick<Board, "name" | "setup">): number {
  const bytes: Readonly<Record<string, number>> = budgets.bytes;
  return (bytes[name] ?? budgets.bytesOfOtherBoards) + (setup ? budgets.bytesOfSetup : 0);
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
