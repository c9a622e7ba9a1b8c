/** Board files with code of their own, for tests. */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll } from "vitest";

export const IMPORT = 'import type { BoardCode } from "onenet-espruino";\n';
const BASE = await readFile("boards/esp32-devkit.json", "utf8");

/**
 * Makes folders with the files of a board `kitchen`, below the project, where TypeScript is told to look. A folder's name
 * comes from what is in it, so that the next run of the tests finds its script in the cache. To be called once in a file.
 * @param place their folder in dist/, removed in the end
 */
export function foldersIn(place: string) {
  const here = join("dist", place);
  afterAll(() => rm(here, { recursive: true, force: true }));
  return async (code: string, board: object = {}, more: Record<string, string> = {}): Promise<string> => {
    const kitchen = JSON.stringify({ extends: "esp32-devkit", ...board });
    const files = { "esp32-devkit.json": BASE, "kitchen.json": kitchen, "kitchen.ts": code, ...more };
    const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
    const directory = join(here, hash);
    await mkdir(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return directory;
  };
}

/** A stream of a source of the same name. */
export const stream = (source: string, more = {}) => ({ id: source, source, period: 1, dpType: 1, ...more });
