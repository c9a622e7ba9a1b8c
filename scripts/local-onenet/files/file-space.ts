/** The files of devices (设备文件): pictures and texts that they upload over HTTP. */

import { randomUUID } from "node:crypto";
import { INVISIBLE } from "../../cli/shorten.ts";
import type { Data } from "../data.ts";
import type { JsonValue } from "../json.ts";

export interface StoredFile {
  readonly fid: string;
  /** See `nameOf`. */
  readonly device: string;
  readonly name: string;
  readonly size: number;
  /** In ms since 1970. */
  readonly created: number;
}

/** A file that is not taken. `name`: its name or size is not allowed; `full`: there is no room. */
export class FileFault extends Error {
  constructor(
    readonly kind: "name" | "full",
    message: string,
  ) {
    super(message);
  }
}

export interface FileSpace {
  /** @throws FileFault if it is not taken, NotStored if it cannot be kept */
  add(device: string, name: string, bytes: Buffer): StoredFile;
  /** Newest first. */
  list(): readonly StoredFile[];
  /** @returns undefined if there is no such file */
  bytes(fid: string): Buffer | undefined;
  remove(fid: string): void;
  /** Removes the files of a deleted device. */
  forget(device: string): void;
  /** Bytes of all files. */
  used(): number;
}

/** Largest file, in bytes. */
export const LARGEST_FILE = 20 * 1024 * 1024;
/** Most files of a device. */
export const MOST_OF_DEVICE = 1000;
/** Most bytes of all files; the platform has 1 GB for an account. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Most files. */
const MOST_FILES = 10_000;
/** How long a file is kept, in ms: three months. */
const LIFETIME = 90 * 86_400_000;

const TYPES = /\.(jpg|jpeg|png|bmp|gif|webp|tiff|txt)$/i;
/** What no operating system, or not every one, takes in the name of a file. */
const FORBIDDEN = /[\\/:*?"<>|]/;
/** Longest name of a file, in characters. */
const LONGEST_NAME = 100;

export function createFileSpace(data: Data): FileSpace {
  /** Oldest first. */
  const files = new Map<string, StoredFile>();
  const contents = new Map<string, Buffer>();
  let total = 0;
  for (const { json, bytes = Buffer.alloc(0) } of data.documents("file"))
    put(json as unknown as StoredFile, bytes);

  function put(file: StoredFile, bytes: Buffer): void {
    files.set(file.fid, file);
    contents.set(file.fid, bytes);
    total += file.size;
  }

  function remove(fid: string): void {
    const file = files.get(fid);
    if (file === undefined) return;
    files.delete(fid);
    contents.delete(fid);
    total -= file.size;
    data.setDocument("file", fid, undefined);
  }

  function removeOld(): void {
    const oldest = Date.now() - LIFETIME;
    for (const { fid, created } of files.values()) {
      if (created >= oldest) return; // so are those after it
      remove(fid);
    }
  }

  return {
    add(device, name, bytes) {
      removeOld();
      const fault = faultOf(name, bytes.length);
      if (fault !== undefined) throw new FileFault("name", fault);
      const own = [...files.values()].filter((file) => file.device === device).length;
      if (own >= MOST_OF_DEVICE) throw new FileFault("full", `a device has at most ${MOST_OF_DEVICE} files`);
      if (files.size >= MOST_FILES || total + bytes.length > MOST_BYTES)
        throw new FileFault(
          "full",
          `the local OneNET keeps ${MOST_BYTES / 2 ** 20} MiB and ${MOST_FILES} files in all: delete some`,
        );
      const fid = randomUUID().replaceAll("-", "");
      const file = { fid, device, name, size: bytes.length, created: Date.now() };
      data.keepFile("file", fid, file satisfies JsonValue, bytes);
      put(file, bytes);
      return file;
    },
    list() {
      removeOld();
      return [...files.values()].reverse();
    },
    bytes: (fid) => contents.get(fid),
    remove,
    forget(device) {
      for (const file of [...files.values()]) if (file.device === device) remove(file.fid);
    },
    used: () => total,
  };
}

/** Why a file is not taken; undefined if it is. */
function faultOf(name: string, size: number): string | undefined {
  if (!TYPES.test(name)) return "a file must be jpg, jpeg, png, bmp, gif, webp, tiff or txt";
  if (name.length > LONGEST_NAME) return `the name of a file has at most ${LONGEST_NAME} characters`;
  if (FORBIDDEN.test(name))
    return 'the name of a file has none of \\ / : * ? " < > |: send the name without its folder';
  if (/^[.\s]/.test(name)) return "the name of a file begins with no dot or space";
  if (name.search(INVISIBLE) >= 0) return "the name of a file has an invisible character";
  if (size === 0) return "the file is empty";
  return size > LARGEST_FILE ? `a file has at most ${LARGEST_FILE / 2 ** 20} MiB` : undefined;
}
