import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOutbox, WINDOW, type Outbox, type SavedOutbox } from "../../../src/app/outbox.ts";
import type { Streams } from "../../../src/app/telemetry.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

const NOON = 1_600_000_000_000;

/** What happened since the last look, one line each: payloads sent, lines printed. */
let seen: string[];
/** Time since boot, and the time of day. */
let now: number;
let time: number;
let isReady: boolean;
/** What the next publishes return; once empty, numbers from 1. */
let nextId: () => number;
let outbox: Outbox;

/** A payload reads `A@5 1 -`: its group's name, its time if it is known, and its values. */
const encode: Streams["encode"] = (group, values, at) => {
  if (values[0] === "bad") throw new Error("too long");
  return `${"AB".charAt(group)}${at ? `@${at}` : ""} ${values.map((value) => value ?? "-").join(" ")}`;
};

function create(limit = 10_000): Outbox {
  return createOutbox({
    encode,
    batch: () => expect.fail("not in bulk"),
    publishInPieces: () => expect.fail("not in bulk"),
    batchLimit: 0,
    limit,
    publish(payload) {
      const id = nextId();
      if (id >= 0) seen.push(payload);
      return id;
    },
    timeOfDay: () => time,
    now: () => now,
    isReady: () => isReady,
    emptied: () => seen.push("empty"),
    say: (line) => seen.push(line),
  });
}

beforeAll(() => setFeatures({ ...ALL_FEATURES, bulk: false, thinning: false }));
afterAll(() => setFeatures(ALL_FEATURES));
beforeEach(() => {
  seen = [];
  now = 0;
  time = NOON;
  goOnline();
  outbox = create();
});

function goOnline(id = 0): void {
  nextId = () => ++id;
  isReady = true;
}

/** Settles a publish, and sends whatever now has room. */
function settle(id: number, acknowledged: boolean): void {
  settleIn(outbox, id, acknowledged);
}

function settleIn(which: Outbox, id: number, acknowledged: boolean): void {
  which.published(id, acknowledged);
  which.pump();
}

function goOffline(): void {
  isReady = false;
}

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

describe("sending", () => {
  it("sends records at once, and removes them when acknowledged", () => {
    expect(after(() => outbox.add(0, [1, null, "x"]))).toEqual([`A@${NOON} 1 - x`]);
    expect(outbox.save()).toBeDefined();
    expect(after(() => settle(1, true))).toEqual(["empty"]);
    expect(outbox.save()).toBeUndefined();
  });

  it("limits records in flight, and sends the next with each acknowledgement, oldest first", () => {
    expect(after(() => [1, 2, 3, 4, 5, 6].forEach((value) => outbox.add(0, [value])))).toHaveLength(WINDOW);
    expect(after(() => settle(1, true))).toEqual([`A@${NOON} 5`]);
    expect(after(() => settle(2, true))).toEqual([`A@${NOON} 6`]);
    expect(after(() => [3, 4, 5, 6].forEach((id) => settle(id, true)))).toEqual(["empty"]);
  });

  it("keeps records until they can be sent", () => {
    goOffline();
    expect(after(() => [1, 2].forEach((value) => outbox.add(1, [value])))).toEqual([]);
    goOnline();
    expect(after(() => outbox.pump())).toEqual([`B@${NOON} 1`, `B@${NOON} 2`]);
    expect(after(() => outbox.pump())).toEqual([]);
  });

  it("keeps records the session rejects, until it accepts them", () => {
    nextId = () => -1;
    expect(after(() => outbox.add(0, [1]))).toEqual([]);
    goOnline();
    expect(after(() => outbox.pump())).toEqual([`A@${NOON} 1`]);
  });

  it("removes QoS 0 records as soon as they are sent", () => {
    nextId = () => 0;
    expect(after(() => outbox.add(0, [1]))).toEqual([`A@${NOON} 1`, "empty"]);
  });

  it("re-sends records given up with the link, in the old order", () => {
    [1, 2, 3, 4, 5].forEach((value) => outbox.add(0, [value]));
    goOffline();
    [1, 2, 3, 4].forEach((id) => settle(id, false));
    outbox.add(0, [6]);
    goOnline(10);
    expect(after(() => outbox.pump())).toEqual([1, 2, 3, 4].map((value) => `A@${NOON} ${value}`));
    expect(after(() => settle(11, true))).toEqual([`A@${NOON} 5`]);
  });

  it("distinguishes records that were given up from those that arrived", () => {
    [1, 2, 3].forEach((value) => outbox.add(0, [value]));
    goOffline();
    settle(1, false);
    settle(2, true);
    settle(3, false);
    goOnline();
    expect(after(() => outbox.pump())).toEqual([`A@${NOON} 1`, `A@${NOON} 3`]);
  });

  it("ignores acknowledgements of other packets", () => {
    outbox.add(0, [1]);
    expect(after(() => [8, 9].forEach((id) => settle(id, true)))).toEqual([]);
    expect(outbox.save()).toBeDefined();
  });

  it("reports what a frame cannot carry, and continues", () => {
    goOffline();
    ["bad", 2].forEach((value) => outbox.add(0, [value]));
    goOnline();
    expect(after(() => outbox.pump())).toEqual(["Not reported: too long", `A@${NOON} 2`]);
  });

  it("carries any bytes and numbers unharmed", () => {
    outbox.add(0, ['\xe6\xb8\xa9"\\\n\x01', 0.1, -1e21, true]);
    expect(seen).toEqual([`A@${NOON} \xe6\xb8\xa9"\\\n\x01 0.1 -1e+21 true`]);
  });
});

