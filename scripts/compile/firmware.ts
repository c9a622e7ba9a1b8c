/** What is known of a firmware before it is bundled: its TypeScript program, and what follows from that. */

import type ts from "typescript";
import type { Board } from "../boards/board.ts";
import { checkOwnCode, type Findings } from "./own-code/check.ts";
import { isForeign, tsconfigOf } from "./own-code/index.ts";
import { keptProperties } from "./mangle.ts";
import { type Builder, readProgram } from "./shared-typescript.ts";

/** A program other than the firmware, for measurements and tests. */
export interface Source {
  readonly input: string;
  readonly tsconfig: string;
}

export interface Firmware {
  readonly board: Board;
  readonly source: Source;
  readonly builder: Builder;
  /** Names of properties that the minifier keeps. */
  readonly kept: ReadonlySet<string>;
  /** Likely mistakes in the board's own code. */
  readonly findings: Findings;
}

/** The names kept of each program: boards without their own code share one. */
const keptNames = new WeakMap<ts.Program, ReadonlySet<string>>();

/** Reads and checks the firmware of a board. Mistakes that TypeScript finds are left to the bundler, which reports them. */
export function readFirmware(
  board: Board,
  source: Source = { input: "src/main.ts", tsconfig: tsconfigOf(board) },
): Firmware {
  const builder = readProgram(source.tsconfig);
  const program = builder.getProgram();
  const kept = keptNames.get(program) ?? keptProperties(program, (file) => isForeign(board, file));
  keptNames.set(program, kept);
  return { board, source, builder, kept, findings: checkOwnCode(program, board) };
}
