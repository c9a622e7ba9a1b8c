/** Makes room for a script in a board's flash: measures it, erases the previous program, compacts the rest. */

import type { BoardLink } from "./board-link.ts";
import { SLOTS } from "../boards/update/slots.ts";
import { UserError } from "../cli/command.ts";
import { stopProgram } from "./restart-board.ts";
import { t } from "../cli/language.ts";

/** Usage of the flash, in bytes, as `Storage.getStats` reports it. */
interface Stats {
  readonly freeBytes: number;
  /** Space of erased files, which a compaction frees. */
  readonly trashBytes: number;
}

/** Overhead of a file, in bytes: a header, and up to 8 of padding. */
export const OVERHEAD = 40;

/**
 * Longest compaction, in ms: 896 kB are 224 pages, each of which takes about 0.1 s to erase and write, 0.4 s at worst.
 */
const COMPACTION_PATIENCE = 120_000;

/** Programs that run at a restart, of which the second takes precedence, and those that a loader starts. */
const PROGRAMS = [".bootcde", ".bootrst", ...SLOTS];

/** Where the firmware counts failed boots (src/main.ts), here those of the previous program. */
const BOOTS = "boots";

export interface RoomOptions {
  /** Bytes of the script and its modules. */
  readonly size: number;
  /** Called just before the previous program is erased. */
  readonly onErase: () => void;
  /** Called with what is being done. */
  readonly onWait: (text: string) => void;
  /** Called with what was done. */
  readonly onStep: (text: string) => void;
}

/**
 * Erases the previous program, stops whatever is running, and compacts the flash if that frees anything. The order
 * matters: a compaction moves files, and a program running from flash would still read its functions from the old
 * place.
 * @throws UserError if there is not enough room; nothing has been changed then
 */
export async function makeRoom(
  link: BoardLink,
  { size, onErase, onWait, onStep }: RoomOptions,
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

  onErase();
  await link.ask(`${JSON.stringify([...PROGRAMS, BOOTS])}.forEach(n=>${storage}.erase(n))`);
  await stopProgram(link);
  const { value: erased } = await link.ask(`${storage}.getStats()`);
  if (!isStats(erased) || erased.trashBytes === 0) return;

  onWait(t`compacting the board's flash: up to 20 s, longer if it is nearly full`);
  const { value: after, isAnswered } = await link.ask(
    // The programs in .boot0 to .boot3 start again, from their new place.
    `(${storage}.compact(),reset(),${storage}.getStats())`,
    { patience: COMPACTION_PATIENCE, mayInterrupt: false }, // Ctrl-C would interrupt it
  );
  if (!isAnswered)
    throw new UserError(t`the board did not come back: press its EN or RST button, and flash again`);
  if (!isStats(after)) return;
  check(need, after.freeBytes);
  if (after.trashBytes < erased.trashBytes) onStep(t`Flash compacted: ${after.freeBytes} bytes are free`);
}

function check(need: number, free: number): void {
  if (free >= need) return;
  throw new UserError(explainFullFlash(t`the script needs ${need} bytes, and at most ${free} can be freed`));
}

/** @param figures the space needed and the space available */
export function explainFullFlash(figures?: string): string {
  return [
    figures
      ? t`the board's flash is full: ${figures}; remove files of earlier programs, and flash again`
      : t`the board's flash is full: remove files of earlier programs, and flash again`,
    t`  in npm run console: require("Storage").list() lists them, require("Storage").eraseAll() removes them all`,
  ].join("\n");
}

function isStats(value: unknown): value is Stats {
  const { freeBytes, trashBytes } = (value ?? {}) as Partial<Record<keyof Stats, unknown>>;
  return typeof freeBytes === "number" && typeof trashBytes === "number";
}
