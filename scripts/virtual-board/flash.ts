/**
 * The flash behind `require("Storage")`, filled as in Espruino (jsflash.c): files one after the other. Erased and
 * rewritten files remain as trash until a compaction, which moves everything after the first trash.
 *
 * The files are a plain map, which outlives boards and may change outside; each access recomputes where they lie.
 */

/** File name and contents, both byte strings. */
export type Files = Map<string, string>;

export interface Flash {
  readonly size: number;
  /** Bytes after the last file. */
  free(): number;
  stats(): FlashStats;
  /**
   * Writes a file, compacting first if necessary. The version it replaces becomes trash in any case.
   * @returns false if there is no room
   */
  write(name: string, text: string): boolean;
  /**
   * Writes into erased bytes of a file.
   * @param at the first of them
   */
  fill(name: string, at: number, text: string): void;
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
  /** The shipped program, as if it were a file; empty for none. */
  readonly shipped: () => string;
  /**
   * Called before bytes are written, or erased.
   * @returns how many are written; with fewer than `count`, the power is cut then
   */
  readonly power: (count: number) => number;
  /** Ends the program: the power is cut. */
  readonly cut: () => never;
  /** A file was written over a part of a header: what follows it in flash cannot be read any more. */
  readonly damaged: () => void;
  /** A file is written or erased, with so many bytes. */
  readonly wrote: (bytes: number) => void;
  /** Called for a compaction: it takes `ms`, erases `pages` and prints `line`. */
  readonly compacts: (ms: number, line: string, pages: number) => void;
  /** Called after it. `moved` names the files that it moved; {@link SHIPPED} stands for the program. */
  readonly compacted: (moved: ReadonlySet<string>) => void;
}

/** The name of the shipped program. */
export const SHIPPED = "";

const HEADER_SIZE = 32;
const PAGE_SIZE = 4096;
/** How long it takes to erase and rewrite a page, in ms; an estimate. */
const PAGE_TIME = 60;

/** What is written to delete a file: a zero over the first characters of its name. */
const DELETION = 4;
/** The first bytes of a header: the low ones of the size, 65535 at most for a program. */
const LOW_BYTES = 2;

const ERASED = "\xff";

/** A file, or trash if it has no name. */
export interface Entry {
  name: string | undefined;
  text: string;
}

/** The name of a file whose header was written or deleted in part when the power was cut. */
export const NAMELESS = "\0";

/** The size in a header of which only the first bytes were written: the next header is written over it. */
const torn = new WeakMap<Entry[], number>();

/** Where the files lie, by the map that holds them. */
const layouts = new WeakMap<Files, Entry[]>();

/** What is in flash, and survives a cut of the power. */
export interface Layout {
  /** In their order. */
  readonly entries: readonly Entry[];
  /** The size in a header of which only the first bytes were written. */
  readonly torn: number | undefined;
}

export function layoutOf(files: Files): Layout {
  const entries = layouts.get(files) ?? [];
  return { entries, torn: torn.get(entries) };
}

