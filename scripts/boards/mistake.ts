/** A mistake in a board file, and helpers for the wording of mistakes. */

import { closestMatch } from "leven";
import { UserError } from "../cli/user-error.ts";
import { list, t } from "../cli/language.ts";

/** One mistake: where it is, what is wrong, and how to correct it. */
export interface Mistake {
  /** The file that wrote it, such as `boards/kitchen.local.json`. */
  readonly file: string;
  /** Line and column, from 1, where they are known. */
  readonly position?: { readonly line: number; readonly column: number };
  /** The field's path, such as `led.pin` or `streams[2].id`; empty for the file as a whole. */
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** A mistake in a board, which may come from several files. */
export interface Finding {
  /** The value that is wrong or missing (RFC 6901). */
  readonly pointer: string;
  /** Other values that contribute to the mistake. */
  readonly causes?: readonly string[];
  readonly problem: string;
  readonly remedy: string;
}

/** Most mistakes of one kind reported per file: there may be thousands. */
export const MOST_REPORTED = 100;

/** All mistakes of a board file and of those it extends; the message has one line for each. */
export class BoardError extends UserError {
  override readonly name = "BoardError";

  /** @param placed the same with their positions, for the user */
  constructor(
    readonly mistakes: readonly Mistake[],
    private readonly placed: readonly Mistake[] = mistakes,
  ) {
    super(mistakes.map(formatMistake).join("\n"));
  }

  override get lines(): readonly string[] {
    return this.placed.map(formatMistake);
  }

  override get details(): object {
    return { mistakes: this.placed };
  }
}

/** `boards/kitchen.json: led.pin: 36 is an input-only pin on ESP32; choose one of 2, 4, 5` */
export function formatMistake({ file, position, field, problem, remedy }: Mistake): string {
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return `${place}: ${field === "" ? "" : `${field}: `}${sentenceOf({ problem, remedy })}`;
}

export function sentenceOf({ problem, remedy }: Pick<Mistake, "problem" | "remedy">): string {
  return t`${problem}; ${remedy}`;
}

/** `/streams/2/id` → `streams[2].id` */
export function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, token) => {
      if (/^\d+$/.test(token)) return `${path}[${token}]`;
      const key = /^[$\w-]{1,40}$/.test(token) ? token : quote(token);
      return path === "" ? key : `${path}.${key}`;
    }, "");
}

/** `pointer` to the field `key` of the object or list at `parent` (RFC 6901). */
export function child(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** A value from a file as JSON, shortened to fit a line, without control sequences. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value);
  const cut = json.length > 40 ? json.slice(0, 39) + "…" : json; // a split character is escaped below
  return cut.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The choice probably meant, if one is close. */
export function nearestTo(written: string, choices: readonly string[]): string | undefined {
  const maxDistance = Math.min(3, Math.ceil(written.length / 3));
  return closestMatch(written.slice(0, 40).toLowerCase(), choices, { maxDistance });
}

/** Most names of files that a message lists: a class has a thousand. */
const MOST_LISTED = 40;

/** `attic, kitchen`; of a long list its beginning, and how many more there are. */
export function listFiles(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return more > 0 ? t`${list(names.slice(0, MOST_LISTED))} and ${more} more` : list(names);
}

/** `did you mean "pin"?` if something close was written, else `choose one of "kind", "pin"`. */
export function suggest(written: string, choices: readonly string[]): string {
  const nearest = nearestTo(written, choices);
  return nearest === undefined
    ? t`choose one of ${list(choices.map(quote))}`
    : t`did you mean ${quote(nearest)}?`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
