/** Folders with the shipped board files, for tests that add one. */

import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BOARDS_DIRECTORY, listBoards } from "../../../scripts/lib/boards.ts";
import { boardFolder } from "../board-folder.ts";

/** A folder `boards` that is gone when the test is. */
export function shippedFolder(): string {
  const directory = boardFolder({});
  for (const name of listBoards().shipped)
    copyFileSync(join(BOARDS_DIRECTORY, `${name}.json`), join(directory, `${name}.json`));
  return directory;
}

/** What is in a folder beside the shipped files, half-written ones too. */
export function addedTo(directory: string): string[] {
  const shipped = listBoards().shipped.map((name) => `${name}.json`);
  return readdirSync(directory).filter((file) => !shipped.includes(file));
}
