/** The boards that the project ships, whatever files of the user's own are in `boards/`. */

import { execFileSync } from "node:child_process";
import { DEFAULT_BOARD, listBoards } from "../../scripts/boards/index.ts";

/** Their names, sorted. In a copy of the project without git: of all files `boards/<name>.json`. */
export const SHIPPED: readonly string[] = shippedIn(filesInGit());

/** Those that `npm test` uses: of each chip, with each kind of LED. `npm run test:long` uses the others. */
export const EVERYDAY: readonly string[] = [
  DEFAULT_BOARD,
  "esp32-c3-devkitm",
  "esp32-s3-devkitc-studio",
  "tpyboard-v202",
];

function shippedIn(files: readonly string[]): string[] {
  return listBoards().shipped.filter((name) => files.length === 0 || files.includes(`boards/${name}.json`));
}

function filesInGit(): string[] {
  try {
    const text = execFileSync("git", ["ls-files", "boards"], { encoding: "utf8", stdio: "pipe" });
    return text.split("\n").filter((file) => file !== "");
  } catch {
    return [];
  }
}
