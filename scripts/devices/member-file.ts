/** The board file of a student: extends the class's board, with a title and credentials of its own. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { OneNet } from "../boards/board.ts";
import { joinBoards } from "../boards/merge.ts";
import { isObject } from "../boards/mistake.ts";
import { readRegularFile } from "../boards/regular-file.ts";
import { writePrivately } from "../boards/new/write.ts";
import { isOfClass, type Member } from "./members.ts";

type Fields = Record<string, unknown>;

/** What a board of the class logs in with. */
export type Credentials =
  | { readonly device: string; readonly authInfo: string }
  | { readonly device: string; readonly key: string };

export interface Home {
  /** The file that the students' files extend, without `.json`. */
  readonly base: string;
  readonly generation: OneNet["generation"];
  readonly product: string;
  /** Address of the local OneNET for the boards; undefined if the board file's server is right. */
  readonly server: string | undefined;
  /** Its MQTT port; undefined if it is not known, and the board file's is right. */
  readonly port: number | undefined;
  /** The boards find that port without being told. */
  readonly isUsualPort: boolean;
  /** Its HTTP port, where the boards ask for updates; undefined if they do not. */
  readonly updatePort: number | undefined;
}

/** What became of a file. `differs`: it was left alone. */
export type FileState = "written" | "unchanged" | "updated" | "differs";

/** @param old the file that is there: a port in it is put right, even to the usual one */
export function memberFile(home: Home, name: string, own: Credentials, old: Fields = {}): Fields {
  const { base, generation, product, server, port, isUsualPort, updatePort } = home;
  const hasPort = isObject(old["onenet"]) && Object.hasOwn(old["onenet"], "port");
  const address = {
    ...(server !== undefined && { server }),
    ...(port !== undefined && (!isUsualPort || hasPort) && { port }),
  };
  return {
    $schema: "./board.schema.json",
    extends: base,
    title: name,
    onenet: { generation, ...address, product, ...own },
    ...(updatePort !== undefined && { update: { server, port: updatePort } }),
  };
}

/** The students' names in the board files of a class, by device; empty where a file cannot be read. */
export function namesInFiles(directory: string, prefix: string): ReadonlyMap<string, string> {
  const ids = readdirSync(directory)
    .flatMap((file) => /^(.+)\.local\.json$/.exec(file)?.[1] ?? [])
    .filter((id) => isOfClass(prefix, id));
  return new Map(
    ids.map((id): [string, string] => {
      const title = readFields(pathOf(directory, id))?.["title"];
      return [id, typeof title === "string" ? title : ""];
    }),
  );
}

/**
 * Writes a student's file. One that is there may have what the student added: of such a file, only what differs from
 * what is wanted counts, and only with `updates` is it changed.
 * @param wantedWith the fields the file has to have, for the file that is there
 * @param check throws if a file would be wrong
 * @returns the fields that differ from those of a file that was there
 * @throws UserError if it cannot be written
 */
export function writeMember(
  directory: string,
  { id }: Member,
  wantedWith: (old: Fields | undefined) => Fields,
  updates: boolean,
  check: (file: Fields) => void,
): { readonly state: FileState; readonly different: readonly string[] } {
  const path = pathOf(directory, id);
  const old = readFields(path);
  const wanted = wantedWith(old);
  if (old === undefined) {
    check(wanted);
    writePrivately(path, textOf(wanted), false);
    return { state: "written", different: [] };
  }
  const different = differences(wanted, old);
  if (different.length === 0) return { state: "unchanged", different };
  if (!updates) return { state: "differs", different };
  const joined = joinBoards(old, wanted);
  check(joined);
  writePrivately(path, textOf(joined), true);
  return { state: "updated", different };
}

function pathOf(directory: string, id: string): string {
  return join(directory, `${id}.local.json`);
}

function textOf(file: Fields): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The fields of a file; none of one that is no JSON object; undefined if there is no file. */
function readFields(path: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(readRegularFile(path).toString("utf8"));
    return isObject(json) ? json : {};
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : {};
  }
}

/** The wanted fields that another object lacks, or has otherwise, such as `onenet.key`. */
function differences(wanted: Fields, there: Fields, place = ""): string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const other = Object.hasOwn(there, key) ? there[key] : undefined;
    if (isObject(value) && isObject(other)) return differences(value, other, `${place}${key}.`);
    return isDeepStrictEqual(value, other) ? [] : [`${place}${key}`];
  });
}
