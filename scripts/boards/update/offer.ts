/**
 * The offer of an update on a plain broker: a retained message on `<topic>/update`, in ASCII.
 *
 *     {"version":"2611301205","time":1795293447,"size":9812,"get":"GET /lamp-2611301205.bin …","sign":"<base64>"}
 *
 * `get` is the request for the package, ready-made up to `Range: bytes=`, because the board has little room for text; it goes
 * to the board file's `update.server`, wherever it says. The signature is made as a package's (package.ts), over
 * all that precedes it, from the brace, and the topic. `"wait":true` before it leaves it to a message `install` on the same
 * topic when the board does.
 */

import { UserError } from "../../cli/user-error.ts";
import { sign, VERSION } from "./package.ts";
import { t } from "../../cli/language.ts";

export interface Offer {
  /** As the package has it. */
  readonly version: string;
  /** As the package has it, in s since 1970. */
  readonly time: number;
  /** Of the package, in bytes. */
  readonly size: number;
  /** 2–100 characters of a path in a URL. */
  readonly path: string;
  /** The name or address of the board file's `update.server`, as its request names it. */
  readonly host: string;
  /** Whether the board waits for `install`. */
  readonly wait: boolean;
}

/** What goes into an HTTP request as it is. */
const PATH = /^\/[\w./~%-]{1,99}$/;

/** The topic of a board's offers. @param topic of the board */
export function offerTopic(topic: string): string {
  return `${topic}/update`;
}

/** Where a board tells its versions, retained. @param topic of the board */
export function stateTopic(topic: string): string {
  return `${offerTopic(topic)}/state`;
}

/** Where a board says that it is online, retained. @param topic of the board */
export function statusTopic(topic: string): string {
  return `${topic}/status`;
}

/**
 * @param topic of the board
 * @param key of its updates
 * @throws UserError if the path is not allowed
 */
export function makeOffer(
  { version, time, size, path, host, wait }: Offer,
  topic: string,
  key: string,
): string {
  if (!PATH.test(path) || !VERSION.test(version))
    throw new UserError(
      t`the path ${JSON.stringify(path)} has to be / and up to 99 of A–Z a–z 0–9 . _ ~ % / -`,
    );
  const get = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nRange: bytes=`;
  const fields = { version, time: Math.floor(time), size, get, ...(wait && { wait }) };
  const signed = `${JSON.stringify(fields).slice(0, -1)},"sign":"`;
  const place = Buffer.from(offerTopic(topic)).toString("latin1");
  return `${signed}${sign(signed + place, key)}"}`;
}

/** What a board says of its updates. */
export interface UpdateReport {
  readonly installed: string;
  readonly latest: string;
  readonly isRunning: boolean;
  /** The last step of its update. */
  readonly step?: number;
}

/** Reads a message on {@link stateTopic}. @returns undefined if it is not a board's */
export function readReport(payload: string): UpdateReport | undefined {
  let json: Readonly<Record<string, unknown>>;
  try {
    json = { ...(JSON.parse(payload) as object) };
  } catch {
    return undefined;
  }
  const { installed_version: installed, latest_version: latest, release_summary: summary } = json;
  if (typeof installed !== "string" || typeof latest !== "string") return undefined;
  const [, step] = /^step (\d{3})$/.exec(typeof summary === "string" ? summary : "") ?? [];
  const isRunning = json["in_progress"] === true;
  return { installed, latest, isRunning, ...(step === undefined ? {} : { step: Number(step) }) };
}
