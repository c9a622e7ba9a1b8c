/** Reads the names of a class: one a line. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { decodeText } from "../boards/decode-text.ts";
import { quote } from "../boards/mistake.ts";
import { explainRead } from "../cli/output-file.ts";
import { UserError } from "../cli/command.ts";
import { INVISIBLE } from "../cli/shorten.ts";
import { t } from "../cli/language.ts";

/** Most names of a class. */
const MOST_NAMES = 1000;

/** Longest name, in bytes of UTF-8: it becomes the board's title. */
const LONGEST_NAME = 64;

/** Longest file, in bytes: that many names, and comments. */
const LONGEST_FILE = 1024 * 1024;

/** All that is wrong with a list of names; a line for each. */
class NamesError extends UserError {
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"));
  }

  override get lines(): readonly string[] {
    return this.faults;
  }
}

/**
 * The names in a file, in its order. Blank lines and those that begin with `#` do not count.
 * @throws UserError with everything that is wrong, each with its line
 */
export function readNames(path: string): readonly string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(explainRead(path, (error as NodeJS.ErrnoException).code ?? ""));
  }
  return namesIn(basename(path), bytes);
}

/** @param file its name in messages */
export function namesIn(file: string, bytes: Uint8Array): readonly string[] {
  if (bytes.length > LONGEST_FILE)
    throw new UserError(t`${file}: is ${bytes.length} bytes long; write one name a line`);
  const text = decodeText(bytes);
  if (text === undefined)
    throw new UserError(t`${file}: is not UTF-8 text; save it with UTF-8 encoding, as plain text`);
  /** The line of each name, by what makes names the same. */
  const seen = new Map<string, number>();
  const names: string[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const name = line.trim().normalize();
    if (name === "" || name.startsWith("#")) continue;
    const fault = faultOf(name, seen);
    if (fault === undefined) names.push(name);
    else faults.push(`${file}:${index + 1}: ${fault}`);
    seen.set(keyOf(name), seen.get(keyOf(name)) ?? index + 1);
  }
  if (names.length > MOST_NAMES)
    faults.push(t`${file}: has ${names.length} names; at most ${MOST_NAMES} fit into a class`);
  if (names.length + faults.length === 0) faults.push(t`${file}: has no names; write one a line`);
  if (faults.length > 0) throw new NamesError(faults);
  return names;
}

/** What two names have in common if people would take them for the same: case, width and spaces do not count. */
export function keyOf(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function faultOf(name: string, seen: ReadonlyMap<string, number>): string | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes > LONGEST_NAME)
    return t`${quote(name)} has ${bytes} bytes; a name has at most ${LONGEST_NAME}, a Chinese character takes 3`;
  if (name.search(INVISIBLE) >= 0)
    return t`${quote(name)} contains an invisible character; type the name again`;
  const first = seen.get(keyOf(name));
  if (first === undefined) return undefined;
  return t`${quote(name)} is already on line ${first}; add something that tells the two apart`;
}
