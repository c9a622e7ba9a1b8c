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
  /** Changes a file in place. */
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
  /** The shipped program, as if it were a file; empty for none. */
  readonly shipped: () => string;
  /** Called for a compaction: it takes `ms` and prints `line`. */
  readonly compacts: (ms: number, line: string) => void;
  /** Called after it. `moved` names the files that it moved; {@link SHIPPED} stands for the program. */
  readonly compacted: (moved: ReadonlySet<string>) => void;
}

/** The name of the shipped program. */
export const SHIPPED = "";

const HEADER_SIZE = 32;
const PAGE_SIZE = 4096;
/** How long it takes to erase and rewrite a page, in ms; an estimate. */
const PAGE_TIME = 60;

/** A file, or trash if it has no name. */
interface Entry {
  name: string | undefined;
  text: string;
}

/** Where the files lie, by the map that holds them. */
const layouts = new WeakMap<Files, Entry[]>();

export function createFlash({ files, size, shipped, compacts, compacted }: FlashParts): Flash {
  const entries = layouts.get(files) ?? [];
  layouts.set(files, entries);

  /** Applies outside changes to the files, as if the interpreter had made them. */
  function sync(): Entry[] {
    const wanted = new Map(files);
    if (shipped() !== "") wanted.set(SHIPPED, shipped());
    for (const entry of entries) {
      const { name } = entry;
      if (name === undefined) continue;
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
    compacts(Math.ceil((used() - start) / PAGE_SIZE) * PAGE_TIME, `Compacting... ${progressOf(all, start)}`);
    const kept = all.filter(({ name }) => name !== undefined);
    entries.splice(0, entries.length, ...kept);
    compacted(new Set(kept.slice(first).map(({ name }) => name ?? "")));
    return true;
  }

  function erase(name: string): void {
    files.delete(name);
    sync();
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
      files.set(name, text);
      sync();
      return true;
    },
    patch(name, text) {
      const entry = sync().find((each) => each.name === name);
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
