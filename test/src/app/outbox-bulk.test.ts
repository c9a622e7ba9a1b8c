import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createOutbox, PATIENCE, type Outbox, type SavedOutbox } from "../../../src/app/outbox.ts";
import type { Batch, Pieces } from "../../../src/onenet/encoder.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

const NOON = 1_600_000_000_000;
/** Bytes of records in a message, here: six with a digit each. */
const LIMIT = 120;

/** Messages published since the last look, and `empty`. */
let seen: string[];
let now: number;
let time: number;
let isReady: boolean;
/** What the next publishes return. */
let nextId: () => number;
let lastId: number;
let outbox: Outbox;
/** The last message. */
let published: Pieces;

/** A payload reads `1@5 2@6`: values and their times. */
const batch: Batch = (reports, isMany) => (index) => {
  const points: string[] = [];
  reports((values, at) => points.push(`${values.join("/")}${at ? `@${at - NOON}` : ""}`));
  return index ? "" : `${isMany ? "many: " : ""}${points.join(" ")}`;
};

function create(limit = 100_000): Outbox {
  return createOutbox({
    encode: () => expect.fail("one by one"),
    publish: () => expect.fail("one by one"),
    batch,
    batchLimit: LIMIT,
    limit,
    publishInPieces(pieces, isMany) {
      published = pieces;
      const payload = pieces(0);
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

afterAll(() => setFeatures(ALL_FEATURES));
beforeEach(() => {
  seen = [];
  now = 0;
  time = NOON;
  isReady = true;
  lastId = 0;
  nextId = () => ++lastId;
  setFeatures({ ...ALL_FEATURES, newestFirst: false, thinning: false });
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

/** The last message is acknowledged, and the platform takes it, unless it is refused. */
function arrive(isAccepted = true): void {
  outbox.published(lastId, true);
  outbox.answered(isAccepted);
}

/** Lets everything arrive. @returns the messages */
function drain(): string[] {
  const messages: string[] = [];
  for (let pumps = 0; outbox.save() && pumps < 1000; pumps++) {
    messages.push(...pumped().filter((message) => message !== "empty"));
    arrive();
  }
  return messages;
}

describe("in bulk", () => {
  it("a report waits for the next pump, and goes by itself", () => {
    expect(after(() => add(1))).toEqual([]);
    expect(pumped()).toEqual(["1@0"]);
    outbox.published(1, true);
    expect(pumped()).toEqual(["empty"]);
    expect(outbox.save()).toBeUndefined();
  });

  it("what waits is one message; the newest report follows by itself", () => {
    add(1, 2, 3, 4);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    expect(pumped(), "one in flight at a time").toEqual([]);
    expect(after(arrive)).toEqual([]);
    expect(pumped()).toEqual(["4@3000"]);
    arrive();
    expect(pumped()).toEqual(["empty"]);
  });

  it("what does not fit waits for the next message; with a long report goes one more", () => {
    const long = "x".repeat(LIMIT);
    add(...Array.from({ length: 20 }, (_, i) => i), long, 21, 22, 23);
    const messages = drain();
    const values = messages.flatMap((message) => message.replace("many: ", "").split(" "));
    expect(values.map((value) => value.split("@")[0])).toEqual(
      [...Array.from({ length: 20 }, (_, i) => i), long, 21, 22, 23].map(String),
    );
    for (const message of messages) expect(message.split(" ").length - 1).toBeLessThanOrEqual(6);
    expect(messages.find((message) => message.includes(long))).toBe(`many: ${long}@20000 21@21000`);
  });

  it("two reports go together even if they do not fit, so that a board with long reports catches up", () => {
    const half = "x".repeat(LIMIT * 0.6);
    add(half, half, half, half, half);
    expect(drain().map((message) => message.replace("many: ", "").split(" ").length)).toEqual([2, 2, 1]);
  });

  it("a message that was given up is sent again, with what came since as far as it fits", () => {
    add(1, 2, 3);
    pumped();
    outbox.published(1, false);
    add(4);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    outbox.published(1, true); // of the message given up
    for (let pumps = 0; pumps < 2 * PATIENCE; pumps++) expect(pumped()).toEqual([]);
    arrive();
    expect(pumped()).toEqual(["4@3000"]);
  });

  it("at QoS 0, a message is removed once it is sent, and the platform has answered", () => {
    nextId = () => 0;
    add(1, 2, 3);
    expect(pumped()).toEqual(["many: 1@0 2@1000"]);
    expect(pumped()).toEqual([]);
    outbox.answered(true);
    expect(pumped()).toEqual(["3@2000"]);
    expect(pumped()).toEqual(["empty"]);
  });

  describe("after a message is refused", () => {
    const REFUSED = 2;

    /** Lets everything arrive except messages with one value. */
    function drainWithout(value: number): string[] {
      const messages: string[] = [];
      for (let pumps = 0; outbox.save() && pumps < 1000; pumps++) {
        const sent = pumped().filter((message) => message !== "empty");
        messages.push(...sent);
        if (sent.length > 0) arrive(!sent.some((message) => message.includes(`${value}@`)));
      }
      return messages;
    }

    it("its reports go one by one, those after them together", () => {
      add(...Array.from({ length: 12 }, (_, value) => value));
      expect(drainWithout(REFUSED)).toEqual([
        "many: 0@0 1@1000 2@2000 3@3000 4@4000 5@5000",
        "0@0",
        "1@1000",
        "2@2000",
        "3@3000",
        "4@4000",
        "5@5000",
        "many: 6@6000 7@7000 8@8000 9@9000 10@10000",
        "11@11000",
      ]);
    });

    it("they do so if it is refused before it is acknowledged", () => {
      add(1, 2, 3);
      pumped();
      outbox.answered(false);
      expect(pumped()).toEqual([]);
      outbox.published(1, true);
      expect(pumped()).toEqual(["1@0"]);
    });

    it("they do so at QoS 0", () => {
      nextId = () => 0;
      add(1, 2, 3);
      pumped();
      outbox.answered(false);
      expect([...pumped(), ...pumped(), ...pumped()]).toEqual(["1@0", "2@1000", "3@2000"]);
    });

    it("one that is given up is sent again by itself", () => {
      add(1, 2, 3, 4);
      pumped();
      arrive(false);
      expect(pumped()).toEqual(["1@0"]);
      outbox.published(lastId, false);
      expect(pumped()).toEqual(["1@0"]);
    });

    it("a message given up that was refused is sent again whole, and a report alone is not sent again", () => {
      add(1, 2, 3);
      pumped();
      outbox.answered(false);
      outbox.published(lastId, false);
      expect(pumped()).toEqual(["many: 1@0 2@1000"]);
      arrive();
      expect(pumped()).toEqual(["3@2000"]);
      arrive(false);
      expect(pumped()).toEqual(["empty"]);
    });
  });

  it("without an answer of the platform, an acknowledged message counts as taken after a while", () => {
    add(1, 2, 3);
    pumped();
    outbox.published(1, true);
    isReady = false; // the link may be lost meanwhile
    for (let pumps = 1; pumps < PATIENCE; pumps++) expect(pumped()).toEqual([]);
    isReady = true;
    expect(pumped()).toEqual(["3@2000"]);
  });

  it("a message that is acknowledged too early is still sent whole", () => {
    add(1, 2, 3);
    pumped();
    const pieces = published;
    arrive();
    expect(pumped()).toEqual(["3@2000"]);
    add(4);
    expect(pieces(0)).toBe("many: 1@0 2@1000");
  });

  describe("with the newest first", () => {
    beforeEach(() => setFeatures({ ...ALL_FEATURES, thinning: false }));

    it("the newest report is sent at once, and again as the last one", () => {
      add(1, 2, 3, 4);
      outbox.returned();
      expect(pumped()).toEqual(["4@3000"]);
      outbox.published(lastId, true);
      outbox.answered(true);
      expect(drain()).toEqual(["many: 1@0 2@1000 3@2000", "4@3000"]);
    });

    it("it is so after each outage, and not between", () => {
      add(1, 2, 3);
      outbox.returned();
      pumped();
      drain();
      add(4, 5, 6);
      expect(drain()).toEqual(["many: 4@3000 5@4000", "6@5000"]);
      add(7, 8, 9);
      outbox.returned();
      expect(drain()).toEqual(["9@8000", "many: 7@6000 8@7000", "9@8000"]);
    });

    it("what the session rejects is tried again", () => {
      add(1, 2, 3);
      outbox.returned();
      nextId = () => -1;
      expect(pumped()).toEqual([]);
      nextId = () => ++lastId;
      expect(pumped()).toEqual(["3@2000"]);
    });

    it.each([0, 1])("at QoS %i, a single report is sent once", (qos) => {
      if (!qos) nextId = () => 0;
      add(1);
      outbox.returned();
      expect(drain()).toEqual(["1@0"]);
    });

    it("without the time there is no order", () => {
      time = 0;
      add(1, 2, 3);
      outbox.returned();
      expect(drain()).toEqual(["1", "2", "3"]);
    });
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
    arrive();
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
    arrive();
    expect(pumped()).toEqual(["5@4000"]);
  });

  it("what is in flight stays although it fills the outbox, and the newest report is kept", () => {
    outbox = create(80);
    add(1, 2, 3, 4); // 76 bytes
    pumped();
    expect(after(() => add(5, 6))).toEqual(["Outbox full: oldest dropped"]);
    expect(outbox.lost()).toBe(2);
    arrive();
    expect(pumped()).toEqual(["6@5000"]);
    arrive();
    expect(pumped()).toEqual(["empty"]);
  });

  it("while a message is in flight, others that are settled do not count", () => {
    add(1, 2, 3);
    pumped();
    for (const isAcknowledged of [true, false]) {
      expect(after(() => outbox.published(77, isAcknowledged))).toEqual([]);
      expect(pumped()).toEqual([]);
    }
    arrive();
    outbox.published(77, false);
    expect(pumped()).toEqual(["3@2000"]);
  });

  it("continues an outbox of a firmware that sent one by one, with several identifiers in flight", () => {
    add(1, 2, 3, 4);
    const saved = { ...(JSON.parse(JSON.stringify(outbox.save())) as SavedOutbox), sent: [7, 0, 9] };
    outbox = create();
    outbox.restore(saved, false);
    expect(pumped()).toEqual(["many: 1@0 2@1000 3@2000"]);
    expect(after(() => outbox.published(7, true))).toEqual([]);
    arrive();
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
    arrive();
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
        "refused",
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
    if (message === undefined || message === "empty") return;
    const isMany = message.startsWith("many: ");
    if (fate === "refused" && isMany) return arrive(false);
    for (const point of message.replace("many: ", "").split(" ")) {
      const isRepeated = fate === "lost after" || fate === "restart";
      if (fate !== "lost before") arrived.set(point, (arrived.get(point) ?? 0) + 1);
      allowed.set(point, (allowed.get(point) ?? 1) + (isRepeated ? 1 : 0));
    }
    if (fate === "tick" || fate === "refused") arrive();
    else if (fate !== "restart") outbox.published(lastId, false);
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
  for (; outbox.save() && messages < 1000; messages++) send("tick");
  const all = Array.from({ length: added }, (_, value) => `${value}@${value * 1000}`);
  expect([...arrived.keys()].sort()).toEqual(all.sort());
  for (const [point, times] of arrived) expect(times).toBeLessThanOrEqual(allowed.get(point) ?? 0);
  expect(messages).toBeLessThan(1000);
}
