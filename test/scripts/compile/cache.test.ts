import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createCache } from "../../../scripts/compile/cache.ts";

const ENTRY = { code: 'print("\\xe6\\xb8\\xa9");\n', warnings: ["kitchen.ts:1:1: hardly meant"] };

let directory: string;
beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), "cache-"));
  directory = join(parent, "cache");
  onTestFinished(() => rm(parent, { recursive: true }));
});

it("gives back what was put in, to another process as well", async () => {
  expect(await createCache(directory).get("a")).toBeUndefined();
  await createCache(directory).set("a", ENTRY);
  expect(await createCache(directory).get("a")).toEqual(ENTRY);
  expect(await createCache(directory).get("b")).toBeUndefined();
});

it.skipIf(process.platform === "win32")("is for its owner's eyes: scripts hold passwords", async () => {
  await createCache(directory).set("a", ENTRY);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, "a.json"))).mode & 0o777).toBe(0o600);
});

describe("an entry that is damaged counts as none", () => {
  it.each<[what: string, damage: (text: string) => string]>([
    ["cut short", (text) => text.slice(0, -5)],
    ["empty", () => ""],
    ["zeros, as after a power cut", (text) => "\0".repeat(text.length)],
    ["with another letter", (text) => text.replace("print", "prinT")],
  ])("%s", async (_what, damage) => {
    const cache = createCache(directory);
    await cache.set("a", ENTRY);
    const file = join(directory, "a.json");
    await writeFile(file, damage(await readFile(file, "utf8")));
    expect(await cache.get("a")).toBeUndefined();
    await cache.set("a", ENTRY);
    expect(await cache.get("a")).toEqual(ENTRY);
  });
});

it("does without where nothing can be written", async () => {
  await writeFile(directory, "a file where the folder should be");
  const cache = createCache(directory);
  await cache.set("a", ENTRY);
  expect(await cache.get("a")).toBeUndefined();
});

it("keeps what was used last when there is too much", async () => {
  const cache = createCache(directory, 4);
  for (const [i, key] of ["a", "b", "c", "d"].entries()) {
    await cache.set(key, ENTRY);
    await utimes(join(directory, `${key}.json`), 1000 + i, 1000 + i);
  }
  await cache.get("a");
  await cache.set("e", ENTRY);
  expect((await readdir(directory)).sort()).toEqual(["a.json", "d.json", "e.json"]);
});

it("gives whole entries or none while others write and clear", async () => {
  const caches = [createCache(directory, 3), createCache(directory, 3)];
  const keys = ["a", "b", "c", "d", "e", "f"];
  const entryOf = (key: string) => ({ code: key.repeat(50_000), warnings: [] });
  const seen = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const [cache = createCache(directory), key = ""] = [caches[i % 2], keys[i % keys.length]];
      await cache.set(key, entryOf(key));
      return [key, await cache.get(key)] as const;
    }),
  );
  for (const [key, entry] of seen) if (entry) expect(entry).toEqual(entryOf(key));
  expect((await readdir(directory)).filter((name) => name.endsWith(".draft"))).toEqual([]);
});
