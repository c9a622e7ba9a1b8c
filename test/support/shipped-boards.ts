/** The boards that the project ships, whatever files of the user's own are in `boards/`. */

import { execFileSync } from "node:child_process";
import { listBoards } from "../../scripts/boards/index.ts";

/** Their names, sorted. In a copy of the project without git: of all files `boards/<name>.json`. */
export const SHIPPED: readonly string[] = shippedIn(filesInGit());

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
