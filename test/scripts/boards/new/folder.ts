/** Folders with the shipped board files, for tests that add one. */

import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BOARDS_DIRECTORY } from "../../../../scripts/boards/index.ts";
import { boardFolder } from "../board-folder.ts";
import { SHIPPED } from "../../../support/shipped-boards.ts";

/** The files shipped with the project: board files, and the code next to some. */
const FILES = SHIPPED.flatMap((name) =>
  [`${name}.json`, `${name}.ts`].filter((file) => existsSync(join(BOARDS_DIRECTORY, file))),
);

/** A folder `boards` that is deleted after the test. */
export function shippedFolder(): string {
  const directory = boardFolder({});
  for (const file of FILES) copyFileSync(join(BOARDS_DIRECTORY, file), join(directory, file));
  return directory;
}

/** Files in a folder besides the shipped ones, including partial ones. */
export function addedTo(directory: string): string[] {
  return readdirSync(directory).filter((file) => !FILES.includes(file));
}
