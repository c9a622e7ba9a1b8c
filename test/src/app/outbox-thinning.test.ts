/** A full outbox that thins its older reports: what it keeps of a long outage. */

import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOutbox, type Outbox, type SavedOutbox } from "../../../src/app/outbox.ts";
import { ALL_FEATURES, setFeatures } from "../../support/features.ts";

const NOON = 1_600_000_000_000;

/** A record: time, group, values. */
type Kept = readonly [number, number, ...(number | string | null)[]];

let now: number;
let isTimeKnown: boolean;
let isReady: boolean;
let lastId: number;
/** Lines printed. */
let lines: string[];
/** Payloads sent: records as JSON, with their time. */
let sent: string[];

function create(limit: number): Outbox {
  return createOutbox({
    encode: (group, values, at) => JSON.stringify([at, group, ...values]),
    batch: () => expect.fail("not in bulk"),
    publishInPieces: () => expect.fail("not in bulk"),
    batchLimit: 0,
    limit,
    publish(payload) {
      sent.push(payload);
      return ++lastId;
    },
    timeOfDay: () => (isTimeKnown ? NOON + now : 0),
    now: () => now,
    isReady: () => isReady,
    emptied: () => undefined,
    say: (line) => lines.push(line),
  });
}

beforeAll(() => setFeatures({ ...ALL_FEATURES, bulk: false }));
afterAll(() => setFeatures(ALL_FEATURES));
beforeEach(() => {
  now = lastId = 0;
  isTimeKnown = true;
  isReady = false;
  lines = [];
  sent = [];
});

function keptIn(outbox: Outbox): Kept[] {
  return (outbox.save()?.records ?? []).map((record) => JSON.parse(record) as Kept);
}

/** As flash gives it back. */
function restored(outbox: Outbox, limit: number): Outbox {
  const saved = outbox.save();
  const next = create(limit);
  if (saved) next.restore(JSON.parse(JSON.stringify(saved)) as SavedOutbox, false);
  return next;
}

/** The differences between neighbours. */
function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? NaN));
}

/** A stream's times, oldest first. */
function timesOf(records: readonly Kept[], group: number, stream: number): number[] {
  return records
    .filter((record) => record[1] === group && typeof record[2 + stream] === "number")
    .map(([at]) => at);
}

/** Sends everything, each acknowledged at once. */
function drain(outbox: Outbox): void {
  isReady = true;
  outbox.pump();
  for (let id = 1; id <= lastId; id++) {
    outbox.published(id, true);
    outbox.pump();
  }
}

describe("a week of one stream", () => {
  const [LIMIT, PERIOD, COUNT] = [2048, 60_000, 10_080];
  let outbox: Outbox;
  function fill(restarts: boolean): void {
    outbox = create(LIMIT);
    for (let i = 0; i < COUNT; i++) {
      now += PERIOD;
      outbox.add(0, [i]);
      if (restarts && i % 60 === 59) outbox = restored(outbox, LIMIT);
    }
  }

  it.for([false, true])("keeps its shape, and the newest reports; with restarts: %s", (restarts) => {
    fill(restarts);
    const kept = keptIn(outbox);
    const times = timesOf(kept, 0, 0);
    expect(times.join("")).toBe([...times].sort((a, b) => a - b).join(""));
    for (const [at, , value] of kept) expect(at).toBe(NOON + (Number(value) + 1) * PERIOD);
    // the newest three eighths
    const newest = Math.floor((kept.length * 3) / 8);
    expect(new Set(gaps(times.slice(-newest)))).toEqual(new Set([PERIOD]));
    const older = times.slice(0, -newest);
    const span = COUNT * PERIOD;
    expect(times[0]).toBeLessThan(NOON + span / 16);
    expect(older.length).toBeGreaterThan(8);
    expect(Math.max(...gaps(older))).toBeLessThan((4 * span) / older.length);
    expect(lines).toEqual(["Outbox full: older reports thinned"]);
    expect(outbox.lost()).toBe(COUNT - kept.length);
  });

  it("is sent in order with its times", () => {
    fill(false);
    const kept = keptIn(outbox);
    drain(outbox);
    expect(sent.map((payload) => JSON.parse(payload) as Kept)).toEqual(kept);
    expect(outbox.save()).toBeUndefined();
  });

  it("is forgotten once it has arrived: the next outage is as dense as the first", () => {
    fill(false);
    drain(outbox);
    isReady = false;
    const start = now;
    for (let i = 0; i < 200; i++) {
      now += PERIOD;
      outbox.add(0, [i]);
    }
    const first = create(LIMIT);
    now = start;
    for (let i = 0; i < 200; i++) {
      now += PERIOD;
      first.add(0, [i]);
    }
    expect(keptIn(outbox)).toEqual(keptIn(first));
  });
});

