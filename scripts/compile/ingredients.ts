/**
 * The inputs of a board's script, and a hash over all of them. It covers contents, never times: equal hashes mean equal
 * scripts.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../boards/board.ts";
import { readRegularFile } from "../boards/regular-file.ts";
import { language } from "../cli/language.ts";

export interface Ingredients {
  readonly key: string;
  /** Whether the key covers a file: by its contents, or by the version of its package. */
  covers(file: string): boolean;
}

/** npm's own list of the installed packages and their versions. */
const INSTALLED = join("node_modules", ".package-lock.json");
const SETTINGS = ["tsconfig.base.json", "package.json", INSTALLED];
/** Names of files that TypeScript may read. */
const SOURCE = /\.([cm]?[jt]sx?|json)$/;

/** The folder of this module's project. */
const HOME = fileURLToPath(new URL("../..", import.meta.url));
/** The modules of the build, as absolute paths. */
export const TOOLS: ReadonlySet<string> = modulesFrom(fileURLToPath(new URL("script.ts", import.meta.url)));
/** Their hash when this process loaded them. */
const loaded = hashOf(TOOLS, HOME);

/**
 * The key depends neither on the version of Node, since the build's output does not (.ci/run compares), nor on where the
 * project is, unless the board has its own code, which may import any file, and has warnings in a language.
 * @param root the project's folder
 * @returns undefined if an input is unknown: npm's list is missing, or the build's modules changed after they were loaded
 */
export function ingredientsOf(board: Board, root = process.cwd()): Ingredients | undefined {
  try {
    if (hashOf(TOOLS, HOME) !== loaded) return undefined;
    const files = [...SETTINGS.map((file) => resolve(root, file)), ...sourcesIn(resolve(root, "src"))];
    if (board.code) files.push(resolve(root, "boards/espruino.d.ts"), ...sourcesIn(dirname(board.code.file)));
    const all = new Set(files.sort());
    const key = createHash("sha256")
      .update(JSON.stringify([board.code ? [root, language] : "", board, loaded]))
      .update(hashOf(all, root));
    const packages = realpathSync(resolve(root, "node_modules")) + sep;
    return {
      key: key.digest("hex"),
      // TypeScript writes / on every system.
      covers: (file) => all.has(resolve(file)) || resolve(file).startsWith(packages),
    };
  } catch {
    return undefined;
  }
}

/** A file and every project file it imports, directly or indirectly. */
function modulesFrom(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, path = ""] of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]+)"/g))
    modulesFrom(resolve(dirname(file), path), found);
  return found;
}

function sourcesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && SOURCE.test(entry.name))
    .map(({ parentPath, name }) => resolve(parentPath, name));
}

/** Hashes contents, and names relative to `root`. */
function hashOf(files: Iterable<string>, root: string): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readRegularFile(file);
    hash.update(`${relative(root, file)} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}
