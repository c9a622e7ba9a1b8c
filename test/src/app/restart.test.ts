import { beforeEach, expect, it } from "vitest";
import { createRestart, type Restart, type Saved } from "../../../src/app/restart.ts";
import type { SavedSession } from "../../../src/mqtt/session.ts";

const OUTBOX = { lost: 2, records: ["[5,0,1]"], sent: [7] };
const SESSION: SavedSession = { lastId: 7, held: "", trials: 2, inFlight: [] };

/** What happened since the last look, one line each. */
let seen: string[];
let kept: Saved | undefined;
let waiting: typeof OUTBOX | undefined;
let hasRoom: boolean;

beforeEach(() => {
  seen = [];
  kept = undefined;
  waiting = OUTBOX;
  hasRoom = true;
});

function create(parts: { format?: string; exactlyOnce?: boolean } = {}): Restart {
  return createRestart({
    outbox: {
      save: () => waiting,
      restore: (saved, isSession) => seen.push(`outbox ${JSON.stringify(saved)} ${isSession}`),
    },
    session: parts.exactlyOnce
      ? { save: () => SESSION, restore: (saved) => seen.push(`session ${JSON.stringify(saved)}`) }
      : { save: undefined, restore: undefined },
    format: parts.format ?? "f1",
    recall: () => kept,
    keep(saved) {
      seen.push("keep");
      if (hasRoom) kept = saved;
      return hasRoom;
    },
    forget() {
      seen.push("forget");
      kept = undefined;
    },
    reboot: () => seen.push("reboot"),
    say: (line) => seen.push(line),
  });
}

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

it("saves waiting records, prints the reason, and reboots", () => {
  expect(after(() => create().restart("No platform"))).toEqual(["No platform: rebooting", "keep", "reboot"]);
  expect(kept).toEqual({ format: "f1", outbox: OUTBOX, session: undefined });
});

it("writes nothing if nothing is waiting", () => {
  waiting = undefined;
  expect(after(() => create().restart("x"))).toEqual(["x: rebooting", "reboot"]);
});

it("reports what a full flash loses, and still reboots", () => {
  hasRoom = false;
  expect(after(() => create().restart("x"))).toEqual([
    "x: rebooting",
    "keep",
    "Flash full: unsent data lost",
    "reboot",
  ]);
});

it("continues with the records after the reboot, and deletes the file once all have arrived", () => {
  create().restart("x");
  const next = create();
  expect(after(() => next.resume())).toEqual([`outbox ${JSON.stringify(OUTBOX)} false`]);
  expect(after(() => next.emptied())).toEqual(["forget"]);
  expect(after(() => next.emptied())).toEqual([]);
});

it("starts empty if nothing was saved", () => {
  const restart = create();
  expect(after(() => restart.resume())).toEqual([]);
  expect(after(() => restart.emptied())).toEqual([]);
});

it("saves the session for exactly-once delivery, and deletes both files at once, so that nothing is restored twice", () => {
  create({ exactlyOnce: true }).restart("x");
  expect(after(() => create({ exactlyOnce: true }).resume())).toEqual([
    `outbox ${JSON.stringify(OUTBOX)} true`,
    `session ${JSON.stringify(SESSION)}`,
    "forget",
  ]);
});

it("deletes data left by a board file with other data streams", () => {
  create({ format: "f0" }).restart("x");
  expect(after(() => create().resume())).toEqual(["forget"]);
});
