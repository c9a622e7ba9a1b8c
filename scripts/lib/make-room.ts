/** Room for a script in a board's flash: what is there, the former program erased, the rest put together. */

import type { BoardLink } from "./board-link.ts";
import { UserError } from "./command.ts";
import { stopProgram } from "./restart-board.ts";

/** Of the flash, in bytes, as `Storage.getStats` tells it. */
interface Stats {
  readonly freeBytes: number;
  /** What erased files take, which a compaction frees. */
  readonly trashBytes: number;
}

/** Bytes that a file takes beside its text: a header, and up to a word of 8. */
const OVERHEAD = 40;

/** Longest compaction, in ms: 896 kB are 224 pages, which take some 0.1 s each to be erased and written, 0.4 s at worst. */
const COMPACTION_PATIENCE = 120_000;

/** Programs that run at a restart; the second goes before the first. */
const PROGRAMS = [".bootcde", ".bootrst"];

export interface RoomOptions {
  /** Bytes of the script and its modules. */
  readonly size: number;
  /** Is called when nothing was changed yet, and something is about to be. */
  readonly onWrite: () => void;
  /** Gets what is being done. */
  readonly onWait: (text: string) => void;
  /** Gets what was done. */
  readonly onStep: (text: string) => void;
}

/**
 * Erases the program of before, stops what runs, and compacts the flash where that frees anything. In this order: a
 * compaction moves files, and the functions of a program that runs from flash would be read from where they lay.
 * @throws UserError when the flash has not the room; nothing was changed then
 */
export async function makeRoom(
  link: BoardLink,
  { size, onWrite, onWait, onStep }: RoomOptions,
): Promise<void> {
  const storage = 'require("Storage")';
  const need = size + OVERHEAD;
  const names = JSON.stringify(PROGRAMS);
  const { value } = await link.ask(
    `[${storage}.getStats(),${names}.map(n=>(${storage}.read(n)||"").length)]`,
  );
  const [before, programs] = Array.isArray(value) ? (value as unknown[]) : [];
  const mayFree = (Array.isArray(programs) ? (programs as unknown[]) : []).reduce<number>(
    (sum, length) => sum + (Number(length) || 0),
    0,
  );
  if (isStats(before)) check(need, before.freeBytes + before.trashBytes + mayFree);

  onWrite();
  await link.ask(`${names}.forEach(n=>${storage}.erase(n))`);
  await stopProgram(link);
  const { value: erased } = await link.ask(`${storage}.getStats()`);
  if (!isStats(erased) || erased.trashBytes === 0) return;

  onWait("compacting the board's flash: up to 20 s, and more on a full one");
  const { value: after, isAnswered } = await link.ask(
    // What runs from .boot0 to .boot3 starts anew, from where its text lies now.
    `(${storage}.compact(),reset(),${storage}.getStats())`,
    { patience: COMPACTION_PATIENCE, mayInterrupt: false }, // Ctrl-C would stop it half-way
  );
  if (!isAnswered)
    throw new UserError("the board does not come back: press its EN or RST button, and flash again");
  if (!isStats(after)) return;
  check(need, after.freeBytes);
  if (after.trashBytes < erased.trashBytes) onStep(`Flash compacted: ${after.freeBytes} bytes are free`);
}

function check(need: number, free: number): void {
  if (free >= need) return;
  throw new UserError(explainFullFlash(`the script needs ${need} bytes, ${free} can be free`));
}

/** @param figures what there is and what it takes */
export function explainFullFlash(figures?: string): string {
  return [
    `the board's flash is full: ${figures ? `${figures}; ` : ""}remove files of former programs, and flash again`,
    '  in npm run console: require("Storage").list() shows them, require("Storage").eraseAll() removes all',
  ].join("\n");
}

function isStats(value: unknown): value is Stats {
  const { freeBytes, trashBytes } = (value ?? {}) as Partial<Record<keyof Stats, unknown>>;
  return typeof freeBytes === "number" && typeof trashBytes === "number";
}
