/** What a platform keeps beyond its process, if it has a file for it. */

import type { Change, DeviceRecord, ProductRecord } from "./devices.ts";
import type { JsonValue } from "./json.ts";

export interface DataPoint {
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS` as sent by the device, or Beijing time with milliseconds. */
  readonly at: string;
  /** Type of its `$dp` frame; multiprotocol only. */
  readonly type?: number;
}

/**
 * What is logged about a device, kept like data streams of these names: 1 when it comes online and 0 when it leaves,
 * `property/set` and `property/get`, calls of services, its events.
 */
export type LogName = "status" | "operation" | "service" | "event";

/** Begins the name of a device's log; no device's name has a colon. */
const LOG = "log:";

/** The name under which the log of a device is kept, beside the device's data points. */
export function logOf(device: string): string {
  return LOG + device;
}

/** The device whose data points or log this name is of. */
export function ownerOf(name: string): string {
  return name.startsWith(LOG) ? name.slice(LOG.length) : name;
}

/** Which data points, and in which order. */
export interface Range {
  /** The first and the last time included, in ms since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly newestFirst: boolean;
}

export interface Seen {
  readonly first: number;
  readonly last: number;
}

/** A desired value in the form sent to devices. */
export interface Desired {
  readonly value: JsonValue;
  readonly version: number;
}

/** A data stream of the file. */
export interface KeptStream {
  readonly name: string;
  /** ms since 1970. */
  readonly created: number;
}

export interface KeptCommand {
  readonly uuid: string;
  readonly device: string;
  readonly response?: Buffer;
}

/** A package of updates, a device's task, its versions, and a file that it has uploaded. */
export type DocumentKind = "package" | "task" | "versions" | "file";

/** What is kept as a whole, under a name among those of its kind. */
export interface KeptDocument {
  readonly name: string;
  readonly json: JsonValue;
  /** The file that belongs to it. */
  readonly bytes?: Buffer;
}

/** The platform's file cannot be written. */
export class NotStored extends Error {
  constructor() {
    super("the platform cannot store anything at present: its disk is full or fails");
  }
}

export interface Data {
  /** As they were when the file was opened. */
  readonly products: readonly ProductRecord[];
  readonly devices: readonly DeviceRecord[];
  readonly desired: readonly (Desired & { readonly device: string; readonly identifier: string })[];
  readonly seen: ReadonlyMap<string, Seen>;
  /** The last ones, oldest first. */
  commands(count: number): readonly KeptCommand[];
  /** Stores records at once. @throws Error if it cannot */
  save(products: readonly ProductRecord[], devices: readonly DeviceRecord[]): void;
  /** Stores a change of the devices at once: a removed one goes with all that was kept of it. @throws Error if it cannot */
  change(change: Change): void;

  addPoint(device: string, stream: string, point: DataPoint): void;
  addCommand(uuid: string, device: string, payload: Buffer): void;
  addResponse(uuid: string, response: Buffer): void;
  addLine(device: string, text: string): void;
  setDesired(device: string, identifier: string, desired: Desired | undefined): void;
  setSeen(device: string, seen: Seen): void;

  /** Those of a kind, oldest first. */
  documents(kind: DocumentKind): readonly KeptDocument[];
  /** Stores a document with a file at once. @throws NotStored */
  keepFile(kind: DocumentKind, name: string, json: JsonValue, bytes: Buffer): void;
  /** @param json undefined: removes the document, with its file */
  setDocument(kind: DocumentKind, name: string, json: JsonValue | undefined): void;

  streams(device: string): readonly KeptStream[];
  /** The data points of a stream in order of time. */
  points(device: string, stream: string, range: Range): Iterable<DataPoint>;

  /** Why nothing can be stored at present; undefined if it can. */
  fault(): string | undefined;
  /**
   * Calls back once everything stored so far survives the end of the process: at once if it does already.
   * @param then receives the reason if it could not be stored
   */
  whenKept(then: (fault: string | undefined) => void): void;
  /** Writes what is waiting, and closes the file. */
  close(): void;
}

/** For a platform without a file. */
export const NOTHING_KEPT: Data = {
  products: [],
  devices: [],
  desired: [],
  seen: new Map(),
  commands: () => [],
  save: () => undefined,
  change: () => undefined,
  addPoint: () => undefined,
  addCommand: () => undefined,
  addResponse: () => undefined,
  addLine: () => undefined,
  setDesired: () => undefined,
  setSeen: () => undefined,
  documents: () => [],
  keepFile: () => undefined,
  setDocument: () => undefined,
  streams: () => [],
  points: () => [],
  fault: () => undefined,
  whenKept: (then) => then(undefined),
  close: () => undefined,
};
