/** Imports go one way: between rooms as in the architecture, and never in a circle. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "../scripts/compile/typescript.js";
import { expect, it } from "vitest";

const FILES = ["scripts", "src", "test"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name)),
);

/** The rooms of `scripts/`, and those that each may import: the table in docs/architecture.md. */
const ROOMS = new Map(
  [
    ...readFileSync("docs/architecture.md", "utf8").matchAll(
      /^\| `scripts\/([\w-]+)\/` +\|[^|]*\| ([^|]*?) +\|$/gm,
    ),
  ].map(([, room = "", list = ""]) => [room, [...list.matchAll(/`([\w-]+)`/g)].map(([, it = ""]) => it)]),
);

/** The project's files that a file imports. */
const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));

function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  const paths = importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => join(dirname(file), fileName));
  return paths.flatMap((path) => {
    const found = ["", ".ts", ".tsx"].map((end) => path + end).find((it) => FILES.includes(it));
    return found === undefined ? [] : [found];
  });
}

/** The room of `scripts/` a file belongs to; undefined for commands and files elsewhere. */
function roomOf(file: string): string | undefined {
  return /^scripts\/([^/]+)\//.exec(file)?.[1];
}

it("finds files and their imports", () => {
  expect(IMPORTS.get("scripts/compile/bundle.ts")).toContain("scripts/cli/output-file.ts");
});

it("has exactly the rooms of the table, at most ten", () => {
  const rooms = readdirSync("scripts", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.map(({ name }) => name).sort()).toEqual([...ROOMS.keys()].sort());
  expect(rooms.length).toBeLessThanOrEqual(10);
});

it("imports only along the arrows, and never a command", () => {
  const against = [...IMPORTS].flatMap(([file, imports]) => {
    const room = roomOf(file);
    if (room === undefined) return [];
    return imports
      .filter((target) => target.startsWith("scripts/"))
      .filter((target) => roomOf(target) !== room && !ROOMS.get(room)?.includes(roomOf(target) ?? ""))
      .map((target) => `${file} → ${target}`);
  });
  expect(against).toEqual([]);
});

it("has no circular imports", () => {
  const done = new Set<string>();
  const path: string[] = [];
  const circles: string[] = [];
  function visit(file: string): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    IMPORTS.get(file)?.forEach(visit);
    path.pop();
    done.add(file);
  }
  FILES.forEach(visit);
  expect(circles).toEqual([]);
});
