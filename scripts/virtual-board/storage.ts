/** `require("Storage")`: files in flash, which survive reboots; as much flash as the chip has. */
import type { Flash, Files } from "./flash.ts";
import { JsonError, parseJson, type JsonFactory } from "./json.ts";
import { EspruinoError } from "./realm.ts";

/** Longest name in bytes; longer ones are cut off. */
const NAME_LENGTH = 28;
/** An erased byte. */
const ERASED = "\xff";

export function storageModule(
  files: Files,
  flash: Flash,
  make: JsonFactory,
  toText: (value: unknown) => string,
  toJson: (value: unknown) => string,
): Record<string, unknown> {
  function read(name: unknown, offset?: unknown, length?: unknown): string | undefined {
    const start = Math.max(0, Math.trunc(Number(offset ?? 0)) || 0);
    const count = Math.trunc(Number(length ?? 0)) || 0;
    const text = files.get(fileName(name));
    // None, 0 or less means as many bytes as the file has.
    return text?.slice(start, start + (count > 0 ? count : text.length));
  }

  /** @param fileSize creates a blank file of this size, of which `data` is a part */
  function write(name: unknown, data: unknown, offset: unknown = 0, fileSize?: unknown): true {
    if (data === undefined) throw new EspruinoError("Can't get pointer to data to write");
    const key = fileName(name);
    const text = toText(data);
    const start = Number(offset);
    const size = Number(fileSize ?? 0) || text.length;
    if (size === 0) throw new EspruinoError("Can't create zero length file");
    const old = files.get(key);
    const isBlank = old?.length === size && isErased(old);
    if (start === 0 && !isBlank) {
      const isWhole = text.length === size;
      if (!flash.write(key, isWhole ? text : ERASED.repeat(size)))
        throw new EspruinoError("Unable to find or create file");
      if (isWhole) return true;
    }
    const whole = files.get(key);
    if (whole === undefined) throw new EspruinoError("Unable to find or create file");
    if (start + text.length > whole.length) throw new EspruinoError("Too much data for file size");
    if (!isErased(whole.slice(start, start + text.length)))
      throw new EspruinoError("File already written with different data");
    flash.fill(key, start, text);
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
        throw error instanceof JsonError ? new EspruinoError(error.message, error.type) : error;
      }
    },
    writeJSON: (name: unknown, value: unknown) => write(name, toJson(value)),
    erase: (name: unknown) => flash.erase(fileName(name)),
    eraseAll: () => flash.eraseAll(),
    list(filter: unknown) {
      return make.array([...files.keys()].filter((name) => matches(name, filter)));
    },
    getFree: () => flash.free(),
    getStats: () => Object.assign(make.object(), flash.stats()),
    compact: () => void flash.compact(),
  };
}

function isErased(text: string): boolean {
  return text === ERASED.repeat(text.length);
}

function fileName(name: unknown): string {
  return String(name).slice(0, NAME_LENGTH);
}

/** @param filter a regular expression of the program's realm, a substring, or undefined for all */
function matches(name: string, filter: unknown): boolean {
  if (filter === undefined) return true;
  if (typeof filter === "string") return name.includes(filter);
  return (filter as RegExp).test(name);
}
