/** The examination of one board: what to check, and what is known so far. */

import type { Duplex } from "node:stream";
import type { Board } from "../../boards/board.ts";
import type { FoundPort } from "../serial-ports.ts";
import type { BoardConsole } from "./console.ts";
import type { Finding, Row } from "./finding.ts";
import type { Network } from "./network.ts";
import { t } from "../../cli/language.ts";

/** The doctor's environment, replaceable in tests. */
export interface Surroundings {
  readonly network: Network;
  /** ms since 1970, of this computer. */
  readonly now: () => number;
  readonly openPort: (name: string) => Promise<Duplex>;
  readonly listPorts: () => Promise<readonly FoundPort[]>;
  /** Folder of the board files; the project's own when undefined. */
  readonly directory: string | undefined;
  /** Folder of the built scripts. */
  readonly dist: string;
}

/** Filled in by the checks, in their order. */
export interface Visit {
  /** The board's name as typed. */
  readonly name: string;
  /** Serial port, or `tcp://host:port`. */
  readonly port: string | undefined;
  /** Whether to skip everything beyond this computer and its port. */
  readonly isOffline: boolean;
  /** Time-out for an answer from the board, in ms. */
  readonly patience: number;
  readonly surroundings: Surroundings;
  /** Ends the visit: the port is closed at once. */
  readonly signal: AbortSignal;
  /** Called with a description of the current wait. */
  readonly note: (text: string) => void;
  board?: Board;
  /** The USB port given. */
  usb?: FoundPort;
  console?: BoardConsole;
  /** What the interpreter reports about itself; set whenever there is a console. */
  environment?: Environment;
  /** The board's address on its network, if it has one. */
  address?: string;
  /** Whether the flash holds a program of this project. */
  hasProgram?: boolean;
}

/** The validated part of a board's `process.env`. */
export interface Environment {
  readonly version: string;
  /** Name of the build, such as `ESP32C3_IDF4`. */
  readonly build: string;
  /** Size of its Storage, in bytes. */
  readonly storage: number | undefined;
  readonly modules: readonly string[];
}

/** What a check requires. */
export type Need = "board" | "console" | "network";

export interface Check {
  /** Its name in the table. */
  readonly name: string;
  readonly needs?: readonly Need[];
  /** Whether the check applies to the board file; true by default. */
  readonly applies?: (board: Board) => boolean;
  /** @throws Error that says why it could not be checked */
  readonly run: (visit: Visit) => Promise<Finding> | Finding;
}

const MISSING: Readonly<Record<Need, (visit: Visit) => string | undefined>> = {
  board: ({ board }) => (board ? undefined : t`the board file does not load`),
  console: ({ console, port }) =>
    console && !console.isLost() ? undefined : port ? t`the board does not answer` : t`no --port given`,
  network: ({ isOffline }) => (isOffline ? "--offline" : undefined),
};

/** Runs a check, or says why not. @returns undefined if it does not apply */
export async function perform(
  { name, needs = [], applies, run }: Check,
  visit: Visit,
): Promise<Row | undefined> {
  if (applies && visit.board && !applies(visit.board)) return undefined;
  const missing = needs.map((need) => MISSING[need](visit)).find((reason) => reason !== undefined);
  if (missing !== undefined) return { check: name, state: "skipped", found: missing };
  try {
    return { check: name, ...(await run(visit)) };
  } catch (error) {
    return { check: name, state: "skipped", found: error instanceof Error ? error.message : String(error) };
  }
}

/** A value that a check's needs guarantee. @throws Error if it is missing */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a check does not declare what it needs");
  return value;
}

/** The board's name for file names: that of its board file, or a safe version of what was typed. */
export function nameOf({ board, name }: Pick<Visit, "board" | "name">): string {
  return board?.name ?? (name.replace(/^.*[/\\]/, "").replace(/[^\w-]/g, "") || "board");
}
