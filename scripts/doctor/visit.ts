/** A visit to one board: what is to be looked at, and what is known of it so far. */

import type { Duplex } from "node:stream";
import type { Board } from "../../src/board.ts";
import type { FoundPort } from "../lib/serial-ports.ts";
import type { BoardConsole } from "./console.ts";
import type { Finding, Row } from "./finding.ts";
import type { Network } from "./network.ts";

/** What is outside the doctor, so that a test can be it. */
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
  /** The board's name as it was typed. */
  readonly name: string;
  /** Serial port, or `tcp://host:port`. */
  readonly port: string | undefined;
  /** Whether what is outside this computer and its port is left alone. */
  readonly isOffline: boolean;
  /** Longest wait for an answer of the board, in ms. */
  readonly patience: number;
  readonly surroundings: Surroundings;
  /** Ends the visit: the port is let go of at once. */
  readonly signal: AbortSignal;
  /** Says what is being waited for. */
  readonly note: (text: string) => void;
  board?: Board;
  /** The USB port that was named. */
  usb?: FoundPort;
  console?: BoardConsole;
  /** The interpreter's word on itself; there is one whenever there is a console. */
  environment?: Environment;
  /** The board's address in its network, where it has one. */
  address?: string;
  /** Whether a program of this project is in flash. */
  hasProgram?: boolean;
}

/** `process.env` of a board, as far as it is what it should be. */
export interface Environment {
  readonly version: string;
  /** Name of the build, such as `ESP32C3_IDF4`. */
  readonly build: string;
  /** Room of its Storage, in bytes. */
  readonly storage: number | undefined;
  readonly modules: readonly string[];
}

/** What a check takes to be done at all. */
export type Need = "board" | "console" | "network";

export interface Check {
  /** Its name in the table. */
  readonly name: string;
  readonly needs?: readonly Need[];
  /** Whether there is anything to look at, where the board file says; true unless told. */
  readonly applies?: (board: Board) => boolean;
  /** @throws Error that says why it could not be looked at */
  readonly run: (visit: Visit) => Promise<Finding> | Finding;
}

const MISSING: Readonly<Record<Need, (visit: Visit) => string | undefined>> = {
  board: ({ board }) => (board ? undefined : "the board file does not load"),
  console: ({ console, port }) =>
    console && !console.isLost() ? undefined : port ? "the board does not answer" : "no --port is named",
  network: ({ isOffline }) => (isOffline ? "--offline" : undefined),
};

/** Does a check, or says why not. @returns undefined where there is nothing to look at */
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

/** What a check's needs have seen to. @throws Error where they have not */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a check does not say what it needs");
  return value;
}

/** The board's name as files have it: that of its board file, or what is left of what was typed. */
export function nameOf({ board, name }: Pick<Visit, "board" | "name">): string {
  return board?.name ?? (name.replace(/^.*[/\\]/, "").replace(/[^\w-]/g, "") || "board");
}
