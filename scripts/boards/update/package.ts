/**
 * The package of an update: what `npm run publish` uploads, and a board checks before it runs it.
 *
 *     //<signature> <version> <time> <size>\n
 *     <program>
 *
 * The first line is a comment, so the package is a script like the program in it. The signature is the base64 of
 * HMAC-SHA256 over the SHA-256 (32 bytes) of all that follows it, from the blank before the version. The time of publishing
 * orders packages: a board refuses those before its own.
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { UserError } from "../../cli/user-error.ts";
import { t } from "../../cli/language.ts";

export interface UpdatePackage {
  /** For people and the platform: 1–20 of `A–Z a–z 0–9 . _ -`. */
  readonly version: string;
  /** When it was published, in s since 1970. */
  readonly time: number;
  /** The program, a byte string: what the build makes. */
  readonly program: string;
}

/** A valid version. */
export const VERSION = /^[A-Za-z0-9._-]{1,20}$/;
/** Fewest bytes of a key. */
export const SHORTEST_KEY = 16;
/** Largest package that a board takes, in bytes. */
export const LARGEST_PACKAGE = 32_000;

/** Length of the beginning that is not signed: `//` and the signature. */
const UNSIGNED = 46;
const LINE = /^\/\/([A-Za-z0-9+/]{43}=) ([A-Za-z0-9._-]{1,20}) ([1-9]\d{0,9}) ([1-9]\d{0,4})\n/;

/**
 * @param key the product's or the class's, at least {@link SHORTEST_KEY} bytes as UTF-8
 * @returns the package, a byte string
 * @throws UserError if the version or the size is not allowed
 */
export function makePackage({ version, time, program }: UpdatePackage, key: string): string {
  if (!VERSION.test(version))
    throw new UserError(t`the version ${JSON.stringify(version)} has to be 1 to 20 of A–Z a–z 0–9 . _ -`);
  const signed = ` ${version} ${Math.floor(time)} ${program.length}\n${program}`;
  const made = `//${sign(signed, key)}${signed}`;
  if (made.length > LARGEST_PACKAGE)
    throw new UserError(t`the update has ${made.length} bytes, and a board takes ${LARGEST_PACKAGE} at most`);
  return made;
}

/**
 * Reads a package.
 * @param bytes a byte string
 * @returns undefined if it is none, or not a whole one
 */
export function readPackage(bytes: string): UpdatePackage | undefined {
  const [line, , version = "", time, size] = LINE.exec(bytes) ?? [];
  if (line === undefined) return undefined;
  const program = bytes.slice(line.length);
  return program.length === Number(size) ? { version, time: Number(time), program } : undefined;
}

/** Whether it is a whole package, signed with this key. */
export function isSigned(bytes: string, key: string): boolean {
  if (readPackage(bytes) === undefined) return false;
  const signature = bytes.slice(2, UNSIGNED);
  return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(bytes.slice(UNSIGNED), key)));
}

/** The version of an update that is not given one: the time in UTC, `2611301205`. */
export function defaultVersion(time: number): string {
  return new Date(time * 1000).toISOString().replace(/\D/g, "").slice(2, 12);
}

/** A signature by a key. @param signed a byte string @returns 44 characters of base64 */
export function sign(signed: string, key: string): string {
  const digest = createHash("sha256").update(signed, "latin1").digest();
  return createHmac("sha256", key).update(digest).digest("base64");
}
