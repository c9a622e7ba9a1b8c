/** Folders of board files for tests. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { BoardError, loadBoard } from "../../scripts/lib/boards.ts";

/** A complete board file, with nothing that a default would give. */
export const COMPLETE = {
  title: "Complete",
  chip: "esp32",
  led: { kind: "gpio", pin: 2 },
  wifi: { ssid: "attic", password: "under-the-roof" },
  onenet: { generation: "multiprotocol", product: "200100", device: "600700800", authInfo: "kitchen-lamp-1" },
};

/** A folder `boards` that holds these files and is gone when the test is; what is no text or bytes is written as JSON. */
export function boardFolder(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), "boards-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  const directory = join(root, "boards");
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) {
    const plain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(directory, name), plain ? content : JSON.stringify(content));
  }
  return directory;
}

/** The mistakes of a board, one line each. */
export function refusal(name: string, directory: string, local = true): string[] {
  try {
    loadBoard(name, { directory, local });
  } catch (error) {
    if (error instanceof BoardError) return error.message.split("\n");
    throw error;
  }
  return [];
}
