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
/** The latest firmware, whose types no board's own code changes: its files, and the names kept of them. */
let latest: { readonly files: readonly ts.SourceFile[]; readonly names: ReadonlySet<string> } | undefined;

/** Reads and checks the firmware of a board. Mistakes that TypeScript finds are left to the bundler, which reports them. */
export function readFirmware(
  board: Board,
  source: Source = { input: "src/main.ts", tsconfig: tsconfigOf(board) },
): Firmware {
  const builder = readProgram(source.tsconfig);
  const program = builder.getProgram();
  const kept = keptNames.get(program) ?? keptOf(program, board);
  keptNames.set(program, kept);
  return { board, source, builder, kept, findings: checkOwnCode(program, board) };
}

function keptOf(program: ts.Program, board: Board): ReadonlySet<string> {
  const [firmware, others]: [ts.SourceFile[], ts.SourceFile[]] = [[], []];
  for (const file of program.getSourceFiles())
    (file.isDeclarationFile || isForeign(board, file.fileName) ? others : firmware).push(file);
  const isKnown =
    latest?.files.length === firmware.length && latest.files.every((file, i) => file === firmware[i]);
  if (!latest || !isKnown) latest = { files: firmware, names: keptProperties(program, firmware) };
  return new Set([...latest.names, ...keptProperties(program, others, true)]);
}
