/** Notices changes in folders. */

import { watch } from "node:fs";

/** How long after a change others may follow, in ms: editors save in several steps. */
const SETTLED = 100;

/**
 * @param folders with all folders in them
 * @param changed called after any file was written, made or removed
 * @param failed called, once for each folder, if the system cannot watch it
 * @returns a function that stops watching
 */
export function watchFolders(
  folders: readonly string[],
  changed: () => void,
  failed: (folder: string, why: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.flatMap((folder) => {
    const report = (error: unknown) => failed(folder, (error as Error).message);
    try {
      const watcher = watch(folder, { recursive: true }, () => {
        clearTimeout(timer);
        timer = setTimeout(changed, SETTLED);
      });
      return [watcher.on("error", report)];
    } catch (error) {
      report(error);
      return [];
    }
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
