/**
 * The flash behind `require("Storage")` as Espruino fills it (jsflash.c): files one behind the other; what is erased or
 * written anew stays as trash until a compaction, which moves what lies behind the first trash.
 *
 * The files themselves are a plain map, which outlives boards and which others may change: where each of its files lies
 * is found out again when it is asked for.
 */

/** File name and contents, both byte strings. */
export type Files = Map<string, string>;

export interface Flash {
  readonly size: number;
  /** Bytes behind the last file. */
  free(): number;
  stats(): FlashStats;
  /**
   * Finds a place for a file, if need be by a compaction, and writes it. What it replaces is trash in any case.
   * @returns false when there is no room
   */
  write(name: string, text: string): boolean;
  /** Changes part of a file where it lies. */
  patch(name: string, text: string): void;
  erase(name: string): void;
  eraseAll(): void;
  /** @returns whether there was anything to do */
  compact(): boolean;
}

export interface FlashStats {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly fileBytes: number;
  readonly fileCount: number;
  readonly trashBytes: number;
  readonly trashCount: number;
}

export interface FlashParts {
  readonly files: Files;
  /** In bytes. */
  readonly size: number;
  /** The program that the board came with, as if it were a file; empty for none. */
  readonly shipped: () => string;
  /** A compaction is done, which took so many ms. `line` is what it shows meanwhile. */
  readonly compacts: (ms: number, line: string) => void;
  /** It is over. `moved` are the names of the files that lie elsewhere now, {@link SHIPPED} that of the program. */
  readonly compacted: (moved: ReadonlySet<string>) => void;
}

/** Stands for the program that the board came with. */
export const SHIPPED = "";

const HEADER_SIZE = 32;
const PAGE_SIZE = 4096;
/** What it takes to erase a page and write it again, in ms; an estimate. */
const PAGE_TIME = 60;

/** A file, or trash when it has no name. */
interface Entry {
  name: string | undefined;
  text: string;
}

/** Where the files lie, by the map that holds them. */
const layouts = new WeakMap<Files, Entry[]>();

export function createFlash({ files, size, shipped, compacts, compacted }: FlashParts): Flash {
  const entries = layouts.get(files) ?? [];
  layouts.set(files, entries);

  /** What others did to the files since, as if the interpreter had done it. */
  function look(): Entry[] {
    const wanted = new Map(files);
    if (shipped() !== "") wanted.set(SHIPPED, shipped());
    for (const entry of entries) {
      const { name } = entry;
      if (name === undefined) continue;
      if (wanted.get(name) === entry.text) wanted.delete(name);
      else entry.name = undefined;
    }
    if (wanted.delete(SHIPPED)) entries.unshift({ name: SHIPPED, text: shipped() }); // it was there first
    for (const [name, text] of wanted) entries.push({ name, text });
    return entries;
  }

  function used(): number {
    return look().reduce((sum, { text }) => sum + spaceOf(text), 0);
  }

  /**
   * What the interpreter takes for the room that a compaction would leave: it counts what is free once for each page
   * that it looks at.
   */
  function hopes(): number {
    let hoped = look().reduce((sum, { name, text }) => sum + (name === undefined ? text.length : 0), 0);
    for (let at = used(); at < size; at = (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE) hoped += size - at;
    return hoped;
  }

  function compact(): boolean {
    const all = look();
    const first = all.findIndex(({ name }) => name === undefined);
    if (first < 0) return false;
    const start = all.slice(0, first).reduce((sum, { text }) => sum + spaceOf(text), 0);
    compacts(Math.ceil((used() - start) / PAGE_SIZE) * PAGE_TIME, `Compacting... ${progressOf(all, start)}`);
    const kept = all.filter(({ name }) => name !== undefined);
    entries.splice(0, entries.length, ...kept);
    compacted(new Set(kept.slice(first).map(({ name }) => name ?? "")));
    return true;
  }

  function erase(name: string): void {
    files.delete(name);
    look();
  }

  return {
    size,
    free: () => size - used(),
    stats() {
      const all = look();
      const sum = (list: readonly Entry[]) => list.reduce((bytes, { text }) => bytes + spaceOf(text), 0);
      const lost = all.filter(({ name }) => name === undefined);
      const whole = all.filter(({ name }) => name !== undefined);
      return {
        totalBytes: size,
        freeBytes: size - sum(all),
        fileBytes: sum(whole),
        fileCount: whole.length,
        trashBytes: sum(lost),
        trashCount: lost.length,
      };
    },
    write(name, text) {
      if (files.get(name) === text) return true; // it stands there already
      erase(name);
      const needed = spaceOf(text);
      if (needed > size - used()) {
        if (needed >= hopes() || !compact() || needed > size - used()) return false;
      }
      files.set(name, text);
      look();
      return true;
    },
    patch(name, text) {
      const entry = look().find((each) => each.name === name);
      if (entry) entry.text = text;
      files.set(name, text);
    },
    erase,
    eraseAll() {
      files.clear();
      entries.splice(0);
    },
    compact,
  };
}

/** What a compaction shows of its progress: a bar that turns, at files that are 16 kB behind the last one. */
function progressOf(entries: readonly Entry[], start: number): string {
  let shown = "";
  let last = 0;
  let at = 0;
  for (const { name, text } of entries) {
    const progress = Math.max(0, at - start) >> 14;
    if (name !== undefined && at >= start && progress !== last) {
      shown += `\b${"/-\\|".charAt(progress & 3)}`;
      last = progress;
    }
    at += spaceOf(text);
  }
  return shown;
}

function spaceOf(text: string): number {
  return HEADER_SIZE + 4 * Math.ceil(text.length / 4);
}
