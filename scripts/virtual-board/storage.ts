/** `require("Storage")`: files of bytes in flash that stay over reboots, in a flash of the chip's size. */
import { parseJson, type JsonFactory } from "./json.ts";
import { EspruinoError } from "./realm.ts";

/** File name and contents, both byte strings. */
export type Files = Map<string, string>;

/** Longest name in bytes; the rest of a longer one is cut off. */
const NAME_LENGTH = 28;
const HEADER_SIZE = 32;

export function storageModule(
  files: Files,
  size: number,
  make: JsonFactory,
  toText: (value: unknown) => string,
  toJson: (value: unknown) => string,
): Record<string, unknown> {
  const free = () => {
    let left = size;
    for (const text of files.values()) left -= spaceOf(text.length);
    return left; // as after Espruino's own compaction
  };

  function read(name: unknown, offset?: unknown, length?: unknown): string | undefined {
    const start = Number(offset ?? 0);
    const count = Number(length ?? 0); // none, and 0, mean the rest
    return files.get(fileName(name))?.slice(start, count === 0 ? undefined : start + count);
  }

  /** @param fileSize makes a file of this size, filled with 0xFF, of which `data` is a part */
  function write(name: unknown, data: unknown, offset: unknown = 0, fileSize?: unknown): true {
    if (data === undefined) throw new EspruinoError("Can't get pointer to data to write");
    const key = fileName(name);
    const text = toText(data);
    const start = Number(offset);
    const old = start > 0 ? (files.get(key) ?? "") : "";
    const total = Number(fileSize ?? 0) || old.length || text.length;
    if (total === 0) throw new EspruinoError("Can't create zero length file");
    if (start + text.length > total) throw new EspruinoError("Too much data for file size");
    if (spaceOf(total) > free() + (files.has(key) ? spaceOf(files.get(key)?.length ?? 0) : 0)) {
      throw new EspruinoError("Unable to find or create file");
    }
    const whole = old.padEnd(total, "\xff");
    files.set(key, whole.slice(0, start) + text + whole.slice(start + text.length));
    return true;
  }

  return {
    read,
    write,
    readJSON(name: unknown, noExceptions: unknown) {
      const text = read(name);
      if (text === undefined) return undefined;
      try {
        return parseJson(text, make, true);
      } catch (error) {
        if (noExceptions === true) return undefined;
        throw error;
      }
    },
    writeJSON: (name: unknown, value: unknown) => write(name, toJson(value)),
    erase: (name: unknown) => void files.delete(fileName(name)),
    eraseAll: () => files.clear(),
    list(filter: unknown) {
      const names = make.array();
      for (const name of [...files.keys()]) if (matches(name, filter)) names.push(name);
      return names;
    },
    getFree: free,
    compact: () => undefined,
  };
}

function fileName(name: unknown): string {
  return String(name).slice(0, NAME_LENGTH);
}

/** @param filter a regular expression of the program's realm, part of a name, or undefined for all */
function matches(name: string, filter: unknown): boolean {
  if (filter === undefined) return true;
  if (typeof filter === "string") return name.includes(filter);
  return (filter as RegExp).test(name);
}

function spaceOf(length: number): number {
  return HEADER_SIZE + 4 * Math.ceil(length / 4);
}