export function createFlash({
  files,
  size,
  shipped,
  power,
  cut,
  damaged,
  wrote,
  compacts,
  compacted,
}: FlashParts): Flash {
  const entries = layouts.get(files) ?? [];
  layouts.set(files, entries);

  /** Applies outside changes to the files, as if the interpreter had made them. */
  function sync(): Entry[] {
    const wanted = new Map(files);
    if (shipped() !== "") wanted.set(SHIPPED, shipped());
    for (const entry of entries) {
      const { name } = entry;
      if (name === undefined || name === NAMELESS) continue;
      if (wanted.get(name) === entry.text) wanted.delete(name);
      else entry.name = undefined;
    }
    if (wanted.delete(SHIPPED)) entries.unshift({ name: SHIPPED, text: shipped() }); // it was shipped first
    for (const [name, text] of wanted) entries.push({ name, text });
    return entries;
  }

  function used(): number {
    return sync().reduce((sum, { text }) => sum + spaceOf(text), 0);
  }

  /** The interpreter's estimate of the room after a compaction: it counts the free space once per page it examines. */
  function estimatedRoom(): number {
    let room = sync().reduce((sum, { name, text }) => sum + (name === undefined ? text.length : 0), 0);
    for (let at = used(); at < size; at = (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE) room += size - at;
    return room;
  }

  function compact(): boolean {
    const all = sync();
    const first = all.findIndex(({ name }) => name === undefined);
    if (first < 0) return false;
    const start = all.slice(0, first).reduce((sum, { text }) => sum + spaceOf(text), 0);
    const pages = Math.ceil((used() - start) / PAGE_SIZE);
    compacts(pages * PAGE_TIME, `Compacting... ${progressOf(all, start)}`, pages);
    const kept = all.filter(({ name }) => name !== undefined);
    entries.splice(0, entries.length, ...kept);
    compacted(new Set(kept.slice(first).map(({ name }) => name ?? "")));
    return true;
  }

  function erase(name: string): void {
    const entry = sync().find((each) => each.name === name);
    if (!entry || !files.has(name)) return;
    files.delete(name);
    wrote(DELETION);
    const written = power(DELETION);
    if (written === 0) files.set(name, entry.text);
    else entry.name = written < DELETION ? NAMELESS : undefined;
    if (written < DELETION) cut();
  }

  /** Writes a file's header. @returns the file, of erased bytes */
  function create(name: string, length: number): Entry {
    const before = torn.get(entries);
    const written = power(HEADER_SIZE);
    if (written > 0 && written <= LOW_BYTES) torn.set(entries, length | (-1 << (8 * written)));
    else if (written > 0) torn.delete(entries);
    const given = before === undefined ? length : length & before & 0xffffff;
    const entry = { name: written < HEADER_SIZE ? NAMELESS : name, text: ERASED.repeat(given) };
    if (written > LOW_BYTES) entries.push(entry);
    if (written < HEADER_SIZE) cut();
    return entry;
  }

  function fill(entry: Entry, at: number, text: string): void {
    const isDamaged = at + text.length > entry.text.length;
    const written = power(text.length);
    const whole = entry.text.slice(0, at) + text.slice(0, written) + entry.text.slice(at + written);
    entry.text = whole.slice(0, entry.text.length);
    files.set(entry.name ?? "", entry.text);
    if (written < text.length) cut();
    if (isDamaged) damaged();
  }

  return {
    size,
    free: () => size - used(),
    stats() {
      const all = sync();
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
      if (files.get(name) === text) return true; // already written
      erase(name);
      const needed = spaceOf(text);
      if (needed > size - used()) {
        if (needed >= estimatedRoom() || !compact() || needed > size - used()) return false;
      }
      wrote(HEADER_SIZE + text.length);
      fill(create(name, text.length), 0, text.replace(/\xff+$/, ""));
      return true;
    },
    fill(name, at, text) {
      const entry = sync().find((each) => each.name === name);
      if (!entry) return;
      wrote(text.length);
      fill(entry, at, text);
    },
    erase,
    eraseAll() {
      files.clear();
      entries.splice(0);
      torn.delete(entries);
    },
    compact,
  };
}

/** The progress a compaction prints: a spinning bar that advances every 16 kB. */
function progressOf(entries: readonly Entry[], start: number): string {
  let bar = "";
  let last = 0;
  let at = 0;
  for (const { name, text } of entries) {
    const progress = Math.max(0, at - start) >> 14;
    if (name !== undefined && at >= start && progress !== last) {
      bar += `\b${"/-\\|".charAt(progress & 3)}`;
      last = progress;
    }
    at += spaceOf(text);
  }
  return bar;
}

function spaceOf(text: string): number {
  return HEADER_SIZE + 4 * Math.ceil(text.length / 4);
}
