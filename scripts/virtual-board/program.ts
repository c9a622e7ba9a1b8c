/** The program of a board: what it came with, until another one is saved to flash. */
import { bytesToSource, fromBytes } from "./bytes.ts";
import { SHIPPED, type Files, type Flash } from "./flash.ts";

/** Files of the flash that hold the program: run at each boot, and even after `reset()`. */
export const BOOT_FILES = { boot: ".bootcde", reset: ".bootrst" } as const;

/** Files that are run before it: at the chip's start only, and each time. */
const FIRST_FILES = { chip: [".bootPowerOn"], always: [".boot0", ".boot1", ".boot2", ".boot3"] } as const;

/** What is run, and the files of the flash that it is run from: it stays there. */
export interface Source {
  readonly texts: readonly string[];
  readonly files: ReadonlySet<string>;
}

export interface Program {
  /**
   * What is run at a boot.
   * @param isColdStart the chip begins, and not only its interpreter
   */
  atBoot(isColdStart: boolean): Source;
  /** What is run after `reset()`: only what was saved to stay. */
  atReset(): Source;
  /**
   * Saves bytes in its place; nothing when they are undefined.
   * @returns false when there is no room; what there was is gone then, too
   */
  readonly save: (code: string | undefined, isKeptAtReset: boolean) => boolean;
  /** What the board came with, until it was saved over, in bytes. */
  readonly shipped: () => string;
}

/**
 * @param script what the board came with, as text
 * @param flash where the files are
 */
export function createProgram(script: string, files: Files, flash: () => Flash): Program {
  let shipped = fromBytes(Buffer.from(script, "utf8"));

  function source(names: readonly string[], last: string | undefined): Source {
    const found = [...names, ...(last === undefined ? [] : [last])].filter(
      (name) => textOf(name) !== undefined,
    );
    return { texts: found.map((name) => bytesToSource(textOf(name) ?? "")), files: new Set(found) };
  }

  function textOf(name: string): string | undefined {
    return name === SHIPPED ? shipped || undefined : files.get(name);
  }

  return {
    atBoot(isColdStart) {
      const saved = [BOOT_FILES.reset, BOOT_FILES.boot].find((name) => files.has(name));
      const first = [...(isColdStart ? FIRST_FILES.chip : []), ...FIRST_FILES.always];
      return source(first, saved ?? SHIPPED);
    },
    atReset: () => source(FIRST_FILES.always, BOOT_FILES.reset),
    save(code, isKeptAtReset) {
      shipped = "";
      for (const file of Object.values(BOOT_FILES)) flash().erase(file);
      if (code === undefined || code === "") return true;
      return flash().write(isKeptAtReset ? BOOT_FILES.reset : BOOT_FILES.boot, code);
    },
    shipped: () => shipped,
  };
}
