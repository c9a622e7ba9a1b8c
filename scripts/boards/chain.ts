/** Joins a board file with the files it extends, and tracks which file each value comes from. */

import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readJson, type BoardJson } from "./json.ts";
import { GENERAL, joinBoards, sectionOf, type Section } from "./merge.ts";
import { child, fieldOf, quote, listFiles, nearestTo, type Finding, type Mistake } from "./mistake.ts";
import { readRegularFile } from "./regular-file.ts";
import { t } from "../cli/language.ts";

/** The longest chain of `extends`; a longer one would be too hard to follow. */
const LENGTH_LIMIT = 8;

/** A file name valid in `extends`, as in the schema. */
const FILE_NAME = /^[a-z0-9][a-z0-9-]*(\.local)?$/;

export interface Chain {
  /**
   * All files joined, without `extends`. If a base could not be read, the rest, with the `extends` that failed,
   * so that the schema does not report missing fields. Undefined if the first file could not be read.
   */
  readonly board: Record<string, unknown> | undefined;
  readonly mistakes: readonly Mistake[];
  /** Absolute path of the own code, `<name>.ts`, next to the nearest file that has any; undefined if none has. */
  readonly code: string | undefined;
  /** Assigns a finding in the joined board to the file to correct. */
  readonly placed: (finding: Finding) => Mistake;
}

/** One file of the chain. */
interface Link {
  /** As in messages: `boards/kitchen.json`. */
  readonly file: string;
  readonly value: Record<string, unknown>;
}

/**
 * Reads `<name>.json` and everything it extends.
 * @param unwritten the contents of `<name>.json` if it does not exist yet
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
  const last = links.length - 1;
  origins.set("/extends", { index: last, since: last, pointer: "/extends" });
  return {
    board: links.length === 0 ? undefined : board,
    mistakes,
    code: names.map((file) => resolve(directory, `${file.replace(/\.local$/, "")}.ts`)).find(existsSync),
    placed: (finding) => place(finding, links, origins),
  };
}

/** Whether a file in boards/ is a board file, by its name; tsconfig.json is for the boards' code. */
export function isBoardFile(file: string): boolean {
  return file.endsWith(".json") && file !== "tsconfig.json";
}

/** `kitchen.local.json` extends `kitchen.json` implicitly. */
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
      problem: t`is circular: ${[...names, base].join(" → ")}`,
      remedy: t`remove one of these extends`,
    };
  if (names.length === LENGTH_LIMIT)
    return { problem: t`chain of more than ${LENGTH_LIMIT} files`, remedy: t`shorten it` };
  if (existsSync(join(directory, `${base}.json`))) return undefined;
  const files = readdirSync(directory)
    .filter(isBoardFile)
    .map((file) => file.replace(/\.json$/, ""));
  const others = files.filter((file) => FILE_NAME.test(file) && !names.includes(file)).sort();
  return {
    problem: t`there is no file ${quote(`${base}.json`)}`,
    remedy: others.length === 0 ? t`remove extends` : suggestBase(base, others),
  };
}

/** The file probably meant: one with `.local` in its name, or the closest; otherwise the files that there are. */
function suggestBase(base: string, others: readonly string[]): string {
  const local = `${base}.local`;
  const nearest = others.includes(local) ? local : nearestTo(base, others);
  return nearest === undefined
    ? t`choose one of ${listFiles(others.map(quote))}`
    : t`did you mean ${quote(nearest)}?`;
}

function readFile(file: string, path: string): BoardJson {
  try {
    return readJson(file, readRegularFile(path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const problem = t`cannot be read (${String(error.code)})`;
    return {
      mistakes: [{ file, field: "", problem, remedy: t`check that it is a file and that you may read it` }],
    };
  }
}

/** Where a value of the joined board comes from. */
interface Origin {
  /** The link that wrote it last; for an object, the last that wrote any part of it. */
  readonly index: number;
  /** The link that introduced it; for an object, the first that wrote any part of it. */
  readonly since: number;
  /** Its place in that link's file. */
  readonly pointer: string;
}

/** The origin of each value of the joined board, by pointer. */
function originsOf(links: readonly Link[], board: Record<string, unknown>): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  const record = (value: unknown, joined: unknown, pointer: string, index: number): void => {
    const since = isContainer(value) ? (origins.get(pointer)?.since ?? index) : index;
    origins.set(pointer, { index, since, pointer });
    if (!isContainer(value) || !isContainer(joined)) return;
    for (const [key, part] of Object.entries(value))
      if (Object.hasOwn(joined, key)) record(part, joined[key], child(pointer, key), index);
  };
  let last: Section | undefined;
  for (const [index, { value }] of [...links.entries()].reverse()) {
    const section = sectionOf(value);
    if (section !== undefined && section !== last) moveServer(origins, section);
    last = section ?? last;
    // A link's values for one kind of server may have moved to the other.
    const server = board["onenet"] ?? board["mqtt"];
    record(value, section === undefined ? board : { ...board, [section]: server }, "", index);
  }
  return origins;
}

/** Moves the origins of a server's fields as `joinBoards` does when the other kind replaces it. */
function moveServer(origins: Map<string, Origin>, to: Section): void {
  const from = to === "mqtt" ? "onenet" : "mqtt";
  for (const key of GENERAL) {
    const origin = origins.get(`/${from}/${key}`);
    if (origin && !origins.has(`/${to}`)) origins.set(`/${to}/${key}`, origin);
  }
  for (const pointer of [...origins.keys()])
    if (pointer === `/${from}` || pointer.startsWith(`/${from}/`)) origins.delete(pointer);
}

/** An object or a list, whose entries count as fields. */
function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * A mistake caused by several values is reported at the file, among those that wrote them, nearest to the user's: there
 * it arose. An object counts as a cause from its introduction. A missing value is reported at the file that last wrote
 * the object around it.
 */
function place(finding: Finding, links: readonly Link[], origins: ReadonlyMap<string, Origin>): Mistake {
  const originOf = (pointer: string): Origin =>
    origins.get(pointer) ??
    (pointer === ""
      ? { index: 0, since: 0, pointer }
      : { ...originOf(pointer.slice(0, pointer.lastIndexOf("/"))), pointer });
  const { pointer, causes = [], problem, remedy } = finding;
  const own = originOf(pointer);
  const nearest = Math.min(own.index, ...causes.map((cause) => originOf(cause).since));
  const fileAt = (index: number): string => links[index]?.file ?? "";
  if (nearest === own.index) return { file: fileAt(nearest), field: fieldOf(own.pointer), problem, remedy };
  const key = own.pointer === pointer ? pointer.slice(pointer.lastIndexOf("/") + 1) : fieldOf(own.pointer);
  return {
    file: fileAt(nearest),
    field: fieldOf(pointer),
    problem: t`${problem} (${key} is from ${fileAt(own.index)})`,
    remedy,
  };
}
