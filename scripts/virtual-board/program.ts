/** The program of a board: what it came with, until another one is saved to flash. */
import { bytesToSource, toSource } from "./bytes.ts";
import type { Files } from "./storage.ts";

/** Files of the flash that hold the program: run at each boot, and even after `reset()`. */
export const BOOT_FILES = { boot: ".bootcde", reset: ".bootrst" } as const;

export interface Program {
  /** What is run at a boot. */
  atBoot(): string;
  /** What is run after `reset()`: only what was saved to stay. */
  atReset(): string;
  /** Saves bytes in its place; nothing when they are undefined. */
  readonly save: (code: string | undefined, isKeptAtReset: boolean) => void;
}

/** @param script what the board came with, as text */
export function createProgram(script: string, files: Files): Program {
  let shipped = toSource(script);

  function saved(file: string): string | undefined {
    const bytes = files.get(file);
    return bytes === undefined ? undefined : bytesToSource(bytes);
  }

  return {
    atBoot: () => saved(BOOT_FILES.reset) ?? saved(BOOT_FILES.boot) ?? shipped,
    atReset: () => saved(BOOT_FILES.reset) ?? "",
    save(code, isKeptAtReset) {
      shipped = "";
      for (const file of Object.values(BOOT_FILES)) files.delete(file);
      if (code !== undefined) files.set(isKeptAtReset ? BOOT_FILES.reset : BOOT_FILES.boot, code);
    },
  };
}
