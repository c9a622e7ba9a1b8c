/**
 * What is left after a cut of the power at any byte of an update, foretold from one update without a cut: only what is in
 * flash and what the platform knows survive. So cuts that leave the same are one case.
 */

import { createHash } from "node:crypto";
import { PACKAGE, Mark, SET, SLOT, LONGEST_HEADS } from "../../src/app/slot.ts";
import { layoutOf, NAMELESS, type Entry, type Layout } from "../../scripts/virtual-board/flash.ts";
import type { Files, Power } from "../../scripts/virtual-board/index.ts";
import type { OtaPlatform } from "./ota-platform.ts";

export type Kind = "written" | "received";

/** What survives. */
export interface Left extends Layout {
  /** The task's state, the steps and the version that the device told. */
  readonly platform: string;
}

/** Bytes that are written or received at once. */
interface Piece {
  readonly kind: Kind;
  readonly count: number;
  /** What is there before them. */
  readonly before: Left;
}

/** A power supply that is not cut, and notes what is there before each piece. */
export interface Recorder {
  readonly power: Power;
  readonly pieces: readonly Piece[];
}

export function createRecorder(look: () => Left): Recorder {
  const pieces: Piece[] = [];
  const left = { written: 1e9, received: 1e9 };
  const noting = (kind: Kind) => ({
    get: () => left[kind],
    set(value: number) {
      pieces.push({ kind, count: left[kind] - value, before: look() });
      left[kind] = value;
    },
  });
  const power = Object.defineProperties({}, { written: noting("written"), received: noting("received") });
  return { power: power as Power, pieces };
}

export function leftOf(files: Files, platform: OtaPlatform): Left {
  const { entries, torn } = layoutOf(files);
  return {
    entries: entries.map((entry) => ({ ...entry })),
    torn,
    platform: JSON.stringify([platform.status(), platform.steps, platform.version()]),
  };
}

/** What cuts leave. */
export interface Foretold {
  /** Cuts: after 0 bytes, after 1 byte and so on. */
  readonly count: number;
  readonly after: (bytes: number) => Left;
}

export function foretell(pieces: readonly Piece[], kind: Kind, end: Left): Foretold {
  const own = pieces.filter((piece) => piece.kind === kind);
  const starts = own.map((_, index) => own.slice(0, index).reduce((sum, { count }) => sum + count, 0));
  const tears = new Map<number, (written: number) => Layout>();
  return {
    count: own.reduce((sum, { count }) => sum + count, 0),
    after(bytes) {
      const index = starts.findLastIndex((start) => start <= bytes);
      const [piece, start] = [own[index], starts[index]];
      if (piece === undefined || start === undefined) throw new Error(`no cut after ${bytes} bytes`);
      const { count, before } = piece;
      // What is received is taken as a whole, or not at all.
      if (kind === "received") return before;
      const tear = tears.get(index) ?? tearing(before, own[index + 1]?.before ?? end, count);
      tears.set(index, tear);
      return { ...before, ...tear(bytes - start) };
    },
  };
}

/** Bytes of a header, and what is written to delete a file. */
const HEADER = 32;
const DELETION = 4;

/**
 * What a write leaves that was cut.
 * @param count its bytes
 * @returns what is left of it after some of them
 */
function tearing(before: Layout, after: Layout, count: number): (written: number) => Layout {
  const { entries } = before;
  const made = after.entries[entries.length];
  if (made !== undefined) {
    if (count !== HEADER) throw new Error(`a header of ${count} bytes`);
    const header = [...entries, { ...made, name: NAMELESS }];
    return (written) => {
      if (written === 0) return before;
      if (written <= 2) return { entries, torn: made.text.length | (-1 << (8 * written)) };
      return { entries: header, torn: undefined };
    };
  }
  const at = entries.findIndex(
    ({ name, text }, index) => name !== after.entries[index]?.name || text !== after.entries[index]?.text,
  );
  const [old, next] = [entries[at], after.entries[at]] as [Entry, Entry];
  const changed = (entry: Entry) => ({ ...before, entries: entries.with(at, entry) });
  if (next.name !== old.name) {
    if (count !== DELETION) throw new Error(`a deletion of ${count} bytes`);
    const deleted = changed({ ...old, name: NAMELESS });
    return (written) => (written === 0 ? before : deleted);
  }
  const first = Array.from(next.text).findIndex((char, index) => char !== old.text[index]);
  const whole =
    old.text.slice(0, first) + next.text.slice(first, first + count) + old.text.slice(first + count);
  if (whole !== next.text) throw new Error(`a write of ${count} bytes that changes others`);
  return (written) =>
    written === 0
      ? before
      : changed({ ...old, text: next.text.slice(0, first + written) + old.text.slice(first + written) });
}

/**
 * What the boots after the cut may depend on. Nothing reads the contents of a slot that is not whole beyond its heads: the
 * loader does not run it, and the updater writes it anew. Of what has no name, only the size matters.
 */
export function keyOf({ entries, torn: header, platform }: Left): string {
  return JSON.stringify([entries.map(seenOf), header, platform]);
}

/** Hashes of what is read of an entry. Most cuts leave most entries as they were. */
const seen = new WeakMap<Entry, string>();

function seenOf(entry: Entry): string {
  const known = seen.get(entry);
  if (known !== undefined) return known;
  const { name, text } = entry;
  const read =
    name === undefined || name === NAMELESS
      ? [name, text.length]
      : isUnread(name, text)
        ? [name, text.slice(0, LONGEST_HEADS), text.length]
        : [name, text];
  const hash = createHash("sha256").update(JSON.stringify(read)).digest("hex");
  seen.set(entry, hash);
  return hash;
}

function isUnread(name: string, text: string): boolean {
  return name.startsWith(SLOT) && text[Mark.Whole] !== SET && text.length > PACKAGE;
}

/** Whether there is anything that {@link spoil} fills. */
export function isSpoilable({ entries }: Layout): boolean {
  return entries.some(hasUnread);
}

/** Fills what nothing reads with nonsense. */
export function spoil(files: Files): void {
  for (const entry of layoutOf(files).entries.filter(hasUnread)) {
    entry.text = entry.text.slice(0, LONGEST_HEADS) + "}".repeat(entry.text.length - LONGEST_HEADS);
    files.set(entry.name ?? "", entry.text);
  }
}

function hasUnread({ name = NAMELESS, text }: Entry): boolean {
  return isUnread(name, text) && text.length > LONGEST_HEADS;
}