describe("the time of a measurement", () => {
  it("is the time of day, if known", () => {
    goOffline();
    outbox.add(0, [1]);
    now = 60_000;
    time = NOON + 60_000;
    outbox.add(0, [2]);
    now = 90_000;
    time = NOON + 95_000; // the clock was set meanwhile
    goOnline();
    expect(after(() => outbox.pump())).toEqual([`A@${NOON} 1`, `A@${NOON + 60_000} 2`]);
  });

  it("is calculated later for records measured before the time was known", () => {
    time = 0;
    isReady = false;
    now = 5000;
    expect(after(() => outbox.add(0, [1]))).toEqual([]);
    now = 65_000;
    time = NOON;
    isReady = true;
    expect(after(() => outbox.pump())).toEqual([`A@${NOON - 60_000} 1`]);
  });

  it("is left out once the wait for it is over", () => {
    time = 0;
    expect(after(() => outbox.add(0, [1]))).toEqual(["A 1"]);
  });
});

describe("a full outbox", () => {
  // [1600000000000,0,1] is 19 bytes
  beforeEach(() => {
    outbox = create(100);
    goOffline();
  });

  it("drops the oldest, counts them, and reports it once", () => {
    expect(after(() => [1, 2, 3, 4, 5].forEach((value) => outbox.add(0, [value])))).toEqual([]);
    expect(outbox.lost()).toBe(0);
    expect(after(() => [6, 7].forEach((value) => outbox.add(0, [value])))).toEqual([
      "Outbox full: oldest dropped",
    ]);
    expect(outbox.lost()).toBe(2);
    goOnline();
    nextId = () => 0;
    expect(after(() => outbox.pump()).slice(0, -1)).toEqual(
      [3, 4, 5, 6, 7].map((value) => `A@${NOON} ${value}`),
    );
  });

  it("does not drop records in flight, which may have arrived", () => {
    goOnline();
    [1, 2, 3, 4].forEach((value) => outbox.add(0, [value]));
    goOffline();
    [5, 6, 7].forEach((value) => outbox.add(0, [value]));
    expect(outbox.lost()).toBe(2);
    goOnline(10);
    expect(after(() => [1, 2, 3, 4].forEach((each) => settle(each, true)))).toEqual([`A@${NOON} 7`]);
  });

  it("never holds more than its limit, apart from records in flight", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 400 }),
        fc.array(fc.string({ maxLength: 30 }), { maxLength: 50 }),
        (limit, values) => {
          const bounded = create(limit);
          for (const value of values) bounded.add(0, [value]);
          const held = bounded.save()?.records ?? [];
          expect(held.join("").length).toBeLessThanOrEqual(limit);
          expect(held.length + bounded.lost()).toBe(values.length);
        },
      ),
    );
  });
});

describe("a restart", () => {
  it("preserves waiting records with their times, the count of losses, and what is in flight", () => {
    outbox = create(100);
    [1, 2, 3, 4, 5, 6].forEach((value) => outbox.add(0, [value]));
    expect(outbox.lost()).toBe(1);
    const saved = JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox;
    const next = create(100);
    next.restore(saved, true);
    expect(next.lost()).toBe(1);
    // A session that survives the restart settles them; another one does not know them.
    expect(after(() => settleIn(next, 1, true))).toEqual([`A@${NOON} 6`]);
  });

  it("sends all waiting records from the first if the session does not continue", () => {
    [1, 2, 3].forEach((value) => outbox.add(0, [value]));
    const next = create();
    next.restore(JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox, false);
    // This settles something else: the next boot starts counting from 1.
    expect(after(() => settleIn(next, 1, true))).toEqual([`A@${NOON} 1`, `A@${NOON} 2`, `A@${NOON} 3`]);
  });

  it("dates records measured before the time was known, although the next boot's clock starts at 0", () => {
    time = 0;
    isReady = false;
    now = 10_000;
    outbox.add(0, [1]);
    now = 70_000;
    const saved = outbox.save();
    const next = create();
    now = 0;
    if (saved) next.restore(saved, false);
    now = 5000;
    time = NOON;
    isReady = true;
    expect(after(() => next.pump())).toEqual([`A@${NOON - 65_000} 1`]);
  });
});
