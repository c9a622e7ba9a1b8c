/** The page as served: page/ bundled in memory, plus index.html. */

import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

const ROOT = fileURLToPath(new URL("page/", import.meta.url));

let bundled: Promise<ReadonlyMap<string, Asset>> | undefined;

/** Bundles the page, once in a process. @returns its files by path; nothing else is served */
export function bundlePage(): Promise<ReadonlyMap<string, Asset>> {
  return (bundled ??= bundle());
}

async function bundle(): Promise<ReadonlyMap<string, Asset>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { page: "main.tsx" },
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    format: "esm",
    splitting: true, // what is needed later comes later
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent", // failures are thrown
  });
  const assets = new Map<string, Asset>();
  for (const { path, contents } of outputFiles) {
    const isStyle = path.endsWith(".css");
    assets.set(`/${basename(path)}`, {
      type: isStyle ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
      body: contents,
    });
  }
  assets.set("/", { type: "text/html; charset=utf-8", body: await readFile(`${ROOT}index.html`) });
  assets.set("/icon.svg", { type: "image/svg+xml", body: await readFile(`${ROOT}icon.svg`) });
  return assets;
}