it("keeps the rare stream of a frame that another one fills", () => {
  const outbox = create(2048);
  for (let i = 0; i < 5000; i++) {
    now += 60_000;
    outbox.add(0, [i, i % 700 === 350 ? i : null]);
  }
  expect(keptIn(outbox).flatMap(([, , , rare]) => rare ?? [])).toEqual([
    350, 1050, 1750, 2450, 3150, 3850, 4550,
  ]);
});

it("thins records of an unknown time by their age", () => {
  isTimeKnown = false;
  let outbox = create(1000);
  for (let i = 0; i < 1000; i++) {
    now += 60_000;
    outbox.add(0, [i]);
    if (i % 250 === 249) {
      outbox = restored(outbox, 1000);
      now = 0;
    }
  }
  const times = timesOf(keptIn(outbox), 0, 0);
  expect(times.length).toBeGreaterThan(30);
  expect(Math.max(...gaps(times))).toBeLessThan((8 * 60_000 * 1000) / times.length);
});

it("drops the oldest where there is nothing to thin", () => {
  const outbox = create(300);
  for (let i = 0; i < 10; i++) {
    now += 60_000;
    outbox.add(i, ["x".repeat(60)]);
  }
  expect(keptIn(outbox).map(([, group]) => group)).toEqual([7, 8, 9]);
  expect(lines).toEqual(["Outbox full: oldest dropped"]);
});

/** What may happen: reports, time, and a connection that comes and goes. */
const EVENT = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("add" as const), group: fc.nat(2), size: fc.nat(12) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(5_000_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("settle" as const), acknowledged: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("link" as const), isUp: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);

it("never touches what is in flight, keeps the order and the newest, and stays within its limit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 256, max: 1500 }),
      fc.array(EVENT, { minLength: 50, maxLength: 400 }),
      (limit, events) => {
        now = lastId = 0;
        isReady = false;
        sent = [];
        lines = [];
        let [outbox, settled, number] = [create(limit), 0, 0];
        const settle = (acknowledged: boolean): void => {
          while (settled < lastId) outbox.published(++settled, acknowledged);
        };
        for (const event of events) {
          if (event.kind === "wait") now += event.ms;
          else if (event.kind === "settle") settle(event.acknowledged);
          else if (event.kind === "link") {
            isReady = event.isUp;
            if (!isReady) settle(false);
            else outbox.pump();
          } else if (event.kind === "restart") {
            settle(false);
            outbox = restored(outbox, limit);
          } else {
            const before = outbox.save();
            const inFlight = before ? before.records.slice(0, before.sent.length) : [];
            const record: Kept = [NOON + ++now, event.group, ++number, "x".repeat(event.size)];
            outbox.add(event.group, [number, "x".repeat(event.size)]);
            const kept = outbox.save()?.records ?? [];
            expect(kept.slice(0, inFlight.length)).toEqual(inFlight);
            expect(kept.length === inFlight.length ? "" : kept.at(-1)).toBe(
              kept.length === inFlight.length ? "" : JSON.stringify(record),
            );
            const numbers = kept.map((each) => (JSON.parse(each) as Kept)[2] as number);
            expect(gaps(numbers).every((gap) => gap > 0)).toBe(true);
            expect(kept.slice(inFlight.length).join("").length).toBeLessThanOrEqual(limit);
          }
        }
      },
    ),
    { seed: 20, numRuns: 40 },
  );
});

