/** Built scripts, stored under a hash of their ingredients. Several processes may share the folder. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Entry {
  readonly code: string;
  readonly warnings: readonly string[];
}

export interface Cache {
  /** @returns undefined if the entry is missing or damaged */
  get(key: string): Promise<Entry | undefined>;
  /** Does nothing if the folder is not writable: a build must not fail because of its cache. */
  set(key: string, entry: Entry): Promise<void>;
}

/** Maximum number of entries, about 10 kB each; a run of the tests makes a quarter of it. */
const LIMIT = 400;

/**
 * @param directory created on the first write
 * @param limit maximum number of entries; the least recently used are dropped first
 */
export function createCache(directory: string, limit = LIMIT): Cache {
  const fileOf = (key: string) => join(directory, `${key}.json`);
  return {
    async get(key) {
      try {
        const file = fileOf(key);
        const text = await readFile(file, "utf8");
        const entry = text.slice(HASH_LENGTH + 1);
        if (text !== sealed(entry)) return undefined;
        const now = new Date();
        await utimes(file, now, now).catch(() => undefined);
        return JSON.parse(entry) as Entry;
      } catch {
        return undefined;
      }
    },
    async set(key, { code, warnings }) {
      // Renamed into place, so that nobody reads half a file. Only the owner may read it: scripts hold passwords.
      const draft = join(directory, `${randomUUID()}.draft`);
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeFile(draft, sealed(JSON.stringify({ code, warnings })), { mode: 0o600 });
        await rename(draft, fileOf(key));
        await dropOldest(directory, limit);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** The project's cache; `npm ci` clears it. */
export const SCRIPTS = createCache(join("node_modules", ".cache", "onenet-espruino"));

const HASH_LENGTH = 64;

/** The text, preceded by its hash. */
function sealed(text: string): string {
  return `${createHash("sha256").update(text).digest("hex")}\n${text}`;
}

async function dropOldest(directory: string, limit: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= limit) return;
  const used = await Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      return {
        file,
        time: await stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0, // removed by another process
        ),
      };
    }),
  );
  used.sort((a, b) => a.time - b.time);
  // Drops a quarter at a time, so that this happens rarely.
  const surplus = used.slice(0, names.length - Math.floor((limit * 3) / 4));
  await Promise.all(surplus.map(({ file }) => rm(file, { force: true })));
}
