/** Joins a board file with the files that it extends, and remembers which file wrote what. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readJson, type BoardJson } from "./json.ts";
import { joinBoards } from "./merge.ts";
import { child, fieldOf, quote, suggest, type Finding, type Mistake } from "./mistake.ts";

/** The longest chain of `extends`; nobody follows a longer one. */
const LENGTH_LIMIT = 8;

/** The name of a file that `extends` can give, as the schema has it too. */
const FILE_NAME = /^[a-z0-9][a-z0-9-]*(\.local)?$/;

export interface Chain {
  /**
   * All files joined, without `extends`. Where a base could not be read, what there is, with the `extends` that
   * failed: the schema then takes nothing for missing. Undefined where the first file could not be read.
   */
  readonly board: Record<string, unknown> | undefined;
  readonly mistakes: readonly Mistake[];
  /** Absolute path of the own code, `<name>.ts`, of the nearest file that has any beside it; undefined where none has. */
  readonly code: string | undefined;
  /** A finding in the joined board, at the file that must be corrected. */
  readonly placed: (finding: Finding) => Mistake;
}

/** One file of the chain. */
interface Link {
  /** As messages name it: `boards/kitchen.json`. */
  readonly file: string;
  readonly value: Record<string, unknown>;
}

/**
 * Reads `<name>.json` and all that it extends.
 * @param unwritten what `<name>.json` says, where it is not there yet
 */
export function readChain(directory: string, name: string, unwritten?: Record<string, unknown>): Chain {
  const links: Link[] = []; // the file itself first, its last base last
  const names: string[] = [];
  const mistakes: Mistake[] = [];
  let base: unknown = name;
  while (typeof base === "string" && FILE_NAME.test(base)) {
    const link = links.at(-1);
    const refusal = link && refuseBase(directory, names, base);
    if (refusal !== undefined) {
      mistakes.push({ file: link?.file ?? "", field: "extends", ...refusal });
      break;
    }
    names.push(base);
    const file = `${basename(directory)}/${base}.json`;
    const { value, mistakes: found } =
      unwritten && links.length === 0
        ? { value: unwritten, mistakes: [] }
        : readFile(file, join(directory, `${base}.json`));
    mistakes.push(...found);
    if (value === undefined) break;
    links.push({ file, value });
    base = Object.hasOwn(value, "extends") ? value["extends"] : impliedBase(directory, base);
  }
  const board = links
    .map(({ value }) => value)
    .reduceRight<Record<string, unknown>>((below, value) => joinBoards(below, value), {});
  if (base === undefined) delete board["extends"];
  else board["extends"] = base;
  const origins = originsOf(links, board);
  origins.set("/extends", links.length - 1);
  return {
    board: links.length === 0 ? undefined : board,
    mistakes,
    code: names.map((file) => resolve(directory, `${file.replace(/\.local$/, "")}.ts`)).find(existsSync),
    placed: (finding) => place(finding, links, origins),
  };
}

/** Whether a file of boards/ describes a board, as its name tells; tsconfig.json is for the code of boards. */
export function isBoardFile(file: string): boolean {
  return file.endsWith(".json") && file !== "tsconfig.json";
}

/** `kitchen.local.json` stands on `kitchen.json` without saying so. */
function impliedBase(directory: string, name: string): string | undefined {
  const shipped = name.replace(/\.local$/, "");
  return shipped !== name && existsSync(join(directory, `${shipped}.json`)) ? shipped : undefined;
}

/** Why the next file of a chain cannot be read. */
function refuseBase(
  directory: string,
  names: readonly string[],
  base: string,
): { problem: string; remedy: string } | undefined {
  if (names.includes(base))
    return {
      problem: `goes in a circle: ${[...names, base].join(" → ")}`,
      remedy: "remove one extends of these",
    };
  if (names.length === LENGTH_LIMIT)
    return { problem: `goes on for more than ${LENGTH_LIMIT} files`, remedy: "extend fewer" };
  if (existsSync(join(directory, `${base}.json`))) return undefined;
  const files = readdirSync(directory)
    .filter(isBoardFile)
    .map((file) => file.replace(/\.json$/, ""));
  const others = files.filter((file) => FILE_NAME.test(file) && !names.includes(file)).sort();
  return {
    problem: `there is no file ${quote(`${base}.json`)}`,
    remedy: others.length === 0 ? "remove extends" : suggest(base, others),
  };
}

function readFile(file: string, path: string): BoardJson {
  try {
    return readJson(file, readFileSync(path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const problem = `cannot be read (${String(error.code)})`;
    return { mistakes: [{ file, field: "", problem, remedy: "make it a file that you may read" }] };
  }
}

/** Which link wrote each value of the joined board last, by pointer. */
function originsOf(links: readonly Link[], board: unknown): Map<string, number> {
  const origins = new Map<string, number>();
  const record = (value: unknown, joined: unknown, pointer: string, index: number): void => {
    origins.set(pointer, index);
    if (!isContainer(value) || !isContainer(joined)) return;
    for (const [key, part] of Object.entries(value))
      if (Object.hasOwn(joined, key)) record(part, joined[key], child(pointer, key), index);
  };
  for (const [index, { value }] of [...links.entries()].reverse()) record(value, board, "", index);
  return origins;
}

/** An object or a list, whose entries are fields as well. */
function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * What several values cause together is told at the file nearest to the user's of those that wrote them: there it
 * became wrong. A missing value is told at the file that last wrote the object around it.
 */
function place(finding: Finding, links: readonly Link[], origins: ReadonlyMap<string, number>): Mistake {
  const originOf = (pointer: string): number =>
    origins.get(pointer) ?? (pointer === "" ? 0 : originOf(pointer.slice(0, pointer.lastIndexOf("/"))));
  const { pointer, causes = [], problem, remedy } = finding;
  const own = originOf(pointer);
  const nearest = Math.min(own, ...causes.map(originOf));
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  const fileAt = (index: number): string => links[index]?.file ?? "";
  return {
    file: fileAt(nearest),
    field: fieldOf(pointer),
    problem: nearest === own ? problem : `${problem} (${key} is from ${fileAt(own)})`,
    remedy,
  };
}