describe("in bulk", () => {
  /** Numbers of the reports in each message, by its id. */
  let messages: Map<number, readonly number[]>;
  afterAll(() => setFeatures({ ...ALL_FEATURES, bulk: false }));

  function createBulk(limit: number): Outbox {
    return createOutbox({
      encode: () => expect.fail("in bulk"),
      publish: () => expect.fail("in bulk"),
      batch: (reports) => () => {
        const numbers: unknown[] = [];
        reports(([number]) => numbers.push(number));
        return JSON.stringify(numbers);
      },
      publishInPieces(pieces) {
        messages.set(++lastId, JSON.parse(pieces(0)) as number[]);
        return lastId;
      },
      batchLimit: 200,
      limit,
      timeOfDay: () => NOON + now,
      now: () => now,
      isReady: () => isReady,
      emptied: () => undefined,
      say: (line) => lines.push(line),
    });
  }

  function numbersIn(outbox: Outbox): number[] {
    return (outbox.save()?.records ?? []).map((record) => (JSON.parse(record) as Kept)[2] as number);
  }

  const BULK_EVENT = fc.oneof(
    EVENT,
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("pump" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("answer" as const), accepted: fc.boolean() }) },
  );

  it.for([false, true])(
    "nothing in flight is touched, and nothing goes uncounted or unacknowledged; newest first: %s",
    (newestFirst) => {
      setFeatures({ ...ALL_FEATURES, newestFirst });
      let thinned = 0;
      fc.assert(
        fc.property(
          fc.integer({ min: 256, max: 700 }),
          fc.array(BULK_EVENT, { minLength: 200, maxLength: 400 }),
          (limit, events) => {
            now = lastId = 0;
            isReady = false;
            lines = [];
            messages = new Map();
            const acknowledged = new Set<number>();
            let [outbox, number, arrived] = [createBulk(limit), 0, 0];
            let has: readonly number[] = [];
            const settle = (isGood: boolean): void => {
              if (isGood) for (const each of messages.get(lastId) ?? []) acknowledged.add(each);
              outbox.published(lastId, isGood);
            };
            for (const event of events) {
              const before = outbox.save();
              const had = has;
              if (event.kind === "wait") now += event.ms;
              else if (event.kind === "settle") settle(event.acknowledged);
              else if (event.kind === "answer") outbox.answered(event.accepted);
              else if (event.kind === "link") {
                isReady = event.isUp;
                if (isReady) outbox.returned();
                else settle(false);
              } else if (event.kind === "restart") {
                settle(false);
                const saved = outbox.save();
                outbox = createBulk(limit);
                if (saved) outbox.restore(JSON.parse(JSON.stringify(saved)) as SavedOutbox, false);
              } else if (event.kind === "pump") {
                outbox.pump();
                has = numbersIn(outbox);
                const gone = had.slice(0, had.length - has.length);
                expect([...gone, ...has]).toEqual(had);
                expect(gone.filter((each) => !acknowledged.has(each))).toEqual([]);
                arrived += gone.length;
              } else {
                now++;
                outbox.add(0, [++number, "x".repeat(event.size)]);
                const { records } = outbox.save() ?? { records: [] };
                const inFlight = before ? before.records.slice(0, before.sent.length) : [];
                has = numbersIn(outbox);
                expect(records.slice(0, inFlight.length)).toEqual(inFlight);
                expect(gaps(has).every((gap) => gap > 0)).toBe(true);
                expect(records.slice(inFlight.length).join("").length).toBeLessThanOrEqual(limit);
              }
              const count = outbox.save()?.records.length ?? 0;
              expect(count, "what only an added report or a pump may change").toBe(has.length);
              expect(count + outbox.lost() + arrived).toBe(number);
            }
            thinned += lines.filter((line) => line.endsWith("thinned")).length;
          },
        ),
        { seed: 20, numRuns: 40 },
      );
      expect(thinned).toBeGreaterThan(10);
    },
  );
});

/** Periods of streams, in s; each stream is a group. */
const STREAMS = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 });

it("keeps of every stream no gap longer than a few times what its share of the outbox allows", () => {
  fc.assert(
    fc.property(
      STREAMS,
      fc.integer({ min: 1000, max: 6000 }),
      fc.integer({ min: 300, max: 3000 }),
      (periods, limit, count) => {
        now = lastId = 0;
        isReady = false;
        lines = [];
        const outbox = create(limit);
        const due = periods.map(() => 0);
        for (let reports = 0; reports < count; now += 1000)
          due.forEach((at, group) => {
            if (at > now) return;
            outbox.add(group, [7]);
            reports++;
            due[group] = at + (periods[group] ?? NaN) * 1000;
          });
        const kept = keptIn(outbox);
        // With n streams, the older half has room for a point of each per span of this length.
        const room = kept.length / 4 / periods.length;
        periods.forEach((period, group) => {
          const times = [NOON, ...timesOf(kept, group, 0), NOON + now];
          const ideal = Math.max(now / room, period * 1000);
          expect(Math.max(...gaps(times))).toBeLessThanOrEqual(3 * ideal + period * 1000);
        });
      },
    ),
    { seed: 20, numRuns: 25 },
  );
});
