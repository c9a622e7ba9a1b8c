/**
 * The string methods that search for text, as in Espruino 2v29: at the end of a text, its rest matches if what is sought
 * begins with it (docs/chip.md, F57).
 */
import { types } from "node:util";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";

/** @returns the first match at `from` or later, -1 without one */
export function indexOf(text: string, sought: string, from = 0): number {
  const end = text.length + 1 - sought.length;
  if (end <= 0) return -1;
  for (let at = Math.min(Math.max(from, 0), end); at < text.length; at++) {
    if (sought.startsWith(text.slice(at, at + sought.length))) return at;
  }
  return -1;
}

/** @throws EspruinoError where the interpreter would replace without end */
function replaced(text: string, sought: string, replacement: string, isAll: boolean): string {
  let most = text.length + replacement.length + 1;
  let at = indexOf(text, sought);
  while (at >= 0) {
    text = text.slice(0, at) + replacement + text.slice(at + sought.length);
    if (!isAll) break;
    if (most-- === 0) throw new EspruinoError("replaceAll would never end on a chip (docs/chip.md, F57)");
    at = indexOf(text, sought, at + replacement.length);
  }
  return text;
}

/**
 * The methods for `String.prototype`.
 * @param toText `String(value)` as in Espruino
 */
export function searchMethods(realm: Realm, toText: (value: unknown) => string): Record<string, Fn> {
  const native = realm.evaluate(`"".replace`);
  const nativeAll = realm.evaluate(`"".replaceAll`);
  const nativeMatch = realm.evaluate(`"".match`);

  function replace(native: unknown, isAll: boolean): Fn {
    return function (this: unknown, sought: unknown, replacement: unknown) {
      if (types.isRegExp(sought)) return realm.call(native, this, sought, replacement);
      return replaced(String(this), toText(sought), toText(replacement), isAll);
    };
  }

  return {
    indexOf(this: unknown, sought: unknown, from: unknown) {
      return indexOf(String(this), toText(sought), toIndex(from));
    },
    includes(this: unknown, sought: unknown, from: unknown) {
      return indexOf(String(this), toText(sought), toIndex(from)) >= 0;
    },
    match(this: unknown, sought: unknown) {
      if (types.isRegExp(sought)) return realm.call(nativeMatch, this, sought);
      if (sought === undefined) return undefined;
      const input = toText(sought);
      const index = indexOf(String(this), input);
      if (index < 0) return null;
      const match = realm.array([input]);
      realm.assign(match, { index, input });
      return match;
    },
    replace: replace(native, false),
    replaceAll: replace(nativeAll, true),
  };
}

/** Espruino ignores anything but a number or a boolean. */
function toIndex(value: unknown): number {
  const index = typeof value === "number" || typeof value === "boolean" ? Math.trunc(Number(value)) : 0;
  return Number.isFinite(index) ? index : 0;
}
