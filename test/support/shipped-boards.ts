/** The boards that the project ships, whatever files of the user's own are in `boards/`. */

import { execFileSync } from "node:child_process";
import type { Board } from "../../scripts/boards/board.ts";
import { DEFAULT_BOARD, listBoards } from "../../scripts/boards/index.ts";
import { shipped } from "./bundles.ts";

/** Their names, sorted. In a copy of the project without git: of all files `boards/<name>.json`. */
export const SHIPPED: readonly string[] = shippedIn(filesInGit());

/** Those that commands are tested with. */
const USED = [DEFAULT_BOARD, "esp32-s3-devkitc-studio"];

/** These, and each that has what none before it has: a generation, a chip, a driver of its LED, a kind of part, own code. */
export const VARIED: readonly string[] = variedAmong(SHIPPED);

function variedAmong(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const isNew = (name: string) => {
    const before = seen.size;
    for (const trait of traitsOf(shipped(name))) seen.add(trait);
    return seen.size > before;
  };
  const varied = [...USED, ...names].filter(isNew);
  return names.filter((name) => varied.includes(name));
}

function traitsOf({ name, onenet, chip, led, parts = [], code }: Board): string[] {
  const kinds = parts.map(({ kind }) => `part ${kind}`);
  return [
    onenet.generation,
    chip,
    `LED ${led?.kind ?? "none"}`,
    ...kinds,
    ...(code ? [`code of ${name}`] : []),
  ];
}

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
