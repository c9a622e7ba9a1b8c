/** Notices changes in folders. */

import { readdirSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

/** How long after a change others may follow, in ms: editors save in several steps. */
const SETTLED = 100;

/**
 * @param folders with all folders in them
 * @param changed called after any file was written, made or removed
 * @param failed called if the system cannot watch it
 * @returns a function that stops watching
 */
export function watchFolders(
  folders: readonly string[],
  changed: () => void,
  failed: (folder: string, why: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers = new Map<string, FSWatcher>();

  // Folder by folder: with `recursive`, Node.js 20 loses a file that was replaced, which is how many editors save.
  function watchTree(folder: string): void {
    const inside = readdirSync(folder, { recursive: true, withFileTypes: true });
    const all = inside
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const each of [folder, ...all]) if (!watchers.has(each)) watchers.set(each, watchOne(each, folder));
  }

  function watchOne(each: string, folder: string): FSWatcher {
    const watcher = watch(each, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        attempt(folder); // it may have new folders
        changed();
      }, SETTLED);
    });
    return watcher.on("error", () => {
      watcher.close();
      watchers.delete(each); // removed
    });
  }

  function attempt(folder: string): void {
    try {
      watchTree(folder);
    } catch (error) {
      failed(folder, (error as Error).message);
    }
  }

  folders.forEach(attempt);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}
