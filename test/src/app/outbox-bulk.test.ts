import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createOutbox, type Outbox, type SavedOutbox } from "../../../src/app/outbox.ts";
import type { Batch } from "../../../src/onenet/encoder.ts";

const NOON = 1_600_000_000_000;
/** Bytes of data points in a message, here. */
const LIMIT = 120;

/** Messages published since the last look, and `empty`. */
let seen: string[];
let now: number;
let time: number;
let isReady: boolean;
/** What the next publishes return. */
let nextId: () => number;
let outbox: Outbox;

/** A payload reads `1@5 2@6`: values and their times. */
const batch: Batch = {
  add(points, values, at) {
    const point = `${values.join("/")}${at ? `@${at - NOON}` : ""}`;
    points[0] = points[0] === undefined ? point : `${points[0]} ${point}`;
    return point.length;
  },
  payload: (points, isMany) => `${isMany ? "many: " : ""}${points.join("")}`,
};

function create(limit = 100_000, ofGeneration = batch): Outbox {
  return createOutbox({
    encode: () => expect.fail("one by one"),
    batch: ofGeneration,
    batchLimit: LIMIT,
    limit,
    publish(payload, isMany) {
      expect(payload.startsWith("many: ")).toBe(isMany);
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

beforeEach(() => {
  seen = [];
  now = 0;
  time = NOON;
  isReady = true;
  let id = 0;
  nextId = () => ++id;
  outbox = create();
});

/** Adds the next values, a second after each other. */
function add(...values: readonly (number | string)[]): void {
  for (const value of values) {
    outbox.add(0, [value]);
    now += 1000;
    if (time) time += 1000;
  }
}

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

const pumped = (): string[] => after(() => outbox.pump());

describe("in bulk", () => {
  it("a report waits for the next pump, and goes by itself", () => {
    expect(after(() => add(1))).toEqual([]);
    expect(pumped()).toEqual(["1@0"]);
    expect(after(() => outbox.published(1, true))).toEqual(["empty"]);
    expect(outbox.save()).toBeUndefined();
  });

  it("what waits is one message; the newest report follows by itself", () => {
    add(1, 2, 3, 4);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    expect(pumped(), "one in flight at a time").toEqual([]);
    expect(after(() => outbox.published(1, true))).toEqual([]);
    expect(pumped()).toEqual(["4@3000"]);
    expect(after(() => outbox.published(2, true))).toEqual(["empty"]);
  });

  it("what does not fit waits for the next message; a long report goes by itself", () => {
    const long = "x".repeat(LIMIT);
    add(...Array.from({ length: 20 }, (_, i) => i), long, 21, 22, 23);
    const messages: string[] = [];
    for (let id = 1; outbox.save(); id++) {
      messages.push(...pumped());
      outbox.published(id, true);
    }
    const values = messages.flatMap((message) => message.replace("many: ", "").split(" "));
    expect(values.map((value) => value.split("@")[0])).toEqual(
      [...Array.from({ length: 20 }, (_, i) => i), long, 21, 22, 23].map(String),
    );
    for (const message of messages) {
      if (!message.includes(long)) expect(message.length).toBeLessThanOrEqual(LIMIT + "many: ".length + 20);
    }
    expect(messages.find((message) => message.includes(long))).toBe(`${long}@20000`);
  });

  it("two reports go together even if they do not fit, so that a board with long reports catches up", () => {
    const half = "x".repeat(LIMIT * 0.6);
    add(half, half, half, half, half);
    const sizes: number[] = [];
    for (let id = 1; outbox.save(); id++) {
      sizes.push(
        ...pumped().map((message) => message.split(" ").filter((value) => value.startsWith("x")).length),
      );
      outbox.published(id, true);
    }
    expect(sizes).toEqual([2, 2, 1]);
  });

  it("a message that was given up is sent again, with what came since as far as it fits", () => {
    add(1, 2, 3);
    pumped();
    outbox.published(1, false);
    add(4);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    expect(
      after(() => outbox.published(1, true)),
      "of the message given up",
    ).toEqual([]);
    outbox.published(2, true);
    expect(pumped()).toEqual(["4@3000"]);
  });

  it("at QoS 0, a message is removed as soon as it is sent", () => {
    nextId = () => 0;
    add(1, 2, 3);
    expect(pumped()).toEqual(["many: 1@0 2@1000"]);
    expect(pumped()).toEqual(["3@2000", "empty"]);
  });

  it("what the session rejects is kept", () => {
    nextId = () => -1;
    add(1, 2, 3);
    expect(pumped()).toEqual([]);
    nextId = () => 5;
    expect(pumped()).toEqual(["many: 1@0 2@1000"]);
  });

  it("nothing is sent while the board cannot be reached", () => {
    isReady = false;
    add(1, 2, 3);
    expect(pumped()).toEqual([]);
  });

  it("reports whose time is never known go one by one: the platform gives each the time of its arrival", () => {
    time = 0;
    add(1, 2, 3);
    expect(pumped()).toEqual(["1"]);
    outbox.published(1, true);
    expect(pumped()).toEqual(["2"]);
  });

  it("reports measured before the time was known are dated", () => {
    time = 0;
    add(1, 2, 3);
    time = NOON + now;
    expect(pumped()).toEqual(["many: 1@0 2@1000"]);
  });

  it("a full outbox drops the oldest that are not in flight", () => {
    outbox = create(80); // four records of 19 bytes
    add(1, 2, 3);
    pumped();
    expect(after(() => add(4, 5, 6))).toEqual(["Outbox full: oldest dropped"]);
    expect(outbox.lost()).toBe(2);
    outbox.published(1, true);
    expect(pumped()).toEqual(["5@4000"]);
  });

  it("what is in flight stays although it fills the outbox, and the newest report is kept", () => {
    outbox = create(80);
    add(1, 2, 3, 4); // 76 bytes
    pumped();
    expect(after(() => add(5, 6))).toEqual(["Outbox full: oldest dropped"]);
    expect(outbox.lost()).toBe(2);
    outbox.published(1, true);
    expect(pumped()).toEqual(["6@5000"]);
    expect(after(() => outbox.published(2, true))).toEqual(["empty"]);
  });

  it("while a message is in flight, others that are settled do not count", () => {
    add(1, 2, 3);
    pumped();
    for (const isAcknowledged of [true, false]) {
      expect(after(() => outbox.published(77, isAcknowledged))).toEqual([]);
      expect(pumped()).toEqual([]);
    }
    outbox.published(1, true);
    outbox.published(77, false);
    expect(pumped()).toEqual(["3@2000"]);
  });

  it("reports with more values than digits in their records stay within the limit", () => {
    outbox = create(100_000, {
      ...batch,
      // As suite does: each value has its time.
      add: (points, values, at) =>
        batch.add(
          points,
          values.map((value) => `${value}:${at}`),
          at,
        ),
    });
    for (let each = 0; each < 20; each++) outbox.add(0, [1, 2, 3]);
    let messages = 0;
    for (; outbox.save(); messages++) {
      const [message = ""] = pumped();
      expect(message.length).toBeLessThanOrEqual("many: ".length + LIMIT);
      outbox.published(messages + 1, true);
    }
    expect(messages).toBe(11);
  });

  it("continues an outbox of a firmware that sent one by one, with several identifiers in flight", () => {
    add(1, 2, 3, 4);
    const saved = { ...(JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox), sent: [7, 0, 9] };
    outbox = create();
    outbox.restore(saved, false);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    expect(after(() => outbox.published(7, true))).toEqual([]);
    outbox.published(1, true);
    expect(pumped()).toEqual(["4@3000"]);
  });

  it("what an earlier boot dated comes first, without what waits for the time", () => {
    add(1, 2);
    const saved = JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox;
    outbox = create();
    outbox.restore(saved, false);
    time = 0;
    now = 0;
    add(3, 4, 5);
    expect(pumped()).toEqual(["many: 1@0 2@1000"]);
    outbox.published(1, true);
    time = NOON + 60_000 + now;
    expect(pumped()).toEqual(["many: 3@60000 4@61000"]);
  });

  it("after a restart, what was in flight is sent again", () => {
    add(1, 2, 3, 4);
    pumped();
    const saved = JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox;
    outbox = create();
    outbox.restore(saved, false);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
  });

  it("each report arrives with its time, only those of a message whose acknowledgement was lost twice", () => {
    const events = fc.array(
      fc.constantFrom(
        "report",
        "report",
        "report",
        "tick",
        "lost before",
        "lost after",
        "offline",
        "restart",
      ),
      { maxLength: 200 },
    );
    fc.assert(fc.property(events, survive), { seed: 20261130, numRuns: 200 });
  });
});

/** Lives through reports, losses of messages or their acknowledgements, and restarts; then everything has arrived. */
function survive(events: readonly string[]): void {
  let lastId = 0;
  nextId = () => ++lastId;
  isReady = true;
  outbox = create();
  time = NOON;
  now = 0;
  let added = 0;
  /** How often each report arrived, and how often it may have. */
  const arrived = new Map<string, number>();
  const allowed = new Map<string, number>();

  function send(fate: string): void {
    const [message] = pumped();
    if (message === undefined) return;
    for (const point of message.replace("many: ", "").split(" ")) {
      const isRepeated = fate === "lost after" || fate === "restart";
      if (fate !== "lost before") arrived.set(point, (arrived.get(point) ?? 0) + 1);
      allowed.set(point, (allowed.get(point) ?? 1) + (isRepeated ? 1 : 0));
    }
    if (fate !== "restart") outbox.published(lastId, fate === "tick");
  }

  for (const event of events) {
    if (event === "report") add(added++);
    else if (event === "offline") isReady = !isReady;
    else send(event);
    if (event === "restart") {
      const saved = JSON.parse(JSON.stringify(outbox.save() ?? null)) as SavedOutbox | null;
      outbox = create();
      if (saved) outbox.restore(saved, false);
    }
  }
  isReady = true;
  let messages = 0;
  for (; outbox.save(); messages++) send("tick");
  const all = Array.from({ length: added }, (_, value) => `${value}@${value * 1000}`);
  expect([...arrived.keys()].sort()).toEqual(all.sort());
  for (const [point, times] of arrived) expect(times).toBeLessThanOrEqual(allowed.get(point) ?? 0);
  expect(messages).toBeLessThanOrEqual(Math.ceil(added / 10) + 2);
}
