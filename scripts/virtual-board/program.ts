/** A board's program: the one it was shipped with, until another is saved to flash. */
import { bytesToSource, fromBytes } from "./bytes.ts";
import { SHIPPED, type Files, type Flash } from "./flash.ts";

/** The flash files of the program: one run at each boot, one also after `reset()`. */
export const BOOT_FILES = { boot: ".bootcde", reset: ".bootrst" } as const;

/** Files that run before it: only when the chip starts, or always. */
const FIRST_FILES = { chip: [".bootPowerOn"], always: [".boot0", ".boot1", ".boot2", ".boot3"] } as const;

/** What to run, and the flash files it runs from, in place. */
export interface Source {
  readonly texts: readonly string[];
  readonly files: ReadonlySet<string>;
}

export interface Program {
  /**
   * What to run at a boot.
   * @param isColdStart the chip starts, not only its interpreter
   */
  atBoot(isColdStart: boolean): Source;
  /** What to run after `reset()`: only what was saved for that. */
  atReset(): Source;
  /**
   * Replaces the program with these bytes; undefined only erases it.
   * @returns false if there is no room; the old program is gone even then
   */
  readonly save: (code: string | undefined, isKeptAtReset: boolean) => boolean;
  /** The shipped program in bytes; empty once replaced. */
  readonly shipped: () => string;
}

/**
 * @param script the shipped program as text
 * @param flash where the files live
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
